package grapevine.node.protocol.reconcile;

import grapevine.node.model.Transaction;
import grapevine.node.wire.Message;

/**
 * Arithmetic of spans, the numbers by which parts of a set are named: see {@link
 * Message.GetDigests}.
 */
final class Span {
  static final long SLICE_MILLIS = 4_000;

  /** Slices of a minute. */
  static final int SLICES = (int) (Transaction.MINUTE_MILLIS / SLICE_MILLIS);

  private Span() {}

  static boolean isSlice(long span) {
    return span >= Message.GetDigests.SLICES;
  }

  /** The minute that is the span, or that the slice lies in. */
  static long minute(long span) {
    return isSlice(span) ? (span - Message.GetDigests.SLICES) / SLICES : span;
  }

  /** Which slice of its minute the span is, from 0; of a span that {@link #isSlice}. */
  static int place(long span) {
    return (int) ((span - Message.GetDigests.SLICES) % SLICES);
  }

  static long slice(long minute, int place) {
    return Message.GetDigests.SLICES + minute * SLICES + place;
  }

  /** The newest slice that has ended at a time; this may be below all of them. */
  static long endedSlice(long millis) {
    return Message.GetDigests.SLICES + StrictMath.floorDiv(millis, SLICE_MILLIS) - 1;
  }
}
