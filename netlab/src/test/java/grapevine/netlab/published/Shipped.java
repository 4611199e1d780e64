package grapevine.netlab.published;

import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.file.ScenarioException;
import grapevine.netlab.scenario.file.ScenarioReader;
import grapevine.netlab.sim.LimitOverrides;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The scenarios that ship; the module's directory is the working directory of its tests. */
final class Shipped {
  private static final ScenarioReader READER =
      new ScenarioReader(List.of("announce", "trickle", "flood"), LimitOverrides.paths());

  private Shipped() {}

  static Scenario read(String name, List<String> settings) {
    Map<String, String> overrides = new HashMap<>();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      overrides.put(parts[0], parts[1]);
    }
    try {
      return READER.read(Path.of("scenarios", name + ".toml"), overrides);
    } catch (ScenarioException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
