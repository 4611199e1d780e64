package grapevine.netlab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The Internet of one year as six regions: mean one-way latencies, bandwidths, and where nodes
 * live. Immutable. The figures are SimBlock's (NetworkConfiguration.java, dsg-titech/simblock,
 * Apache-2.0); the study that uses them is Nagayama, Banno and Shudo, arXiv 1912.05208.
 */
public final class RegionTable {
  private static final String FILE = "regions.json";

  private final List<String> names;
  private final double[][] latencyMillis;
  private final double[] upMbit;
  private final double[] downMbit;
  private final double[] nodeShare;

  private RegionTable(List<String> names, JsonNode year) {
    this.names = names;
    this.latencyMillis = new double[names.size()][];
    for (int from = 0; from < names.size(); from++) {
      latencyMillis[from] = numbers(year.get("latency_ms").get(from));
    }
    this.upMbit = numbers(year.get("upload_mbit_s"));
    this.downMbit = numbers(year.get("download_mbit_s"));
    this.nodeShare = numbers(year.get("node_share"));
  }

  /** Years that have a table, ascending. */
  public static List<Integer> years() {
    return List.of(2015, 2019);
  }

  /**
   * @throws IllegalArgumentException for a year without a table
   */
  static RegionTable of(int year) {
    if (!years().contains(year)) {
      throw new IllegalArgumentException(
          "no table of regions for " + year + ", expected one of " + years());
    }
    try (InputStream in = RegionTable.class.getResourceAsStream(FILE)) {
      JsonNode root = new ObjectMapper().readTree(in);
      List<String> names = new ArrayList<>();
      root.get("regions").forEach(name -> names.add(name.textValue()));
      return new RegionTable(List.copyOf(names), root.get(Integer.toString(year)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).doubleValue();
    }
    return numbers;
  }

  /**
   * Gives each node its region: so many in each as its share says, shuffled by the seed. The last
   * region takes what rounding leaves.
   */
  byte[] assign(int nodes, long seed) {
    byte[] regions = new byte[nodes];
    double share = 0;
    int next = 0;
    for (int region = 0; region < names.size(); region++) {
      share += nodeShare[region];
      int end = region == names.size() - 1 ? nodes : (int) (nodes * share + 0.5);
      while (next < end) {
        regions[next++] = (byte) region;
      }
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = nodes - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      byte swapped = regions[i];
      regions[i] = regions[other];
      regions[other] = swapped;
    }
    return regions;
  }

  List<String> names() {
    return names;
  }

  double latencyMillis(int from, int to) {
    return latencyMillis[from][to];
  }

  double upMbit(int region) {
    return upMbit[region];
  }

  double downMbit(int region) {
    return downMbit[region];
  }
}
