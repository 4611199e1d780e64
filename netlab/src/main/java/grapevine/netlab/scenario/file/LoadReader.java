package grapevine.netlab.scenario.file;

import grapevine.netlab.scenario.Load;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what is born: transactions, bursts, blocks and a listed trace. For one scenario. */
final class LoadReader {
  /** Of one load; each costs the simulator some memory. */
  private static final int TRANSACTIONS_MAX = 10_000_000;

  private static final int TRANSACTION_BYTES_DEFAULT = 250;
  private static final double PER_SECOND_MAX = 100_000;
  private static final double PER_SECOND_MIN = 0.000_01;
  private static final int INTERVAL_MILLIS_MIN = 10;
  private static final int INTERVAL_MILLIS_MAX = 86_400_000;
  private static final int PRODUCERS_DEFAULT = 3;
  private static final int BIRTH_COLUMNS = 3;
  private static final String TRACE_HEAD = "at_s,node,bytes";
  private static final double MILLIS_PER_SECOND = 1000;

  private final Path scenario;
  private final int nodes;
  private final long loadMillis;

  LoadReader(Path scenario, int nodes, long loadMillis) {
    this.scenario = scenario;
    this.nodes = nodes;
    this.loadMillis = loadMillis;
  }

  List<Load> read(TomlSection root) throws ScenarioException {
    List<Load> loads = new ArrayList<>();
    for (TomlSection section : root.tables("transactions")) {
      loads.add(transactions(section));
    }
    for (TomlSection section : root.tables("burst")) {
      loads.add(burst(section));
    }
    if (root.has("blocks")) {
      loads.add(blocks(root.table("blocks")));
    }
    if (root.has("trace")) {
      loads.add(trace(scenario.resolveSibling(root.text("trace", "the path of a CSV file"))));
    }
    if (root.has("births")) {
      loads.add(births(root));
    }
    return loads;
  }

  private Load transactions(TomlSection section) throws ScenarioException {
    double perSecond = section.number("per_second", PER_SECOND_MIN, PER_SECOND_MAX);
    int bytes = bytes(section, "bytes");
    long fromMillis = section.millis("from_s", 0, loadMillis, 0);
    long untilMillis = section.millis("until_s", fromMillis, loadMillis, loadMillis);
    if (perSecond * (untilMillis - fromMillis) / MILLIS_PER_SECOND > TRANSACTIONS_MAX) {
      throw section.wrong("per_second", "at most " + TRANSACTIONS_MAX + " transactions in all");
    }
    section.end();
    return new Load.Transactions(perSecond, bytes, fromMillis, untilMillis);
  }

  private Load burst(TomlSection section) throws ScenarioException {
    Load burst =
        new Load.Burst(
            section.millis("at_s", 0, loadMillis),
            (int) section.whole("count", 1, TRANSACTIONS_MAX),
            bytes(section, "bytes"));
    section.end();
    return burst;
  }

  private Load blocks(TomlSection section) throws ScenarioException {
    long intervalMillis = section.millis("interval_s", INTERVAL_MILLIS_MIN, INTERVAL_MILLIS_MAX);
    int producers =
        (int)
            section.whole(
                "producers",
                1,
                Math.min(nodes, Network.PRODUCERS_MAX),
                Math.min(nodes, PRODUCERS_DEFAULT));
    int bytes = (int) section.whole("bytes", 0, Network.BLOCK_BYTES_CEILING, 0);
    if (bytes != 0 && bytes < BlockHeader.BYTES) {
      throw section.wrong("bytes", "0, or at least the " + BlockHeader.BYTES + " of a header");
    }
    int transactionBytes = bytes(section, "transaction_bytes");
    long fromMillis = section.millis("from_s", 0, loadMillis, 0);
    long untilMillis = section.millis("until_s", fromMillis, loadMillis, loadMillis);
    section.end();
    return new Load.Blocks(
        intervalMillis, producers, bytes, transactionBytes, fromMillis, untilMillis);
  }

  private static int bytes(TomlSection section, String key) throws ScenarioException {
    return (int)
        section.whole(key, Transaction.BYTES_MIN, Transaction.BYTES_MAX, TRANSACTION_BYTES_DEFAULT);
  }

  /** The same as a trace, in the scenario itself. */
  private Load births(TomlSection root) throws ScenarioException {
    List<Load.Birth> births = new ArrayList<>();
    for (List<Double> row : root.rows("births", 0, Integer.MAX_VALUE)) {
      Load.Birth birth =
          row.size() == BIRTH_COLUMNS && row.get(1) % 1 == 0 && row.get(2) % 1 == 0
              ? birth(row.get(0), row.get(1).intValue(), row.get(2).intValue())
              : null;
      if (birth == null) {
        throw root.wrong("births", row.toString(), expectedBirth());
      }
      births.add(birth);
    }
    return new Load.Listed(births);
  }

  private Load trace(Path path) throws ScenarioException {
    List<Load.Birth> births = new ArrayList<>();
    int number = 0;
    for (String line : TextFile.read(path).lines().toList()) {
      number++;
      String plain = line.strip();
      if (number == 1) {
        if (!plain.equals(TRACE_HEAD)) {
          throw TextFile.wrong(path, number, plain, "the header " + TRACE_HEAD);
        }
      } else if (!plain.isEmpty()) {
        births.add(birth(path, number, plain));
      }
    }
    return new Load.Listed(births);
  }

  private Load.Birth birth(Path path, int number, String line) throws ScenarioException {
    if (line.matches("[0-9]{1,9}(\\.[0-9]{1,9})?,[0-9]{1,6},[0-9]{1,6}")) {
      String[] words = line.split(",", -1);
      Load.Birth birth =
          birth(
              Double.parseDouble(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      if (birth != null) {
        return birth;
      }
    }
    throw TextFile.wrong(path, number, line, expectedBirth());
  }

  private Load.@Nullable Birth birth(double atSeconds, int node, int bytes) {
    long atMillis = StrictMath.round(atSeconds * MILLIS_PER_SECOND);
    boolean fits =
        atMillis <= loadMillis
            && node < nodes
            && bytes >= Transaction.BYTES_MIN
            && bytes <= Transaction.BYTES_MAX;
    return fits ? new Load.Birth(atMillis, node, bytes) : null;
  }

  private String expectedBirth() {
    return "%s up to %s s, below %d and from %d to %d"
        .formatted(
            TRACE_HEAD,
            TomlSection.plain(loadMillis / MILLIS_PER_SECOND),
            nodes,
            Transaction.BYTES_MIN,
            Transaction.BYTES_MAX);
  }
}
