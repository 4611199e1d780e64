package grapevine.crypto;

import grapevine.crypto.NoiseProtocol.Token;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Noise's HandshakeState (revision 34, section 5.3) for the patterns of {@link NoiseProtocol}.
 * Confined to one thread. Messages alternate, the initiator writes the first; when all are through,
 * {@link #split} gives the ciphers of the connection. After a failed read it is good for nothing.
 */
final class NoiseHandshake {
  private final NoiseProtocol protocol;
  private final boolean initiator;
  private final DhKeyPair ownStatic;
  private final DhKeyPair ownEphemeral;
  private final byte @Nullable [] psk;
  private final SymmetricState state;
  private byte @Nullable [] remoteStatic;
  private byte @Nullable [] remoteEphemeral;
  private byte @Nullable [] hashBeforePayload;
  private int messagesDone;

  /**
   * @param psk 32 bytes if the pattern has a key known beforehand, otherwise null
   */
  NoiseHandshake(
      NoiseProtocol protocol,
      boolean initiator,
      byte[] prologue,
      DhKeyPair ownStatic,
      DhKeyPair ownEphemeral,
      byte @Nullable [] psk) {
    if (protocol.pattern().usesPsk() != (psk != null)) {
      throw new IllegalArgumentException(protocol.name() + " and its key do not go together");
    }
    this.protocol = protocol;
    this.initiator = initiator;
    this.ownStatic = ownStatic;
    this.ownEphemeral = ownEphemeral;
    this.psk = psk;
    this.state = new SymmetricState(protocol);
    state.mixHash(prologue);
  }

  boolean isComplete() {
    return messagesDone == protocol.pattern().messages().size();
  }

  /** The hash of the transcript up to now; after the last message, what names this connection. */
  byte[] hash() {
    return state.hash();
  }

  /** The other side's static public key, 32 bytes, known once the message that holds it is read. */
  byte[] remoteStatic() {
    return known(remoteStatic);
  }

  /**
   * Writes the next message.
   *
   * @param payloadOf makes the payload from the transcript hash as it stands after the message's
   *     tokens and before its payload is encrypted; the reader knows the same hash then
   * @throws ChannelException if the other side's key makes a shared secret of zero
   */
  byte[] write(UnaryOperator<byte[]> payloadOf) throws ChannelException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Token token : tokens(initiator)) {
      switch (token) {
        case E -> {
          out.writeBytes(ownEphemeral.publicKey());
          mixEphemeral(ownEphemeral.publicKey());
        }
        case S -> out.writeBytes(state.encryptAndHash(ownStatic.publicKey()));
        default -> mix(token);
      }
    }
    out.writeBytes(state.encryptAndHash(payloadOf.apply(state.hash())));
    messagesDone++;
    return out.toByteArray();
  }

  /**
   * Reads the other side's next message, all that remains of the buffer, and gives its payload.
   *
   * @throws ChannelException if it is too short, was not encrypted for this transcript, or holds a
   *     key that makes a shared secret of zero
   */
  byte[] read(ByteBuffer message) throws ChannelException {
    for (Token token : tokens(!initiator)) {
      switch (token) {
        case E -> {
          remoteEphemeral = take(message, DhKeyPair.KEY_BYTES);
          mixEphemeral(remoteEphemeral);
        }
        case S -> remoteStatic = open(take(message, state.sealedSize(DhKeyPair.KEY_BYTES)));
        default -> mix(token);
      }
    }
    hashBeforePayload = state.hash();
    byte[] payload = open(take(message, message.remaining()));
    messagesDone++;
    return payload;
  }

  /**
   * The transcript hash as it stood before the payload read last was decrypted: the one that {@link
   * #write} gave to whoever made that payload.
   */
  byte[] hashBeforePayload() {
    return known(hashBeforePayload);
  }

  /** The ciphers of the two directions, that of the initiator's messages first. */
  CipherState[] split() {
    if (!isComplete()) {
      throw new IllegalStateException("the handshake is not complete");
    }
    return state.split();
  }

  private Iterable<Token> tokens(boolean ofInitiator) {
    if (isComplete() || (messagesDone % 2 == 0) != ofInitiator) {
      throw new IllegalStateException("it is not this side's turn");
    }
    return protocol.pattern().messages().get(messagesDone);
  }

  private void mixEphemeral(byte[] publicKey) {
    state.mixHash(publicKey);
    if (protocol.pattern().usesPsk()) {
      state.mixKey(publicKey);
    }
  }

  private void mix(Token token) throws ChannelException {
    switch (token) {
      case EE -> mixShared(ownEphemeral, known(remoteEphemeral));
      case ES -> {
        if (initiator) {
          mixShared(ownEphemeral, known(remoteStatic));
        } else {
          mixShared(ownStatic, known(remoteEphemeral));
        }
      }
      case SE -> {
        if (initiator) {
          mixShared(ownStatic, known(remoteEphemeral));
        } else {
          mixShared(ownEphemeral, known(remoteStatic));
        }
      }
      case PSK -> state.mixKeyAndHash(known(psk));
      case E, S -> throw new IllegalStateException(token + " carries bytes");
    }
  }

  private void mixShared(DhKeyPair own, byte[] remote) throws ChannelException {
    byte[] shared = own.agree(remote);
    if (shared == null) {
      throw new ChannelException(
          ChannelException.Reason.HANDSHAKE_FAILED, "a key of small order was offered");
    }
    state.mixKey(shared);
  }

  private byte[] open(byte[] sealed) throws ChannelException {
    byte[] plain = state.decryptAndHash(sealed);
    if (plain == null) {
      throw new ChannelException(
          ChannelException.Reason.HANDSHAKE_FAILED,
          "message " + (messagesDone + 1) + " was not encrypted for this connection");
    }
    return plain;
  }

  private byte[] take(ByteBuffer message, int size) throws ChannelException {
    if (message.remaining() < size) {
      throw new ChannelException(
          ChannelException.Reason.HANDSHAKE_FAILED,
          "message " + (messagesDone + 1) + " is too short");
    }
    return FixedBytes.read(message, size);
  }

  private static byte[] known(byte @Nullable [] bytes) {
    if (bytes == null) {
      throw new IllegalStateException("asked for before the message that brings it");
    }
    return bytes;
  }
}
