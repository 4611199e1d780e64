package grapevine.netlab.sim;

/**
 * A running hash over everything that a run's cores were told: two runs with the same hash took the
 * same course. It mixes 64-bit words by the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA
 * 2014): enough to notice any change, no defence against who looks for collisions. Confined to one
 * thread.
 */
final class TraceHash {
  private long hash = 0x9E3779B97F4A7C15L;

  void add(long word) {
    long mixed = (hash ^ word) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    hash = mixed ^ (mixed >>> 31);
  }

  long value() {
    return hash;
  }

  /** 16 digits. */
  @Override
  public String toString() {
    return "%016x".formatted(hash);
  }
}
