package grapevine.netlab.sim;

import grapevine.netlab.trace.Trace;
import java.util.List;
import java.util.SortedMap;

/**
 * What a simulated run came to.
 *
 * @param trace what happened, as the report wants it
 * @param traceHash 16 digits; equal for equal runs
 * @param complete whether it ran to its end, and was not stopped
 * @param violations what did not hold that must; empty when all did
 * @param refused submissions by reason
 * @param inputs that cores were given in all
 * @param setUpInputs of those, until all nodes were linked
 * @param virtualNanos how long it took in its own time
 * @param setUpCpuSeconds of the thread
 * @param runCpuSeconds of the thread, after the set-up
 */
public record SimResult(
    Trace trace,
    String traceHash,
    boolean complete,
    List<String> violations,
    SortedMap<String, Long> refused,
    long inputs,
    long setUpInputs,
    long virtualNanos,
    double setUpCpuSeconds,
    double runCpuSeconds) {
  public SimResult {
    violations = List.copyOf(violations);
  }

  /** Whether all that must hold did. */
  public boolean passed() {
    return complete && violations.isEmpty();
  }
}
