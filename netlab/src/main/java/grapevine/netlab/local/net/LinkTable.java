package grapevine.netlab.local.net;

/**
 * What the links between hosts are like, in one direction each. The emulator asks for every packet,
 * on its own thread, so an answer must come at once and without allocation; it may change from one
 * packet to the next, which is how links are cut and healed during a run.
 */
public interface LinkTable {
  /** Two hundred milliseconds at the link's rate: what routers at home hold. */
  long QUEUE_NANOS_MAX = 200_000_000;

  /** From the end of sending to the begin of receiving. */
  long delayNanos(int from, int to);

  /**
   * Each packet's delay differs from {@link #delayNanos} by an equal chance of up to so much either
   * way. Packets of a pair never overtake each other.
   */
  long jitterNanos(int from, int to);

  /** The chance of a packet to be lost: 0 none, 1 all. */
  double loss(int from, int to);

  /** What the host's link carries away from it, counted in IP packets; 0 for no limit. */
  long upBitsPerSecond(int host);

  /** What the host's link carries to it, counted in IP packets; 0 for no limit. */
  long downBitsPerSecond(int host);

  /** A packet that would wait longer than this for its turn on an up or down link is dropped. */
  default long queueNanosMax() {
    return QUEUE_NANOS_MAX;
  }

  /**
   * The same for all hosts.
   *
   * @param bitsPerSecond up as well as down; 0 for no limit
   */
  record Uniform(long delayNanos, long jitterNanos, double loss, long bitsPerSecond)
      implements LinkTable {
    /**
     * @throws IllegalArgumentException when a number is negative, or the loss above 1
     */
    public Uniform {
      if (delayNanos < 0 || jitterNanos < 0 || !(loss >= 0 && loss <= 1) || bitsPerSecond < 0) {
        throw new IllegalArgumentException(
            "delay %d ns, jitter %d ns, loss %s, %d bit/s: expected none negative, loss at most 1"
                .formatted(delayNanos, jitterNanos, loss, bitsPerSecond));
      }
    }

    @Override
    public long delayNanos(int from, int to) {
      return delayNanos;
    }

    @Override
    public long jitterNanos(int from, int to) {
      return jitterNanos;
    }

    @Override
    public double loss(int from, int to) {
      return loss;
    }

    @Override
    public long upBitsPerSecond(int host) {
      return bitsPerSecond;
    }

    @Override
    public long downBitsPerSecond(int host) {
      return bitsPerSecond;
    }
  }
}
