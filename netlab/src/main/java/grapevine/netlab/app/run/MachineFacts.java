package grapevine.netlab.app.run;

import grapevine.netlab.report.figures.RunFacts;
import java.lang.management.ManagementFactory;

/** What a figure was measured on. Made when a run begins, asked when it ends. */
public final class MachineFacts {
  private final double loadBefore = load();

  public RunFacts.Machine now() {
    return new RunFacts.Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        loadBefore,
        load());
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
