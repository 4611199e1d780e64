package grapevine.netlab.app.run;

import grapevine.netlab.local.LocalRun;
import grapevine.netlab.local.net.LinkStats;
import grapevine.netlab.report.figures.RunFacts;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.file.ScenarioText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What runs on real processes came to. Passed says that what was promised was kept; whether times
 * mean anything is another question, which the verdict answers beside it: links that were late make
 * no node wrong.
 */
public final class LocalReport {
  private final List<LocalBatch.Run> runs;
  private final LocalMeans means;
  private final String command;
  private final MachineFacts machine;

  /**
   * @param runs at least one; of one scenario, by any strategies and seeds
   */
  public LocalReport(
      List<LocalBatch.Run> runs, LocalMeans means, String command, MachineFacts machine) {
    this.runs = List.copyOf(runs);
    this.means = means;
    this.command = command;
    this.machine = machine;
  }

  public boolean passed() {
    return failures().isEmpty();
  }

  /** Prints the table and writes the files into a directory that exists. */
  public void tell(PrintWriter out, Path directory) throws IOException {
    LocalBatch.Run first = runs.getFirst();
    Summary summary = Summary.over(runs.stream().map(LocalBatch.Run::report).toList());
    new ScenarioReport(first.scenario(), summary, facts())
        .tell(out, directory, first.result().trace());
  }

  private RunFacts facts() {
    List<String> failures = failures();
    Scenario scenario = runs.getFirst().scenario();
    String verdict =
        failures.isEmpty()
            ? ScenarioReport.allHold(runs.stream().map(LocalBatch.Run::report).toList())
            : String.join("; ", failures) + ".";
    return new RunFacts(
        command,
        failures.isEmpty(),
        isValid() ? verdict : verdict + " The times are INVALID: the emulated links were late.",
        notes(),
        new RunFacts.Setup(
            scenario.name(),
            runs.stream().map(run -> run.scenario().population().seed()).distinct().toList(),
            BuildInfo.CURRENT.commit(),
            RunFacts.Setup.HOST_CLOCK,
            List.of(),
            "every node checks every item itself",
            linkMode(),
            scenario.topology().toString(),
            scenario.drawTopology().links(),
            ScenarioText.of(scenario)),
        machine.now(),
        new RunFacts.Footprint(
            runs.stream().flatMap(run -> run.result().residentBytes().stream()).toList(),
            runs.stream().flatMap(run -> run.result().startMillis().stream()).toList()));
  }

  private String linkMode() {
    return means.emulates()
        ? "emulator: a network namespace for each node, packets held as the scenario says"
        : "loopback, without delay: the scenario's links were not applied (%s)"
            .formatted(means.lacking());
  }

  /** Whether the links of each run were as asked. */
  private boolean isValid() {
    return runs.stream().flatMap(run -> run.result().links().stream()).allMatch(LinkStats::isValid);
  }

  private List<String> failures() {
    List<String> failures = new ArrayList<>();
    for (LocalBatch.Run run : runs) {
      if (!run.result().difference().isEmpty()) {
        failures.add("the nodes still differ: " + run.result().difference() + where(run));
      }
      if (!run.report().allDelivered()) {
        failures.add(ScenarioReport.missing(run.report()) + where(run));
      }
    }
    return failures;
  }

  private String where(LocalBatch.Run run) {
    return runs.size() == 1 ? "" : " (seed " + run.scenario().population().seed() + ")";
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (LocalBatch.Run run : runs) {
      LocalRun.Result result = run.result();
      result.links().ifPresent(each -> notes.add("Links: " + each.text() + where(run) + "."));
      if (!result.refused().isEmpty()) {
        notes.add("Submissions were refused" + reasons(result) + where(run) + ".");
      }
      if (result.unanswered() > 0) {
        notes.add(result.unanswered() + " submissions got no answer" + where(run) + ".");
      }
      if (result.late() > 0) {
        notes.add(
            result.late()
                + " items were sent more than 100 ms after they were due"
                + where(run)
                + ".");
      }
      if (result.trace().diedUnpromised() > 0) {
        notes.add(
            result.trace().diedUnpromised()
                + " items died with a node before anybody was told that they are safe"
                + where(run)
                + ".");
      }
      if (result.trace().lostEvents() > 0) {
        notes.add(
            result.trace().lostEvents()
                + " events were lost, so some latencies count as never reached"
                + where(run)
                + ".");
      }
    }
    return notes;
  }

  private static String reasons(LocalRun.Result result) {
    return result.refused().entrySet().stream()
        .map(entry -> " " + entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(",", ":", ""));
  }
}
