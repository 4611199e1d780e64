package grapevine.netlab.app;

import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.file.ScenarioException;
import grapevine.netlab.scenario.file.ScenarioReader;
import grapevine.netlab.sim.LimitOverrides;
import grapevine.netlab.sim.SimRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where the commands get scenarios from: a file, or the name of one that ships with netlab. */
final class ScenarioSource {
  private ScenarioSource() {}

  /**
   * @param given a path, or a shipped scenario's file name with or without its ending
   * @param settings {@code key=value} each
   * @throws ParameterException naming what is wrong, which ends the command with exit 2
   */
  static Scenario read(CommandSpec spec, String given, List<String> settings) {
    ScenarioReader reader = new ScenarioReader(SimRun.relays(), LimitOverrides.paths());
    try {
      return reader.read(find(given), overrides(spec, settings));
    } catch (ScenarioException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** The same with another strategy, which must be one that there is. */
  static Scenario withRelay(CommandSpec spec, Scenario scenario, String relay) {
    if (!SimRun.relays().contains(relay)) {
      throw new ParameterException(
          spec.commandLine(),
          "--relay %s: expected one of: %s".formatted(relay, String.join(", ", SimRun.relays())));
    }
    return scenario.withRelay(relay);
  }

  private static Path find(String given) {
    Path path = Path.of(given);
    if (!Files.exists(path)) {
      for (String name : List.of(given, given + ListCommand.SUFFIX)) {
        Path shipped = ListCommand.shipped().resolve(name);
        if (Files.exists(shipped)) {
          return shipped;
        }
      }
    }
    return path;
  }

  /** Splits settings at their first equals sign. */
  static Map<String, String> overrides(CommandSpec spec, List<String> settings) {
    Map<String, String> overrides = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            spec.commandLine(), "--set " + setting + ": expected key=value, as nodes=100");
      }
      overrides.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return overrides;
  }
}
