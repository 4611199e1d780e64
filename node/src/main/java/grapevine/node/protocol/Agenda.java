package grapevine.node.protocol;

import grapevine.node.protocol.port.Component;
import java.util.Arrays;
import java.util.List;

/**
 * When each part of a core next has something to do by itself. Confined to the core's thread.
 *
 * <p>Asking every part after every input would cost more than most inputs: the parts lie all over
 * the memory, and an input changes few of them. So whoever takes hold of a part to tell it
 * something {@linkplain #touch touches} it here, and only what was touched is asked again. What
 * always holds: the answer of a part that has not been touched since is the one noted here; {@link
 * #checkInvariants} asks them all.
 */
final class Agenda {
  private final Component[] components;
  private final long[] dueNanos;

  /** One bit for each part that may have changed its mind. */
  private long touched;

  /**
   * @param components at most 64; a part's number is its place in the list
   */
  Agenda(List<Component> components) {
    this.components = components.toArray(Component[]::new);
    dueNanos = new long[components.size()];
    Arrays.fill(dueNanos, Component.NEVER);
    touchAll();
  }

  /** This part is told something. */
  void touch(int part) {
    touched |= 1L << part;
  }

  void touchAll() {
    touched = (1L << components.length) - 1;
  }

  /** Reads what every input reads; a number without meaning. */
  long readAhead() {
    return touched + components.length + dueNanos[0] + dueNanos[dueNanos.length - 1];
  }

  /** Whether the part has been told something since its last answer, or its time has come. */
  boolean isStirred(int part, long nowNanos) {
    return (touched >>> part & 1) != 0 || dueNanos[part] <= nowNanos;
  }

  /** When the first of all parts is due. */
  long nextNanos() {
    ask();
    long next = Component.NEVER;
    for (long due : dueNanos) {
      next = Math.min(next, due);
    }
    return next;
  }

  private void ask() {
    while (touched != 0) {
      int part = Long.numberOfTrailingZeros(touched);
      dueNanos[part] = components[part].nextDeadlineNanos();
      touched &= touched - 1;
    }
  }

  /** Tells the time to the parts that wait for it. */
  void onTimer(long nowNanos) {
    ask();
    for (int part = 0; part < components.length; part++) {
      if (dueNanos[part] <= nowNanos) {
        touch(part);
        components[part].onTimer(nowNanos);
      }
    }
  }

  /** Asks every part, and compares. */
  void checkInvariants() {
    ask();
    for (int part = 0; part < components.length; part++) {
      long due = components[part].nextDeadlineNanos();
      if (due != dueNanos[part]) {
        throw new IllegalStateException(
            "%s is due at %d, noted was %d"
                .formatted(components[part].getClass().getSimpleName(), due, dueNanos[part]));
      }
    }
  }
}
