package grapevine.netlab.sim;

/** Something that is due at a time. */
interface Happening {
  /**
   * @param nowNanos the time for which it was put into the queue
   */
  void happen(long nowNanos);
}
