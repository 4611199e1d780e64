package grapevine.node.app.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import java.time.Instant;
import java.util.Iterator;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Writes the log, named in logback.xml. Any thread.
 *
 * <p>Logback's own JSON encoder will not do: its time is a number in two fields, its key-value
 * pairs are an array of objects, a trace is a tree. One line of this one is a flat object that a
 * human reads and a collector indexes without being told how.
 */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {
  private final LogLimit limit = new LogLimit();
  private volatile LogFormat format = LogFormat.TEXT;

  /** Sets the form of this process' log from now on. */
  public static void use(LogFormat format) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      for (Iterator<Appender<ILoggingEvent>> each = root.iteratorForAppenders(); each.hasNext(); ) {
        if (each.next() instanceof OutputStreamAppender<ILoggingEvent> appender
            && appender.getEncoder() instanceof LogEncoder encoder) {
          encoder.setFormat(format);
        }
      }
    }
  }

  void setFormat(LogFormat format) {
    this.format = format;
  }

  /**
   * The event's line, with that of the {@link LogLimit} when the place falls silent; or nothing.
   */
  @Override
  public byte[] encode(ILoggingEvent event) {
    LogLimit.Place place = limit.place(event.getLoggerName(), event.getMessage());
    Instant time = time(event);
    if (place.isFull(time.toEpochMilli())) {
      return new byte[0];
    }
    byte[] line = LogLine.of(event, time).in(format);
    return switch (place.take(line.length, time.toEpochMilli())) {
      case WRITTEN -> line;
      case LAST -> LogLine.limited(event, time).in(format);
      case FULL -> new byte[0];
    };
  }

  /** Microseconds, if the event has them. */
  private static Instant time(ILoggingEvent event) {
    Instant time = event.getInstant();
    return time == null ? Instant.ofEpochMilli(event.getTimeStamp()) : time;
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
