package grapevine.crypto;

import grapevine.crypto.ChannelException.Reason;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Grapevine's encrypted channel over one connection, as a pure state machine: bytes in, bytes out,
 * no sockets. Confined to one thread. Noise_XX_25519_AESGCM_SHA256 (Noise revision 34), or
 * Noise_XXpsk3_25519_AESGCM_SHA256 in a private network, carries it; on top each side proves its
 * Ed25519 identity ({@link ChannelProof}).
 *
 * <pre>
 * preamble, 8 bytes in clear, the first thing each side sends:
 *   3  "GRV"
 *   u8 channel version: 1 = XX, 2 = XXpsk3 with the private network's key
 *   4  network tag: the first bytes of the network id
 * prologue of the Noise handshake: preamble ‖ 32 bytes network id
 *
 * record, everything after the preamble: u16 length, big-endian ‖ that many bytes
 *   message 1   initiator to responder   e, payload empty      32 bytes, in version 2 48
 *   message 2   responder to initiator   e, s, payload proof   192 bytes
 *   message 3   initiator to responder   s, payload proof      160 bytes
 *   then        both ways                ciphertext            17 to 65,535 bytes, tag of 16 included
 *
 * states:
 *   initiator   PREAMBLE → MESSAGE_2 → OPEN
 *   responder   PREAMBLE → MESSAGE_1 → MESSAGE_3 → OPEN
 *   each        → CLOSED at the first failure or on close()
 * </pre>
 *
 * <p>The initiator sends preamble and message 1 at once, so that an open channel costs one round
 * trip and a half. The responder says nothing before it has read the magic, so that a scanner
 * learns nothing; then it sends its preamble even if the version or network is another, so that
 * both sides can name the reason. As the preambles must be equal, one in the prologue authenticates
 * both.
 *
 * <p>Nonces are the numbers of the records in a direction. Before record n of a direction, n &gt; 0
 * a multiple of 2^20, both sides apply Noise's REKEY to its key; the numbers go on.
 *
 * <p>What always holds: nothing of a record is delivered unless its tag was right and everything
 * before it was; a length that a peer only announced reserves no memory; a record without a byte of
 * plaintext is never sealed and not accepted, because it would cost time and be counted nowhere.
 */
public final class SecureChannel {
  /** Longest plaintext of a record. */
  public static final int PLAIN_BYTES_MAX = 65_535 - NoiseCipher.TAG_BYTES;

  /** What sealing adds to a plaintext: the length and the tag. */
  public static final int OVERHEAD_BYTES = Short.BYTES + NoiseCipher.TAG_BYTES;

  static final int PREAMBLE_BYTES = 8;

  private static final byte[] MAGIC = {'G', 'R', 'V'};
  private static final byte VERSION_XX = 1;
  private static final byte VERSION_XX_PSK3 = 2;
  private static final int NETWORK_TAG_BYTES = 4;

  private static final byte[] NO_BYTES = new byte[0];
  private static final ByteBuffer NO_BUFFER = ByteBuffer.allocate(0);
  private static final int UNKNOWN = -1;

  /** What a channel holds for plaintext between two inputs; greater buffers are given up. */
  private static final int RETAINED_BYTES = 4096;

  private enum State {
    PREAMBLE,
    MESSAGE_1,
    MESSAGE_2,
    MESSAGE_3,
    OPEN,
    CLOSED
  }

  /** Takes the plaintext of records. */
  @FunctionalInterface
  public interface RecordSink {
    /**
     * @param plain what one record holds, at least one byte; the channel uses the buffer again when
     *     this returns. May call {@link #seal} and {@link #close}, but not {@link #receive}; if it
     *     throws, the channel is closed.
     */
    void onRecord(ByteBuffer plain);
  }

  private final ChannelIdentity identity;
  private final boolean initiator;
  private final byte[] preamble;
  private final RecordBuffer inbox = new RecordBuffer();
  private State state = State.PREAMBLE;
  private int recordBytes = UNKNOWN;
  private ByteBuffer outgoing = NO_BUFFER;
  private ByteBuffer plaintext = NO_BUFFER;
  private @Nullable NoiseHandshake handshake;
  private @Nullable CipherState sealing;
  private @Nullable CipherState opening;
  private @Nullable PublicKey remoteIdentity;

  private SecureChannel(ChannelIdentity identity, boolean initiator) {
    this.identity = identity;
    this.initiator = initiator;
    this.preamble =
        ByteBuffer.allocate(PREAMBLE_BYTES)
            .put(MAGIC)
            .put(identity.hasPsk() ? VERSION_XX_PSK3 : VERSION_XX)
            .put(identity.networkId().toBytes(), 0, NETWORK_TAG_BYTES)
            .array();
  }

  /** The side that dialled; what to send first waits in {@link #takeOutgoing}. */
  public static SecureChannel initiator(ChannelIdentity identity) {
    SecureChannel channel = new SecureChannel(identity, true);
    channel.send(channel.preamble);
    try {
      channel.sendMessage(channel.startHandshake(), hash -> NO_BYTES);
    } catch (ChannelException e) {
      throw new IllegalStateException("message 1 depends on nobody", e);
    }
    return channel;
  }

