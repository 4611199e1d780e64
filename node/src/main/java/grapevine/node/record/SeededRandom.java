package grapevine.node.record;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The random numbers of a core that is recorded: SHA-256 over a secret seed and a counter. Whoever
 * has the seed has them all, which is what a replay needs; whoever has not, a peer that sees nonces
 * and timings, learns nothing of the next from all before, which is what a node needs. Confined to
 * one thread.
 */
public final class SeededRandom implements RandomGenerator {
  private static final String TAG = "grapevine-recorded-random-1";
  private static final int WORDS = Hash256.BYTES / Long.BYTES;

  private final byte[] seed;
  private final ByteBuffer counter = ByteBuffer.allocate(Long.BYTES);
  private Hash256 block = Hash256.ZERO;
  private long drawn;

  public SeededRandom(Hash256 seed) {
    this.seed = seed.toBytes();
  }

  /** A fresh seed from a generator that nobody can predict. */
  public static Hash256 seed(RandomGenerator unpredictable) {
    byte[] seed = new byte[Hash256.BYTES];
    unpredictable.nextBytes(seed);
    return Hash256.of(seed);
  }

  @Override
  public long nextLong() {
    int word = (int) (drawn % WORDS);
    if (word == 0) {
      counter.putLong(0, drawn / WORDS);
      block = Sha256.hash(TAG, seed, counter.array());
    }
    drawn++;
    return block.word(word);
  }
}
