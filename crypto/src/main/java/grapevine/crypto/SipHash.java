package grapevine.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a short keyed hash that nobody without the key can
 * steer, for short ids, buckets and set digests. Immutable; any thread. Own lines, because Bouncy
 * Castle's object per hash takes twice the time for the 32 bytes that are hashed here.
 */
public final class SipHash {
  private final long k0;
  private final long k1;

  /**
   * @param k0 bytes 0 to 7 of the key of 16, little-endian
   * @param k1 bytes 8 to 15, little-endian
   */
  public SipHash(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  public long hash(byte[] bytes) {
    return hash(ByteBuffer.wrap(bytes));
  }

  /** Hashes the 32 bytes. */
  public long hash(Hash256 hash) {
    State state = new State(k0, k1);
    for (int i = 0; i < 4; i++) {
      state.add(Long.reverseBytes(hash.word(i)));
    }
    return state.finish(0, Hash256.BYTES);
  }

  /** Hashes the words, each as eight bytes, little-endian. */
  public long hash(long... words) {
    State state = new State(k0, k1);
    for (long word : words) {
      state.add(word);
    }
    return state.finish(0, words.length * Long.BYTES);
  }

  /** Hashes the remaining bytes; position and limit of the buffer stay as they are. */
  public long hash(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int size = in.remaining();
    State state = new State(k0, k1);
    while (in.remaining() >= Long.BYTES) {
      state.add(in.getLong());
    }
    long tail = 0;
    for (int shift = 0; in.hasRemaining(); shift += Byte.SIZE) {
      tail |= (in.get() & 0xffL) << shift;
    }
    return state.finish(tail, size);
  }

  /** Never leaves its caller, so the compiled code keeps it in registers and allocates nothing. */
  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long k0, long k1) {
      v0 = k0 ^ 0x736f6d6570736575L;
      v1 = k1 ^ 0x646f72616e646f6dL;
      v2 = k0 ^ 0x6c7967656e657261L;
      v3 = k1 ^ 0x7465646279746573L;
    }

    void add(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    long finish(long tail, int size) {
      add(tail | (long) size << 56);
      v2 ^= 0xff;
      round();
      round();
      round();
      round();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
