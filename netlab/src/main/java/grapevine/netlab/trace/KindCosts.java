package grapevine.netlab.trace;

/**
 * What one node counted of one kind of item.
 *
 * @param announcementsReceived entries of inv messages
 * @param announcementsSent entries of inv messages
 * @param bodiesReceived whole bodies, whatever became of them
 * @param firstDeliveries items that a peer gave and that were accepted
 * @param bodyBytesSent framed bytes of the messages that carry bodies
 */
public record KindCosts(
    long announcementsReceived,
    long announcementsSent,
    long bodiesReceived,
    long firstDeliveries,
    long bodyBytesSent) {
  public static final KindCosts NONE = new KindCosts(0, 0, 0, 0, 0);

  KindCosts minus(KindCosts earlier) {
    return new KindCosts(
        announcementsReceived - earlier.announcementsReceived,
        announcementsSent - earlier.announcementsSent,
        bodiesReceived - earlier.bodiesReceived,
        firstDeliveries - earlier.firstDeliveries,
        bodyBytesSent - earlier.bodyBytesSent);
  }

  KindCosts plus(KindCosts other) {
    return new KindCosts(
        announcementsReceived + other.announcementsReceived,
        announcementsSent + other.announcementsSent,
        bodiesReceived + other.bodiesReceived,
        firstDeliveries + other.firstDeliveries,
        bodyBytesSent + other.bodyBytesSent);
  }

  /** Announcements in both directions. */
  public long announcements() {
    return announcementsReceived + announcementsSent;
  }
}
