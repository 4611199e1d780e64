package grapevine.netlab.trace;

/** What a node counts of each kind of item. Durations are sums in nanoseconds. */
public enum KindCount {
  /** Entries of inv messages that came. */
  ANNOUNCED_IN,
  /** Entries of inv messages that went out. */
  ANNOUNCED_OUT,
  /** Entries of getdata messages that went out. */
  REQUESTED,
  /** Whole bodies that came, whatever became of them. */
  BODIES,
  /** Of these, what was asked for and lacking. */
  NEW,
  /** Of these, what was held already. */
  DUPLICATES,
  /** Of these, what was lacking and had not been asked for. */
  UNREQUESTED,
  /** Checks of an item's signatures. */
  VERIFIED,
  /** From acceptance to our announcement, summed over {@link #ANNOUNCED_OUT}. */
  RELAY_DELAY_NANOS,
  /** From first announcement to our request, summed over {@link #REQUESTED}. */
  REQUEST_DELAY_NANOS;

  static final int COUNT = values().length;
}
