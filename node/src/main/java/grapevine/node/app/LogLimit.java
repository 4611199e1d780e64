package grapevine.node.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps what one place in the code can write to the log within {@link #BYTES_MAX} an hour, so that
 * whoever finds a line to provoke cannot fill the disk with it (CVE-2025-54604). Named in
 * logback.xml; any thread.
 *
 * <p>A place is known by its logger and its pattern, which cost nothing, unlike its line number.
 * When one falls silent, that is said once, past the log, which takes no line while it writes one.
 */
public final class LogLimit extends Filter<ILoggingEvent> {
  /** Bitcoin Core's limit. */
  static final long BYTES_MAX = 1 << 20;

  static final long HOUR_MILLIS = 3_600_000;

  /** Far more than there are; patterns that are made at run time share the last. */
  private static final int PLACES_MAX = 512;

  private static final int FRAME_BYTES = 100;
  private static final String OTHERS = "others";

  private final Map<String, Place> places = new HashMap<>();

  private final Consumer<String> onFull;

  /** Called by the log's own configuration. */
  public LogLimit() {
    this(System.err::println);
  }

  LogLimit(Consumer<String> onFull) {
    this.onFull = onFull;
  }

  private static final class Place {
    private long sinceMillis;
    private long bytes;
  }

  @Override
  public synchronized FilterReply decide(ILoggingEvent event) {
    Place place = place(event.getLoggerName() + " " + event.getMessage());
    long nowMillis = event.getTimeStamp();
    if (Math.abs(nowMillis - place.sinceMillis) >= HOUR_MILLIS) {
      place.sinceMillis = nowMillis;
      place.bytes = 0;
    }
    if (place.bytes >= BYTES_MAX) {
      return FilterReply.DENY;
    }
    place.bytes += sizeBytes(event);
    if (place.bytes >= BYTES_MAX) {
      onFull.accept(event.getLoggerName() + " has filled its part of the log for this hour");
    }
    return FilterReply.NEUTRAL;
  }

  private Place place(String name) {
    Place known = places.get(name);
    if (known != null) {
      return known;
    }
    return places.computeIfAbsent(places.size() < PLACES_MAX ? name : OTHERS, first -> new Place());
  }

  private static long sizeBytes(ILoggingEvent event) {
    String message = event.getFormattedMessage();
    long bytes = (long) FRAME_BYTES + (message == null ? 0 : message.length());
    for (IThrowableProxy cause = event.getThrowableProxy();
        cause != null;
        cause = cause.getCause()) {
      bytes += (long) FRAME_BYTES * cause.getStackTraceElementProxyArray().length;
    }
    return bytes;
  }
}
