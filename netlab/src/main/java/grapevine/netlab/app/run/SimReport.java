package grapevine.netlab.app.run;

import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.file.ScenarioText;
import grapevine.netlab.sim.SimResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What simulated runs of one scenario came to: a table, files, and whether all promises held. */
public final class SimReport {
  private static final double NANOS = 1e9;
  private static final double MICROS = 1e6;

  private final List<SimBatch.Run> runs;
  private final String command;
  private final MachineFacts machine;
  private final Summary summary;

  /**
   * @param runs at least one; of one scenario, by any strategies and seeds
   */
  public SimReport(List<SimBatch.Run> runs, String command, MachineFacts machine) {
    this.runs = List.copyOf(runs);
    this.command = command;
    this.machine = machine;
    summary = Summary.over(reports());
  }

  private List<PropagationReport> reports() {
    return runs.stream().map(SimBatch.Run::report).toList();
  }

  public Summary summary() {
    return summary;
  }

  public boolean passed() {
    return failures().isEmpty();
  }

  /** Prints the table and writes the files into a directory that exists. */
  public void tell(PrintWriter out, Path directory) throws IOException {
    new ScenarioReport(runs.getFirst().scenario(), summary, facts())
        .tell(out, directory, runs.getFirst().result().trace());
  }

  private RunFacts facts() {
    List<String> failures = failures();
    Scenario scenario = runs.getFirst().scenario();
    return new RunFacts(
        command,
        failures.isEmpty(),
        failures.isEmpty() ? ScenarioReport.allHold(reports()) : String.join("; ", failures) + ".",
        notes(),
        new RunFacts.Setup(
            scenario.name(),
            runs.stream().map(run -> run.scenario().population().seed()).distinct().toList(),
            BuildInfo.CURRENT.commit(),
            RunFacts.Setup.VIRTUAL_CLOCK,
            runs.stream().map(run -> run.result().traceHash()).toList(),
            "each distinct signature checked once a run; every node charged 145 µs for each check",
            "model: delay, lines, TCP windows",
            scenario.topology().toString(),
            scenario.drawTopology().links(),
            ScenarioText.of(scenario)),
        machine.now(),
        null);
  }

  private List<String> failures() {
    List<String> failures = new ArrayList<>();
    for (SimBatch.Run run : runs) {
      SimResult result = run.result();
      String where = runs.size() == 1 ? "" : " (seed " + run.scenario().population().seed() + ")";
      if (!result.complete()) {
        failures.add("stopped at %.1f s%s".formatted(result.virtualNanos() / NANOS, where));
      }
      result.violations().forEach(violation -> failures.add(violation + where));
      if (result.complete() && !run.report().allDelivered()) {
        failures.add(ScenarioReport.missing(run.report()) + where);
      }
    }
    return failures;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    long inputs = runs.stream().mapToLong(run -> run.result().inputs()).sum();
    double cpu =
        runs.stream()
            .mapToDouble(run -> run.result().setUpCpuSeconds() + run.result().runCpuSeconds())
            .sum();
    notes.add(
        String.format(
            Locale.ROOT,
            "%,d inputs to cores, of which %,d to link them, in %.1f s of CPU: %.1f µs each.",
            inputs,
            runs.stream().mapToLong(run -> run.result().setUpInputs()).sum(),
            cpu,
            cpu * MICROS / inputs));
    for (SimBatch.Run run : runs) {
      run.result()
          .refused()
          .forEach(
              (reason, count) ->
                  notes.add("%d submissions were refused: %s.".formatted(count, reason)));
    }
    return notes;
  }
}
