package grapevine.netlab.app;

import java.util.SplittableRandom;

/**
 * The least that looking something up can take: reads of which each says where the next one is,
 * spread over as much memory as nodes hold. Where no cache holds that much, one of these is what an
 * input costs for each place that it looks at after another and that was not read ahead. Confined
 * to one thread.
 */
final class BareMemory {
  private static final int LINE_BYTES = 64;
  private static final int LINE_WORDS = LINE_BYTES / Long.BYTES;

  private final long[] words;
  private long place;

  /**
   * One circle through every line of a cache, in random order (Sattolo, "An algorithm to generate a
   * random cyclic permutation", 1986).
   *
   * @param bytes from 128 to 2^33
   */
  BareMemory(long bytes) {
    int lines = Math.toIntExact(bytes / LINE_BYTES);
    words = new long[lines * LINE_WORDS];
    for (int line = 0; line < lines; line++) {
      words[line * LINE_WORDS] = (long) line * LINE_WORDS;
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int line = lines - 1; line > 0; line--) {
      swap(line * LINE_WORDS, random.nextInt(line) * LINE_WORDS);
    }
  }

  private void swap(int one, int other) {
    long word = words[one];
    words[one] = words[other];
    words[other] = word;
  }

  /** Does so many reads; where the last one led to. */
  long run(int reads) {
    for (int i = 0; i < reads; i++) {
      place = words[(int) place];
    }
    return place;
  }
}
