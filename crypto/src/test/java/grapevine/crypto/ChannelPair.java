package grapevine.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Two ends of a channel, joined by hand, with all they said; equal seeds say equal bytes. */
final class ChannelPair {
  static final Hash256 NETWORK =
      Hash256.fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  static final KeyPair INITIATOR = KeyPair.ofSeed(filled(1));
  static final KeyPair RESPONDER = KeyPair.ofSeed(filled(2));

  final SecureChannel initiator;
  final SecureChannel responder;
  final ByteArrayOutputStream toResponder = new ByteArrayOutputStream();
  final ByteArrayOutputStream toInitiator = new ByteArrayOutputStream();

  ChannelPair(ChannelIdentity initiator, ChannelIdentity responder) {
    this.initiator = SecureChannel.initiator(initiator);
    this.responder = SecureChannel.responder(responder);
  }

  static ChannelPair open() throws ChannelException {
    ChannelPair pair = new ChannelPair(initiatorIdentity(), responderIdentity());
    pair.shakeHands();
    return pair;
  }

  static ChannelIdentity initiatorIdentity() {
    return new ChannelIdentity(INITIATOR, NETWORK, null, new SplittableRandom(1));
  }

  static ChannelIdentity responderIdentity() {
    return new ChannelIdentity(RESPONDER, NETWORK, null, new SplittableRandom(2));
  }

  static ChannelIdentity initiatorIdentity(byte @Nullable [] psk, long recordsPerKey) {
    return new ChannelIdentity(INITIATOR, NETWORK, psk, new SplittableRandom(1), recordsPerKey);
  }

  static ChannelIdentity responderIdentity(byte @Nullable [] psk, long recordsPerKey) {
    return new ChannelIdentity(RESPONDER, NETWORK, psk, new SplittableRandom(2), recordsPerKey);
  }

  /** Carries what waits in both directions until nothing does. */
  void shakeHands() throws ChannelException {
    while (true) {
      byte[] there = bytes(initiator.takeOutgoing());
      toResponder.writeBytes(there);
      receive(responder, there);
      byte[] back = bytes(responder.takeOutgoing());
      toInitiator.writeBytes(back);
      receive(initiator, back);
      if (there.length + back.length == 0) {
        return;
      }
    }
  }

  static byte[] seal(SecureChannel channel, byte[] plain) {
    ByteBuffer out = ByteBuffer.allocate(plain.length + SecureChannel.OVERHEAD_BYTES);
    channel.seal(ByteBuffer.wrap(plain), out);
    return out.array();
  }

  /** Gives the bytes in one piece and collects the records. */
  static List<byte[]> receive(SecureChannel channel, byte[] bytes) throws ChannelException {
    List<byte[]> records = new ArrayList<>();
    channel.receive(ByteBuffer.wrap(bytes), plain -> records.add(bytes(plain)));
    return records;
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static byte[] random(SplittableRandom random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
