package grapevine.netlab.trace;

import org.jspecify.annotations.Nullable;

/**
 * One node in a run.
 *
 * @param upSinceNanos when it came up for the last time; {@link Trace#NEVER} if it is not up at the
 *     end
 * @param restarted whether it was down in between: its counters began again, so it has no costs
 * @param costs what it counted from the start of the trace; null if unknown
 */
public record NodeTrace(long upSinceNanos, boolean restarted, @Nullable NodeCosts costs) {
  public boolean isLive() {
    return upSinceNanos != Trace.NEVER;
  }
}