  /** The side that was dialled. */
  public static SecureChannel responder(ChannelIdentity identity) {
    return new SecureChannel(identity, false);
  }

  /**
   * Takes all bytes that remain in the buffer, in pieces of any size, and gives the plaintext of
   * each complete record to the sink. Then ask {@link #takeOutgoing} for what to send, also after a
   * failure.
   *
   * @throws ChannelException if the other side broke the protocol: the connection must end
   * @throws IllegalStateException if the channel failed or was closed before
   */
  public void receive(ByteBuffer in, RecordSink sink) throws ChannelException {
    if (state == State.CLOSED) {
      throw new IllegalStateException("the channel is closed");
    }
    boolean intact = false;
    try {
      while (state != State.CLOSED && advance(in, sink)) {
        // Each round takes one preamble, header or record.
      }
      intact = true;
    } finally {
      in.position(in.limit());
      if (!intact) {
        close();
      }
      inbox.trim();
      if (plaintext.capacity() > RETAINED_BYTES) {
        plaintext = NO_BUFFER;
      }
    }
  }

  /**
   * Preamble and handshake messages to be sent next; empty if there are none. Never more than 256.
   */
  public ByteBuffer takeOutgoing() {
    ByteBuffer taken = outgoing;
    outgoing = NO_BUFFER;
    return taken;
  }

  /** Whether the other side's identity is proven and records can be sealed. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Whether a preamble, message or record has begun and not ended. */
  public boolean isMidRecord() {
    return recordBytes != UNKNOWN || inbox.pending().hasRemaining();
  }

  /**
   * Who is on the other side.
   *
   * @throws IllegalStateException before the channel was open
   */
  public PublicKey remoteIdentity() {
    if (remoteIdentity == null) {
      throw new IllegalStateException("nobody has proven an identity yet");
    }
    return remoteIdentity;
  }

  /**
   * Seals what remains in plain into one record, {@link #OVERHEAD_BYTES} longer, and puts it into
   * out. Records must be sent in the order in which they were sealed.
   *
   * @throws IllegalArgumentException unless plain holds 1 to 65,519 bytes
   * @throws BufferOverflowException if out has no room for the record; nothing has happened then
   * @throws IllegalStateException unless the channel is open
   */
  public void seal(ByteBuffer plain, ByteBuffer out) {
    if (state != State.OPEN || sealing == null) {
      throw new IllegalStateException("the channel is not open");
    }
    int size = plain.remaining();
    if (size < 1 || size > PLAIN_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a record holds 1 to " + PLAIN_BYTES_MAX + " bytes, not " + size);
    }
    if (out.remaining() < size + OVERHEAD_BYTES) {
      throw new BufferOverflowException();
    }
    int sealedSize = size + NoiseCipher.TAG_BYTES;
    out.put((byte) (sealedSize >>> 8)).put((byte) sealedSize);
    rekeyWhenDue(sealing);
    sealing.seal(NO_BYTES, plain, out);
  }

  /** Ends the channel and forgets its keys; harmless when done twice. */
  public void close() {
    state = State.CLOSED;
    inbox.clear();
    plaintext = NO_BUFFER;
    handshake = null;
    sealing = null;
    opening = null;
  }

  /** Takes the next unit of the state; false if it is not complete. */
  private boolean advance(ByteBuffer in, RecordSink sink) throws ChannelException {
    if (state == State.PREAMBLE) {
      ByteBuffer unit = inbox.take(in, PREAMBLE_BYTES);
      checkMagic(unit == null ? inbox.pending() : unit);
      if (unit != null) {
        onPreamble(unit);
      }
      return unit != null;
    }
    if (recordBytes == UNKNOWN) {
      ByteBuffer header = inbox.take(in, Short.BYTES);
      if (header == null) {
        return false;
      }
      recordBytes = header.getShort() & 0xffff;
      checkRecordBytes();
    }
    ByteBuffer record = inbox.take(in, recordBytes);
    if (record == null) {
      return false;
    }
    recordBytes = UNKNOWN;
    switch (state) {
      case MESSAGE_1 -> onMessage1(record);
      case MESSAGE_2 -> onMessage2(record);
      case MESSAGE_3 -> onMessage3(record);
      case OPEN -> onRecord(record, sink);
      case PREAMBLE, CLOSED -> throw new IllegalStateException("no records in " + state);
    }
    return true;
  }

  private static void checkMagic(ByteBuffer start) throws ChannelException {
    for (int i = 0; i < Math.min(start.remaining(), MAGIC.length); i++) {
      if (start.get(i) != MAGIC[i]) {
        throw new ChannelException(Reason.BAD_MAGIC, "byte " + i + " is not that of GRV");
      }
    }
  }

