package grapevine.netlab.scenario.file;

import grapevine.netlab.scenario.Fault;
import java.util.List;

/** Reads one table {@code [[fault]]}. */
final class FaultReader {
  private static final double SHARE_MIN = 0.000_001;
  private static final double SHARE_PER_MINUTE_MAX = 60;
  private static final double MBIT_MIN = 0.001;
  private static final double MBIT_MAX = 1_000_000;
  private static final long OFFSET_MILLIS_MAX = 86_400_000;
  private static final List<String> KINDS =
      List.of(
          "crash",
          "churn",
          "partition",
          "one_way",
          "slow_reader",
          "freeze",
          "clock_offset",
          "withhold",
          "silent");

  private final TomlSection section;
  private final int nodes;
  private final long loadMillis;

  FaultReader(TomlSection section, int nodes, long loadMillis) {
    this.section = section;
    this.nodes = nodes;
    this.loadMillis = loadMillis;
  }

  Fault read() throws ScenarioException {
    if (!section.has("kind")) {
      throw section.wrong("kind", "one of " + String.join(", ", KINDS));
    }
    String kind = section.word("kind", KINDS);
    long at = section.millis("at_s", 0, loadMillis);
    Fault fault =
        switch (kind) {
          case "crash" ->
              new Fault.Crash(
                  at,
                  who(),
                  section.millis("down_s", 0, loadMillis, 0),
                  section.flag("store_kept", true));
          case "churn" ->
              new Fault.Churn(
                  at,
                  until(at),
                  section.number("share_per_minute", SHARE_MIN, SHARE_PER_MINUTE_MAX),
                  section.millis("down_s", 1, loadMillis));
          case "partition" -> new Fault.Partition(at, until(at), who());
          case "one_way" -> new Fault.OneWay(at, until(at), who());
          case "slow_reader" ->
              new Fault.SlowReader(
                  at, until(at), who(), section.number("down_mbit", MBIT_MIN, MBIT_MAX));
          case "freeze" -> new Fault.Freeze(at, until(at), who());
          case "clock_offset" ->
              new Fault.ClockOffset(
                  at, who(), section.whole("offset_ms", -OFFSET_MILLIS_MAX, OFFSET_MILLIS_MAX));
          case "withhold" -> new Fault.Withhold(at, who());
          default -> new Fault.Silent(at, who());
        };
    section.end();
    return fault;
  }

  private long until(long atMillis) throws ScenarioException {
    return section.millis("until_s", atMillis + 1, loadMillis);
  }

  private Fault.Who who() throws ScenarioException {
    boolean named = section.has("nodes");
    if (section.has("share")) {
      if (named) {
        throw section.wrong("share", "nodes or share, not both");
      }
      return new Fault.Who.Share(section.number("share", SHARE_MIN, 1));
    }
    List<Integer> numbers = section.wholes("nodes", 0, nodes - 1);
    if (numbers.stream().distinct().count() != numbers.size()) {
      throw section.wrong("nodes", "each number once");
    }
    return new Fault.Who.Nodes(numbers);
  }
}
