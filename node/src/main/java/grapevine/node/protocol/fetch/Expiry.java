package grapevine.node.protocol.fetch;

import grapevine.node.model.ItemKind;

/** How long a request may stay without an answer: see the rules of {@link FetchScheduler}. */
final class Expiry {
  /** An expiry covers this many round trips: one for the answer, the rest for queues on the way. */
  private static final int ROUND_TRIPS = 4;

  private final FetchScheduler.Limits limits;

  Expiry(FetchScheduler.Limits limits) {
    this.limits = limits;
  }

  /** From the request on. */
  long nanos(Announcement announcement) {
    if (announcement.kind() == ItemKind.BLOCK) {
      long nanos = limits.blockExpiryNanos() + transferNanos(announcement.chargedBytes());
      return Math.min(nanos, limits.blockExpiryMaxNanos());
    }
    boolean sole = announcement.pushed || announcement.item.live == 1;
    long tripsNanos = ROUND_TRIPS * announcement.announcer.roundTripNanos;
    long nanos = Math.max(tripsNanos, limits.expiryMinNanos());
    return sole ? limits.expirySoleNanos() : Math.min(nanos, limits.expirySoleNanos());
  }

  /** When the request of a block expires of which so many bytes more have come. */
  long dueNanos(Announcement announcement, int bytes) {
    return Math.min(
        announcement.dueNanos + transferNanos(bytes),
        announcement.requestedNanos + limits.blockExpiryMaxNanos());
  }

  private long transferNanos(int bytes) {
    return bytes * 1_000_000_000L / limits.blockBytesPerSecond();
  }
}
