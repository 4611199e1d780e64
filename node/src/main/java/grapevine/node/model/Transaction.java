package grapevine.node.model;

import grapevine.crypto.Ed25519;
import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.crypto.Sha256;
import grapevine.crypto.Signature;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A signed message of one sender to everyone. Immutable.
 *
 * <pre>
 * u16 version = 1 · 8 network short id · 32 sender key · u64 nonce · u64 time (ms since 1970)
 * u32 lifetime (s) · u64 fee · u64 stamp · u16 payload length · payload · 64 signature
 * </pre>
 *
 * <p>The id is SHA-256 over all bytes, signature included, so that a twin with a bad signature has
 * another id and cannot poison deduplication. The signature covers everything before it. {@code
 * nonce = (minute of time) × 65,536 + k}: the rate limit of a sender is a property of the bytes.
 * The stamp is the freedom a sender on an {@code open} network needs to find leading zero bits in
 * {@link #stampHash()}; on a {@code listed} network it is zero.
 */
public final class Transaction implements Item {
  public static final int VERSION = 1;

  /** Largest payload, 60 KiB: the whole encoding stays within 64 KiB and one frame. */
  public static final int PAYLOAD_BYTES_MAX = 60 * 1024;

  /** Bytes before the payload. */
  public static final int PREFIX_BYTES = 2 + 8 + PublicKey.BYTES + 8 + 8 + 4 + 8 + 8 + 2;

  /** Size with an empty payload. */
  public static final int BYTES_MIN = PREFIX_BYTES + Signature.BYTES;

  public static final int BYTES_MAX = BYTES_MIN + PAYLOAD_BYTES_MAX;

  /** k of a nonce lies below this. */
  public static final int NONCES_PER_MINUTE = 65_536;

  public static final long MINUTE_MILLIS = 60_000;

  private static final String ID_TAG = "grapevine-tx-id-1";
  private static final String SIGN_TAG = "grapevine-tx-sign-1";
  private static final String STAMP_TAG = "grapevine-tx-stamp-1";

  private final byte[] encoded;
  private final ItemId id;
  private final long networkShortId;
  private final PublicKey sender;
  private final long nonce;
  private final long timeMillis;
  private final long lifetimeSeconds;
  private final long fee;
  private final long stamp;

  /** What a sender decides. Units: ms since 1970, seconds. */
  public record Draft(
      long networkShortId,
      long nonce,
      long timeMillis,
      long lifetimeSeconds,
      long fee,
      long stamp) {}

  private Transaction(byte[] encoded) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    int version = Fields.u16(in, "transaction version");
    if (version != VERSION) {
      throw new MalformedException("transaction version " + version + ", expected " + VERSION);
    }
    this.encoded = encoded;
    networkShortId = in.getLong();
    sender = PublicKey.read(in);
    nonce = Fields.u63(in, "transaction nonce");
    timeMillis = Fields.u63(in, "transaction time");
    lifetimeSeconds = Fields.u32(in, "transaction lifetime");
    fee = Fields.u63(in, "transaction fee");
    stamp = in.getLong();
    id = ItemId.transaction(Sha256.hash(ID_TAG, encoded));
  }

  /** Reads one transaction and leaves {@code in} behind it; copies its bytes. */
  public static Transaction read(ByteBuffer in) throws MalformedException {
    Fields.need(in, BYTES_MIN, "transaction");
    int payloadBytes = Short.toUnsignedInt(in.getShort(in.position() + PREFIX_BYTES - 2));
    if (payloadBytes > PAYLOAD_BYTES_MAX) {
      throw new MalformedException(
          "transaction payload " + payloadBytes + " bytes, expected at most " + PAYLOAD_BYTES_MAX);
    }
    return new Transaction(Fields.bytes(in, BYTES_MIN + payloadBytes, "transaction"));
  }

  /**
   * Signs a transaction.
   *
   * @throws IllegalArgumentException when the payload is longer than {@link #PAYLOAD_BYTES_MAX} or
   *     a number does not fit its field
   */
  public static Transaction sign(KeyPair sender, Draft draft, byte[] payload) {
    if (payload.length > PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "payload " + payload.length + " bytes, expected at most " + PAYLOAD_BYTES_MAX);
    }
    if (draft.lifetimeSeconds >>> 32 != 0) {
      throw new IllegalArgumentException("lifetime " + draft.lifetimeSeconds + ", expected a u32");
    }
    ByteBuffer out = ByteBuffer.allocate(BYTES_MIN + payload.length);
    out.putShort((short) VERSION).putLong(draft.networkShortId);
    sender.publicKey().write(out);
    out.putLong(draft.nonce).putLong(draft.timeMillis).putInt((int) draft.lifetimeSeconds);
    out.putLong(draft.fee).putLong(draft.stamp).putShort((short) payload.length).put(payload);
    sender.sign(SIGN_TAG, Arrays.copyOf(out.array(), out.position())).write(out);
    try {
      return new Transaction(out.array());
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.detail(), e);
    }
  }

  /**
   * Signs a transaction with the lowest stamp, from the draft's on, whose hash has so many leading
   * zero bits. Takes about 2^bits hashes.
   *
   * @throws IllegalArgumentException as {@link #sign}
   */
  public static Transaction signStamped(
      KeyPair sender, Draft draft, byte[] payload, int stampBits) {
    byte[] unsigned = sign(sender, draft, payload).unsignedBytes();
    ByteBuffer bytes = ByteBuffer.wrap(unsigned);
    long stamp = draft.stamp;
    while (Long.numberOfLeadingZeros(Sha256.hash(STAMP_TAG, unsigned).prefix64()) < stampBits) {
      bytes.putLong(PREFIX_BYTES - 2 - 8, ++stamp);
    }
    Draft stamped =
        new Draft(
            draft.networkShortId,
            draft.nonce,
            draft.timeMillis,
            draft.lifetimeSeconds,
            draft.fee,
            stamp);
    return sign(sender, stamped, payload);
  }

  /** The nonce that is the k-th of its minute. */
  public static long nonce(long timeMillis, int k) {
    return timeMillis / MINUTE_MILLIS * NONCES_PER_MINUTE + k;
  }

  @Override
  public ItemId id() {
    return id;
  }

  public Hash256 hash() {
    return id.hash();
  }

  public long networkShortId() {
    return networkShortId;
  }

  public PublicKey sender() {
    return sender;
  }

  public long nonce() {
    return nonce;
  }

  public long timeMillis() {
    return timeMillis;
  }

  public long lifetimeSeconds() {
    return lifetimeSeconds;
  }

  /** Declared priority; nobody pays it. */
  public long fee() {
    return fee;
  }

  public long stamp() {
    return stamp;
  }

  /** First millisecond at which it is no longer valid: time + lifetime. */
  public long expiryMillis() {
    return timeMillis + lifetimeSeconds * 1000;
  }

  /** Minute of its time, counted from 1970: the bucket of anti-entropy it belongs to. */
  public long minute() {
    return timeMillis / MINUTE_MILLIS;
  }

  public Slot slot() {
    return new Slot(sender, nonce);
  }

  public int payloadBytes() {
    return encoded.length - BYTES_MIN;
  }

  public byte[] payload() {
    return Arrays.copyOfRange(encoded, PREFIX_BYTES, encoded.length - Signature.BYTES);
  }

  public Signature signature() {
    return Signature.of(
        Arrays.copyOfRange(encoded, encoded.length - Signature.BYTES, encoded.length));
  }

  /** The exact bytes that the signature signs, tag included. */
  public byte[] signedMessage() {
    return Ed25519.tagged(SIGN_TAG, unsignedBytes());
  }

  /** Hash whose leading zero bits an {@code open} network asks for; covers the signed bytes. */
  public Hash256 stampHash() {
    return Sha256.hash(STAMP_TAG, unsignedBytes());
  }

  private byte[] unsignedBytes() {
    return Arrays.copyOf(encoded, encoded.length - Signature.BYTES);
  }

  @Override
  public int sizeBytes() {
    return encoded.length;
  }

  @Override
  public void write(ByteBuffer out) {
    out.put(encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Transaction that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id.toString();
  }

  /** What two transactions conflict over: at most one of them can be meant. */
  public record Slot(PublicKey sender, long nonce) implements Comparable<Slot> {
    private static final String CONFLICT_TAG = "grapevine-conflict-1";

    /** What stands for a pair of conflicting transactions in sets, whichever pair a node holds. */
    public Hash256 conflictElement() {
      byte[] nonceBytes = ByteBuffer.allocate(8).putLong(nonce).array();
      return Sha256.hash(CONFLICT_TAG, sender.toBytes(), nonceBytes);
    }

    @Override
    public int compareTo(Slot other) {
      int bySender = sender.compareTo(other.sender);
      return bySender != 0 ? bySender : Long.compare(nonce, other.nonce);
    }
  }
}
