package grapevine.netlab.scenario;

import grapevine.netlab.scenario.file.ScenarioException;
import grapevine.netlab.scenario.file.ScenarioReader;
import grapevine.node.protocol.Limits;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Scenarios for tests, and the words that a reader knows. */
public final class Scenarios {
  public static final Path FILE = Path.of("lab", "test.toml");

  private Scenarios() {}

  public static ScenarioReader reader() {
    List<String> limits = new ArrayList<>();
    addLimits(Limits.class, "", limits);
    return new ScenarioReader(List.of("announce", "trickle", "flood"), limits);
  }

  private static void addLimits(Class<?> limits, String prefix, List<String> paths) {
    for (RecordComponent component : limits.getRecordComponents()) {
      if (component.getType().isRecord()) {
        addLimits(component.getType(), prefix + component.getName() + ".", paths);
      } else {
        paths.add(prefix + component.getName());
      }
    }
  }

  /** What the text means, after the keys that every scenario has to have. */
  public static Scenario of(int nodes, String text) {
    return of(nodes, text, Map.of());
  }

  public static Scenario of(int nodes, String text, Map<String, String> overrides) {
    String whole =
        "nodes = " + nodes + "\nobservation = { load_s = 60 }\n" + text.stripIndent().strip();
    try {
      return reader().read(FILE, whole, overrides);
    } catch (ScenarioException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