  private void onPreamble(ByteBuffer theirs) throws ChannelException {
    if (!initiator) {
      send(preamble);
    }
    byte version = theirs.get(MAGIC.length);
    byte ours = preamble[MAGIC.length];
    if (version != ours) {
      throw new ChannelException(
          Reason.BAD_CHANNEL_VERSION, "theirs is " + (version & 0xff) + ", ours is " + ours);
    }
    int theirTag = theirs.getInt(MAGIC.length + 1);
    int ourTag = (int) (identity.networkId().prefix64() >>> Integer.SIZE);
    if (theirTag != ourTag) {
      throw new ChannelException(
          Reason.WRONG_NETWORK, "their tag is %08x, ours is %08x".formatted(theirTag, ourTag));
    }
    if (initiator) {
      state = State.MESSAGE_2;
    } else {
      startHandshake();
      state = State.MESSAGE_1;
    }
  }

  /** Handshake messages have one size each, so nothing greater is ever waited for. */
  private void checkRecordBytes() throws ChannelException {
    int identitySize = DhKeyPair.KEY_BYTES + NoiseCipher.TAG_BYTES;
    int proofSize = ChannelProof.BYTES + NoiseCipher.TAG_BYTES;
    int expected =
        switch (state) {
          case MESSAGE_1 -> DhKeyPair.KEY_BYTES + (identity.hasPsk() ? NoiseCipher.TAG_BYTES : 0);
          case MESSAGE_2 -> DhKeyPair.KEY_BYTES + identitySize + proofSize;
          case MESSAGE_3 -> identitySize + proofSize;
          default -> UNKNOWN;
        };
    if (expected != UNKNOWN && recordBytes != expected) {
      throw new ChannelException(
          Reason.HANDSHAKE_FAILED,
          "a message of " + recordBytes + " bytes where " + expected + " belong");
    }
    if (expected == UNKNOWN && recordBytes <= NoiseCipher.TAG_BYTES) {
      throw new ChannelException(Reason.BAD_MAC, "a record of " + recordBytes + " bytes");
    }
  }

  private void onMessage1(ByteBuffer record) throws ChannelException {
    NoiseHandshake noise = handshake();
    noise.read(record);
    sendMessage(noise, hash -> identity.prove(ChannelProof.RESPONDER, hash));
    state = State.MESSAGE_3;
  }

  private void onMessage2(ByteBuffer record) throws ChannelException {
    NoiseHandshake noise = handshake();
    PublicKey remote = verify(noise.read(record), ChannelProof.RESPONDER, noise);
    sendMessage(noise, hash -> identity.prove(ChannelProof.INITIATOR, hash));
    open(noise, remote);
  }

  private void onMessage3(ByteBuffer record) throws ChannelException {
    NoiseHandshake noise = handshake();
    open(noise, verify(noise.read(record), ChannelProof.INITIATOR, noise));
  }

  private void onRecord(ByteBuffer record, RecordSink sink) throws ChannelException {
    CipherState cipher = opening;
    if (cipher == null) {
      throw new IllegalStateException("an open channel has its keys");
    }
    int size = record.remaining() - NoiseCipher.TAG_BYTES;
    if (plaintext.capacity() < size) {
      plaintext = ByteBuffer.allocate(size);
    }
    rekeyWhenDue(cipher);
    plaintext.clear();
    if (!cipher.open(NO_BYTES, record, plaintext)) {
      throw new ChannelException(Reason.BAD_MAC, "record " + cipher.counter());
    }
    sink.onRecord(plaintext.flip());
  }

  private PublicKey verify(byte[] proof, byte role, NoiseHandshake noise) throws ChannelException {
    PublicKey remote =
        ChannelProof.verify(
            proof, role, identity.networkId(), noise.remoteStatic(), noise.hashBeforePayload());
    if (remote == null) {
      throw new ChannelException(Reason.BAD_IDENTITY, "the proof does not fit this handshake");
    }
    return remote;
  }

  private void open(NoiseHandshake noise, PublicKey remote) {
    CipherState[] ciphers = noise.split();
    sealing = ciphers[initiator ? 0 : 1];
    opening = ciphers[initiator ? 1 : 0];
    remoteIdentity = remote;
    handshake = null;
    state = State.OPEN;
  }

  private void rekeyWhenDue(CipherState cipher) {
    long counter = cipher.counter();
    if (counter != 0 && counter % identity.recordsPerKey() == 0) {
      cipher.rekey();
    }
  }

  private NoiseHandshake startHandshake() {
    byte[] prologue =
        ByteBuffer.allocate(PREAMBLE_BYTES + Hash256.BYTES)
            .put(preamble)
            .put(identity.networkId().toBytes())
            .array();
    handshake = identity.handshake(initiator, prologue);
    return handshake;
  }

  private NoiseHandshake handshake() {
    if (handshake == null) {
      throw new IllegalStateException("there is no handshake in " + state);
    }
    return handshake;
  }

  private void sendMessage(NoiseHandshake noise, UnaryOperator<byte[]> payloadOf)
      throws ChannelException {
    byte[] message = noise.write(payloadOf);
    send(new byte[] {(byte) (message.length >>> 8), (byte) message.length});
    send(message);
  }

  private void send(byte[] bytes) {
    outgoing =
        ByteBuffer.allocate(outgoing.remaining() + bytes.length).put(outgoing).put(bytes).flip();
  }
}
