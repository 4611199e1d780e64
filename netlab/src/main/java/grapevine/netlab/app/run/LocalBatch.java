package grapevine.netlab.app.run;

import grapevine.netlab.local.Feasibility;
import grapevine.netlab.local.LocalRun;
import grapevine.netlab.local.NodeFailure;
import grapevine.netlab.local.NodeProgram;
import grapevine.netlab.local.Placement;
import grapevine.netlab.local.ScenarioLinks;
import grapevine.netlab.local.net.LinkEmulator;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several runs on real processes, one after another. Confined to one thread. */
public final class LocalBatch {
  /** One run and its report. */
  public record Run(Scenario scenario, LocalRun.Result result, PropagationReport report) {}

  private final NodeProgram program;
  private final LocalMeans means;
  private final Progress progress;

  public LocalBatch(NodeProgram program, LocalMeans means, Progress progress) {
    this.program = program;
    this.means = means;
    this.progress = progress;
  }

  /**
   * @param directory takes a directory for each run
   * @throws IllegalArgumentException naming what of a scenario real processes cannot bear, before
   *     anything is started
   */
  public List<Run> run(List<Scenario> scenarios, Path directory)
      throws NodeFailure, IOException, InterruptedException {
    for (Scenario scenario : scenarios) {
      List<String> obstacles = Feasibility.obstacles(scenario, means.means());
      if (!obstacles.isEmpty()) {
        throw new IllegalArgumentException(
            "cannot run on real processes: " + String.join("; ", obstacles));
      }
    }
    List<Run> runs = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      Path own = Files.createDirectory(directory.resolve("run-" + (runs.size() + 1)));
      LocalRun.Result result = means.emulates() ? emulated(scenario, own) : plain(scenario, own);
      runs.add(
          new Run(
              scenario,
              result,
              PropagationReport.of(
                  result.trace(),
                  scenario.population().relay(),
                  scenario.observation().percents())));
    }
    return runs;
  }

  private LocalRun.Result emulated(Scenario scenario, Path directory)
      throws NodeFailure, IOException, InterruptedException {
    ScenarioLinks table = new ScenarioLinks(scenario);
    try (LinkEmulator links =
        LinkEmulator.open(scenario.population().nodes(), table, scenario.population().seed())) {
      return run(scenario, new Placement.Linked(links), table, directory);
    }
  }

  private LocalRun.Result plain(Scenario scenario, Path directory)
      throws NodeFailure, IOException, InterruptedException {
    Placement placement =
        means.means() == Feasibility.Means.HOSTED
            ? new Placement.Hosted(means.nodesPerProcess())
            : new Placement.Processes();
    return run(scenario, placement, null, directory);
  }

  private LocalRun.Result run(
      Scenario scenario, Placement placement, @Nullable ScenarioLinks table, Path directory)
      throws NodeFailure, IOException, InterruptedException {
    try (Phases phases = new Phases(progress)) {
      return new LocalRun(scenario, program, placement, table).run(directory, phases);
    }
  }

  /** Shows a run's phases, each until the next begins. */
  private static final class Phases implements LocalRun.Watcher, AutoCloseable {
    private final Progress progress;
    private volatile Progress.@Nullable Phase phase;

    Phases(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void onPhase(String name, long steps) {
      close();
      phase = progress.phase(name, steps);
    }

    @Override
    public void onStep() {
      Progress.Phase shown = phase;
      if (shown != null) {
        shown.step();
      }
    }

    @Override
    public void close() {
      Progress.Phase shown = phase;
      if (shown != null) {
        shown.close();
      }
      phase = null;
    }
  }
}
