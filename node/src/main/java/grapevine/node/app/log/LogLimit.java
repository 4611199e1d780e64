package grapevine.node.app.log;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps what one place in the code can write to the log within {@link #BYTES_MAX} an hour, so that
 * whoever finds a line to provoke cannot fill the disk with it (CVE-2025-54604). Any thread.
 *
 * <p>A place is known by its logger and its pattern, which cost nothing, unlike its line number.
 */
final class LogLimit {
  /** Bitcoin Core's limit. */
  static final int BYTES_MAX = 1 << 20;

  static final long HOUR_MILLIS = 3_600_000;

  /** For the line that says that no more come. */
  private static final int LAST_LINE_BYTES = 512;

  /** Far more than there are; patterns that are made at run time share the last. */
  private static final int PLACES_MAX = 512;

  private static final String OTHERS = "others";

  private final Map<String, Place> places = new HashMap<>();

  /** What becomes of a line. */
  enum Share {
    WRITTEN,

    /** It has no room any more; instead it is said that the place is silent. */
    LAST,

    /** Nothing is written. */
    FULL
  }

  /** What one place has written within its hour. */
  static final class Place {
    private long sinceMillis;
    private int bytes;
    private boolean full;

    synchronized boolean isFull(long nowMillis) {
      if (Math.abs(nowMillis - sinceMillis) >= HOUR_MILLIS) {
        sinceMillis = nowMillis;
        bytes = 0;
        full = false;
      }
      return full;
    }

    /** Asks for room for one line. */
    synchronized Share take(int lineBytes, long nowMillis) {
      if (isFull(nowMillis)) {
        return Share.FULL;
      }
      if (lineBytes > BYTES_MAX - LAST_LINE_BYTES - bytes) {
        full = true;
        return Share.LAST;
      }
      bytes += lineBytes;
      return Share.WRITTEN;
    }
  }

  synchronized Place place(String logger, String pattern) {
    String name = logger + " " + pattern;
    Place known = places.get(name);
    if (known != null) {
      return known;
    }
    return places.computeIfAbsent(places.size() < PLACES_MAX ? name : OTHERS, first -> new Place());
  }
}
