package grapevine.netlab.scenario.file;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TopologyPlan;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A scenario as TOML, with every value that holds, defaults included: read again it is the same
 * scenario. What came from files stands in it. A pure function, for reports.
 */
public final class ScenarioText {
  private static final double MILLIS_PER_SECOND = 1000;

  private final StringBuilder out = new StringBuilder();

  private ScenarioText() {}

  public static String of(Scenario scenario) {
    ScenarioText text = new ScenarioText();
    text.write(scenario);
    return text.out.toString();
  }

  private void write(Scenario scenario) {
    Scenario.Population population = scenario.population();
    put("name", quoted(scenario.name()));
    put("about", quoted(scenario.about()));
    put("nodes", population.nodes());
    put("seed", population.seed());
    put("relay", quoted(population.relay()));
    for (Load load : scenario.loads()) {
      if (load instanceof Load.Listed listed) {
        // A key of the top, so it has to stand before the first table.
        put(
            "births",
            listed.births().stream()
                .map(b -> "[" + seconds(b.atMillis()) + ", " + b.node() + ", " + b.bytes() + "]")
                .collect(Collectors.joining(", ", "[", "]")));
      }
    }
    table("[topology]");
    writeTopology(scenario.topology());
    table("[links]");
    writeLatency(scenario.links().latency());
    put("message_loss", number(scenario.links().messageLoss()));
    put("packet_loss", number(scenario.links().packetLoss()));
    table("[bandwidth]");
    writeBandwidth(scenario.links().bandwidth());
    scenario.loads().forEach(this::writeLoad);
    scenario.faults().forEach(this::writeFault);
    Scenario.Observation observation = scenario.observation();
    table("[observation]");
    put("warm_up_s", seconds(observation.warmUpMillis()));
    put("load_s", seconds(observation.loadMillis()));
    put("settle_s", seconds(observation.settleMillis()));
    put("percents", observation.percents());
    if (!population.limits().isEmpty()) {
      table("[limits]");
      for (Map.Entry<String, Long> limit : new TreeMap<>(population.limits()).entrySet()) {
        put(limit.getKey(), limit.getValue());
      }
    }
  }

  private void writeTopology(TopologyPlan plan) {
    switch (plan) {
      case TopologyPlan.Random p -> kind("random", "degree", p.degree());
      case TopologyPlan.Ring p -> kind("ring", "degree", p.degree());
      case TopologyPlan.SmallWorld p ->
          kind("small_world", "degree", p.degree(), "rewired", number(p.rewired()));
      case TopologyPlan.ScaleFree p -> kind("scale_free", "degree", p.degree());
      case TopologyPlan.Clusters p ->
          kind(
              "clusters",
              "clusters",
              p.clusters(),
              "degree",
              p.degree(),
              "crossing",
              number(p.crossing()));
      case TopologyPlan.Complete p -> kind("complete");
      case TopologyPlan.Reachable p ->
          kind("reachable", "reachable", p.reachable(), "degree", p.degree());
      case TopologyPlan.Listed p -> kind("list", "dials", p.topology().dials());
    }
  }

  private void writeLatency(Links.Latency latency) {
    switch (latency) {
      case Links.Latency.Uniform u ->
          kind(
              "uniform",
              "delay_ms",
              number(u.delayMillis()),
              "jitter_ms",
              number(u.jitterMillis()));
      case Links.Latency.Normal n ->
          kind(
              "normal",
              "mean_ms",
              number(n.meanMillis()),
              "deviation_ms",
              number(n.deviationMillis()));
      case Links.Latency.LogNormal n ->
          kind("lognormal", "median_ms", number(n.medianMillis()), "sigma", number(n.sigma()));
      case Links.Latency.Regions r -> kind("regions", "year", r.year());
      case Links.Latency.Matrix m ->
          kind("matrix", "delay_ms", m.delayMillis(), "jitter_ms", m.jitterMillis());
    }
  }

  private void writeBandwidth(Links.Bandwidth bandwidth) {
    switch (bandwidth) {
      case Links.Bandwidth.Unlimited u -> kind("unlimited");
      case Links.Bandwidth.Uniform u ->
          kind("uniform", "up_mbit", number(u.upMbit()), "down_mbit", number(u.downMbit()));
      case Links.Bandwidth.Regions r -> kind("regions", "year", r.year());
      case Links.Bandwidth.Listed l ->
          kind("list", "up_mbit", l.upMbit(), "down_mbit", l.downMbit());
    }
  }

  private void writeLoad(Load load) {
    switch (load) {
      case Load.Transactions t -> {
        table("[[transactions]]");
        put("per_second", number(t.perSecond()));
        put("bytes", t.bytes());
        put("from_s", seconds(t.fromMillis()));
        put("until_s", seconds(t.untilMillis()));
      }
      case Load.Burst b -> {
        table("[[burst]]");
        put("at_s", seconds(b.atMillis()));
        put("count", b.count());
        put("bytes", b.bytes());
      }
      case Load.Blocks b -> {
        table("[blocks]");
        put("interval_s", seconds(b.intervalMillis()));
        put("producers", b.producers());
        put("bytes", b.bytes());
        put("transaction_bytes", b.transactionBytes());
        put("from_s", seconds(b.fromMillis()));
        put("until_s", seconds(b.untilMillis()));
      }
      case Load.Listed listed -> {
        // Stands at the top.
      }
    }
  }

  private void writeFault(Fault fault) {
    table("[[fault]]");
    switch (fault) {
      case Fault.Crash f -> {
        fault("crash", f, f.who());
        put("down_s", seconds(f.downMillis()));
        put("store_kept", f.storeKept());
      }
      case Fault.Churn f -> {
        put("kind", quoted("churn"));
        put("at_s", seconds(f.atMillis()));
        put("until_s", seconds(f.untilMillis()));
        put("share_per_minute", number(f.sharePerMinute()));
        put("down_s", seconds(f.downMillis()));
      }
      case Fault.Partition f -> fault("partition", f, f.who(), f.untilMillis());
      case Fault.OneWay f -> fault("one_way", f, f.who(), f.untilMillis());
      case Fault.SlowReader f -> {
        fault("slow_reader", f, f.who(), f.untilMillis());
        put("down_mbit", number(f.downMbit()));
      }
      case Fault.Freeze f -> fault("freeze", f, f.who(), f.untilMillis());
      case Fault.ClockOffset f -> {
        fault("clock_offset", f, f.who());
        put("offset_ms", f.offsetMillis());
      }
      case Fault.Withhold f -> fault("withhold", f, f.who());
      case Fault.Silent f -> fault("silent", f, f.who());
    }
  }

  private void fault(String kind, Fault fault, Fault.Who who, long untilMillis) {
    fault(kind, fault, who);
    put("until_s", seconds(untilMillis));
  }

  private void fault(String kind, Fault fault, Fault.Who who) {
    put("kind", quoted(kind));
    put("at_s", seconds(fault.atMillis()));
    switch (who) {
      case Fault.Who.Nodes nodes -> put("nodes", nodes.numbers());
      case Fault.Who.Share share -> put("share", number(share.share()));
    }
  }

  /** A kind, and then keys and values in turn. */
  private void kind(String kind, Object... keysAndValues) {
    put("kind", quoted(kind));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
  }

  /** Lists print as TOML's arrays do. */
  private void put(String key, Object value) {
    out.append(key).append(" = ").append(value).append('\n');
  }

  private void table(String header) {
    out.append('\n').append(header).append('\n');
  }

  private static String seconds(long millis) {
    return number(millis / MILLIS_PER_SECOND);
  }

  private static String number(double number) {
    return TomlSection.plain(number);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 127) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
