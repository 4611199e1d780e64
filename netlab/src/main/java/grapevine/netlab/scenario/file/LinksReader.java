package grapevine.netlab.scenario.file;

import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.RegionTable;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the tables {@code [links]} and {@code [bandwidth]}. For one scenario. */
final class LinksReader {
  private static final double MILLIS_MAX = 60_000;
  private static final double DELAY_MILLIS_DEFAULT = 25;
  private static final double SIGMA_MAX = 5;
  private static final double MBIT_MIN = 0.001;
  private static final double MBIT_MAX = 1_000_000;

  /** Of packets: beyond it no TCP gets through. */
  private static final double PACKET_LOSS_MAX = 0.5;

  private final Path scenario;
  private final int nodes;
  private @Nullable GmlFile file;

  LinksReader(Path scenario, int nodes) {
    this.scenario = scenario;
    this.nodes = nodes;
  }

  Links read(TomlSection links, TomlSection bandwidth) throws ScenarioException {
    Links.Latency latency = latency(links);
    double messageLoss = links.number("message_loss", 0, 1, 0);
    double packetLoss =
        links.number("packet_loss", 0, PACKET_LOSS_MAX, file == null ? 0 : file.packetLoss());
    links.end();
    Links.Bandwidth lines = bandwidth(bandwidth);
    bandwidth.end();
    return new Links(latency, lines, messageLoss, packetLoss);
  }

  private Links.Latency latency(TomlSection section) throws ScenarioException {
    List<String> kinds = List.of("uniform", "normal", "lognormal", "regions", "file", "matrix");
    return switch (section.word("kind", kinds)) {
      case "uniform" -> {
        double delayMillis = section.number("delay_ms", 0, MILLIS_MAX, DELAY_MILLIS_DEFAULT);
        yield new Links.Latency.Uniform(
            delayMillis, section.number("jitter_ms", 0, delayMillis, 0));
      }
      case "normal" ->
          new Links.Latency.Normal(
              section.number("mean_ms", 0, MILLIS_MAX),
              section.number("deviation_ms", 0, MILLIS_MAX));
      case "lognormal" ->
          new Links.Latency.LogNormal(
              section.number("median_ms", 0, MILLIS_MAX), section.number("sigma", 0, SIGMA_MAX));
      case "regions" -> new Links.Latency.Regions(year(section));
      case "file" -> file(section);
      default -> matrix(section);
    };
  }

  private static int year(TomlSection section) throws ScenarioException {
    List<Integer> years = RegionTable.years();
    int year = (int) section.whole("year", years.getFirst(), years.getLast());
    if (!years.contains(year)) {
      throw section.wrong("year", "one of " + years);
    }
    return year;
  }

  private Links.Latency file(TomlSection section) throws ScenarioException {
    Path path = scenario.resolveSibling(section.text("file", "the path of a GML file"));
    GmlFile read = GmlFile.read(path);
    read.requireRoom(nodes);
    file = read;
    return new Links.Latency.Matrix(read.delayMillis(), read.jitterMillis());
  }

  private static Links.Latency matrix(TomlSection section) throws ScenarioException {
    List<List<Double>> delays = section.rows("delay_ms", 0, MILLIS_MAX);
    List<List<Double>> jitters = section.rows("jitter_ms", 0, MILLIS_MAX);
    for (List<List<Double>> matrix : List.of(delays, jitters)) {
      if (matrix.size() != delays.size()
          || matrix.stream().anyMatch(row -> row.size() != delays.size())) {
        throw section.wrong(
            matrix.equals(delays) ? "delay_ms" : "jitter_ms",
            "as many rows as columns, in both the same");
      }
    }
    return new Links.Latency.Matrix(delays, jitters);
  }

  private Links.Bandwidth bandwidth(TomlSection section) throws ScenarioException {
    List<String> kinds = List.of("unlimited", "uniform", "regions", "file", "list");
    return switch (section.word("kind", kinds)) {
      case "unlimited" -> new Links.Bandwidth.Unlimited();
      case "uniform" ->
          new Links.Bandwidth.Uniform(
              section.number("up_mbit", MBIT_MIN, MBIT_MAX),
              section.number("down_mbit", MBIT_MIN, MBIT_MAX));
      case "regions" -> new Links.Bandwidth.Regions(year(section));
      case "file" -> {
        if (file == null || file.upMbit().isEmpty()) {
          throw section.wrong("kind", "that only with a file in [links] that has bandwidths");
        }
        yield new Links.Bandwidth.Listed(file.upMbit(), file.downMbit());
      }
      default -> listed(section);
    };
  }

  private static Links.Bandwidth listed(TomlSection section) throws ScenarioException {
    List<Double> up = section.numbers("up_mbit", MBIT_MIN, MBIT_MAX);
    List<Double> down = section.numbers("down_mbit", MBIT_MIN, MBIT_MAX);
    if (up.size() != down.size()) {
      throw section.wrong("down_mbit", "as many numbers as up_mbit has");
    }
    return new Links.Bandwidth.Listed(List.copyOf(up), List.copyOf(down));
  }
}
