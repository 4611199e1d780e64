package grapevine.netlab.scenario.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Scenarios;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.TopologyPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioReaderTest {
  private static final String FULL =
      """
      name = "all-of-it"
      about = "With \\"everything\\" in it"
      nodes = 100
      seed = 7
      relay = "flood"
      births = [[0.5, 3, 200], [1, 4, 144]]

      [topology]
      kind = "clusters"
      clusters = 4
      degree = 6
      crossing = 0.125

      [links]
      kind = "normal"
      mean_ms = 40
      deviation_ms = 7.5
      message_loss = 0.01
      packet_loss = 0.02

      [bandwidth]
      kind = "uniform"
      up_mbit = 20
      down_mbit = 100

      [[transactions]]
      per_second = 0.5
      bytes = 300
      from_s = 1
      until_s = 9

      [[transactions]]
      per_second = 2

      [[burst]]
      at_s = 2
      count = 50
      bytes = 1000

      [blocks]
      interval_s = 2.5
      producers = 5
      bytes = 100_000
      transaction_bytes = 1000

      [[fault]]
      kind = "partition"
      at_s = 8
      until_s = 9.5
      share = 0.25

      [[fault]]
      kind = "crash"
      at_s = 3
      nodes = [5, 1]
      down_s = 2
      store_kept = false

      [observation]
      warm_up_s = 1
      load_s = 10
      settle_s = 20
      percents = [50, 99]

      [limits]
      sessions.inboundMax = 1000
      reconcile.digestsServed.burst = 5
      """;

  @Test
  void shouldReadEverything() throws Exception {
    Scenario scenario = Scenarios.reader().read(Scenarios.FILE, FULL, Map.of());
    assertThat(scenario)
        .isEqualTo(
            new Scenario(
                "all-of-it",
                "With \"everything\" in it",
                new Scenario.Population(
                    100,
                    7,
                    "flood",
                    Map.of("sessions.inboundMax", 1000L, "reconcile.digestsServed.burst", 5L)),
                new TopologyPlan.Clusters(4, 6, 0.125),
                new Links(
                    new Links.Latency.Normal(40, 7.5),
                    new Links.Bandwidth.Uniform(20, 100),
                    0.01,
                    0.02),
                List.of(
                    new Load.Transactions(0.5, 300, 1_000, 9_000),
                    new Load.Transactions(2, 250, 0, 10_000),
                    new Load.Burst(2_000, 50, 1_000),
                    new Load.Blocks(2_500, 5, 100_000, 1_000, 0, 10_000),
                    new Load.Listed(
                        List.of(new Load.Birth(500, 3, 200), new Load.Birth(1_000, 4, 144)))),
                List.of(
                    new Fault.Crash(3_000, new Fault.Who.Nodes(List.of(5, 1)), 2_000, false),
                    new Fault.Partition(8_000, 9_500, new Fault.Who.Share(0.25))),
                new Scenario.Observation(1_000, 10_000, 20_000, List.of(50, 99))));
  }

  @Test
  void shouldReadItsOwnTextAsTheSameScenario() throws Exception {
    Scenario scenario = Scenarios.reader().read(Scenarios.FILE, FULL, Map.of());
    String text = ScenarioText.of(scenario);
    assertThat(Scenarios.reader().read(Scenarios.FILE, text, Map.of())).isEqualTo(scenario);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topology = { kind = 'ring', degree = 2 }",
        "topology = { kind = 'small_world', degree = 2, rewired = 0.3 }",
        "topology = { kind = 'scale_free', degree = 2 }",
        "topology = { kind = 'complete' }",
        "topology = { kind = 'reachable', reachable = 4 }",
        "topology = { kind = 'list', dials = [[1, 2], [], [3], [4], [5], [6], [7], [8], [9], [0]] }",
        "links = { kind = 'uniform', delay_ms = 3.25, jitter_ms = 1e-3 }",
        "links = { kind = 'lognormal', median_ms = 10, sigma = 0.5 }",
        "links = { kind = 'regions', year = 2015 }",
        "links = { kind = 'matrix', delay_ms = [[0, 1.5], [1.5, 0]], jitter_ms = [[0, 0], [0, 0]] }",
        "bandwidth = { kind = 'regions', year = 2019 }",
        "bandwidth = { kind = 'list', up_mbit = [1, 2.5], down_mbit = [8, 9] }",
        "fault = { kind = 'churn', at_s = 1, until_s = 2, share_per_minute = 0.5, down_s = 0.25 }",
        "fault = { kind = 'one_way', at_s = 1, until_s = 2, nodes = [0] }",
        "fault = { kind = 'slow_reader', at_s = 1, until_s = 2, nodes = [0], down_mbit = 0.1 }",
        "fault = { kind = 'freeze', at_s = 1, until_s = 2, nodes = [0] }",
        "fault = { kind = 'clock_offset', at_s = 1, nodes = [0], offset_ms = -500 }",
        "fault = { kind = 'withhold', at_s = 1, share = 0.5 }",
        "fault = { kind = 'silent', at_s = 1, share = 0.5 }"
      })
  void shouldWriteEveryKindAsItIsRead(String line) throws Exception {
    Scenario scenario = Scenarios.of(10, line.replace('\'', '"'));
    assertThat(Scenarios.reader().read(Scenarios.FILE, ScenarioText.of(scenario), Map.of()))
        .isEqualTo(scenario);
  }

  @Test
  void shouldHaveADefaultForAlmostEverything() {
    Scenario scenario = Scenarios.of(5, "");
    assertThat(scenario.name()).isEqualTo("test");
    assertThat(scenario.population().relay()).isEqualTo("announce");
    assertThat(scenario.topology()).isEqualTo(new TopologyPlan.Random(4));
    assertThat(scenario.links().latency()).isEqualTo(new Links.Latency.Uniform(25, 0));
    assertThat(scenario.observation())
        .isEqualTo(new Scenario.Observation(2_000, 60_000, 30_000, List.of(50, 90, 95, 99, 100)));
    assertThat(scenario.loads()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "node = 5 | 3: node: unknown key, did you mean \"nodes\"?",
        "colour = 5 | 3: colour: unknown key, expected one of ",
        "nodes = 5 | 3: not TOML",
        "seed = -1 | 3: seed: found -1, expected a whole number from 0 to 9007199254740992",
        "seed = 1.5 | 3: seed: found 1.5, expected a whole number",
        "name = \"a b\" | 3: name: found \"a b\", expected up to 64 letters, digits and dashes",
        "about = 3 | 3: about: found 3, expected a sentence",
        "relay = \"anounce\" | 3: relay: found \"anounce\", expected one of announce, trickle,"
            + " flood; did you mean \"announce\"?",
        "links = 3 | 3: links: found 3, expected a table",
        "topology = { kind = \"star\" } | 3: topology.kind: found \"star\", expected one of random",
        "topology = { degree = 20 } | 3: topology.degree: found 20, expected a whole number from 1"
            + " to 19",
        "topology = { kind = \"complete\", degree = 2 } | 3: topology.degree: unknown key",
        "topology = { kind = \"small_world\" } | 3: topology.rewired: missing, expected a number"
            + " from 0 to 1",
        "topology = { kind = \"small_world\", rewird = 1 } | 3: topology.rewird: unknown key, did"
            + " you mean \"rewired\"?",
        "topology = { kind = \"reachable\", reachable = 21 } | 3: topology.reachable: found 21,"
            + " expected a whole number from 1 to 20",
        "topology = { kind = \"list\", dials = [[1], [0]] } | 3: topology.dials: node 0 dials 1,"
            + " expected one that dials it not",
        "topology = { kind = \"list\", dials = [[1], []] } | 1: nodes: found 20, expected the 2 of the",
        "topology = { kind = \"file\", file = \"none\" } | there is no file lab/none",
        "links = { delay_ms = -1 } | 3: links.delay_ms: found -1, expected a number from 0 to 60000",
        "links = { delay_ms = nan } | 3: links.delay_ms: found \"NaN\", expected a number",
        "links = { delay_ms = 5, jitter_ms = 6 } | 3: links.jitter_ms: found 6, expected a number"
            + " from 0 to 5",
        "links = { kind = \"regions\", year = 2016 } | 3: links.year: found 2016, expected one of"
            + " [2015, 2019]",
        "links = { packet_loss = 0.6 } | 3: links.packet_loss: found 0.6, expected a number from 0"
            + " to 0.5",
        "links = { kind = \"matrix\", delay_ms = [[1, 2]], jitter_ms = [[1]] } | 3: links.delay_ms:"
            + " found [[1,2]], expected as many rows as columns",
        "bandwidth = { kind = \"uniform\", up_mbit = 0, down_mbit = 1 } | 3: bandwidth.up_mbit:"
            + " found 0, expected a number from 0.001 to 1000000",
        "bandwidth = { kind = \"file\" } | 3: bandwidth.kind: found \"file\", expected that only",
        "transactions = { per_second = 0 } | 3: transactions.per_second: found 0, expected a number",
        "transactions = { per_second = 1, bytes = 143 } | 3: transactions.bytes: found 143,"
            + " expected a whole number from 144 to 61584",
        "transactions = { per_second = 1, until_s = 61 } | 3: transactions.until_s: found 61,"
            + " expected a number from 0 to 60",
        "blocks = { interval_s = 0.001 } | 3: blocks.interval_s: found 0.001, expected a number"
            + " from 0.01 to 86400",
        "blocks = { interval_s = 1, bytes = 100 } | 3: blocks.bytes: found 100, expected 0, or at"
            + " least the 204 of a header",
        "blocks = { interval_s = 1, producers = 21 } | 3: blocks.producers: found 21, expected a"
            + " whole number from 1 to 20",
        "births = [[1, 20, 250]] | 3: births: found [1.0, 20.0, 250.0], expected at_s,node,bytes up"
            + " to 60 s, below 20 and from 144 to 61584",
        "fault = { at_s = 1 } | 3: fault.kind: missing, expected one of crash, churn",
        "fault = { kind = \"crash\", at_s = 1 } | 3: fault.nodes: missing, expected an array",
        "fault = { kind = \"crash\", at_s = 1, nodes = [20] } | 3: fault.nodes: found 20, expected"
            + " whole numbers from 0 to 19",
        "fault = { kind = \"crash\", at_s = 1, nodes = [3, 3] } | 3: fault.nodes: found [3,3],"
            + " expected each number once",
        "fault = { kind = \"crash\", at_s = 1, nodes = [3], share = 1 } | 3: fault.share: found 1,"
            + " expected nodes or share, not both",
        "fault = { kind = \"crash\", at_s = 61, share = 1 } | 3: fault.at_s: found 61, expected a"
            + " number from 0 to 60",
        "fault = { kind = \"freeze\", at_s = 9, until_s = 8, share = 1 } | 3: fault.until_s: found"
            + " 8, expected a number from 9.001 to 60",
        "limits.sessions.inboundMx = 3 | 3: limits.sessions.inboundMx: unknown key, did you mean"
            + " \"inboundMax\"?",
        "limits.sessions.inboundMax = true | 3: limits.sessions.inboundMax: found true, expected a"
            + " whole number"
      })
  void shouldNameFileLineKeyFoundAndExpected(String line, String complaint) {
    String text = "nodes = 20\nobservation = { load_s = 60 }\n" + line;
    assertThatThrownBy(() -> Scenarios.reader().read(Scenarios.FILE, text, Map.of()))
        .isInstanceOf(ScenarioException.class)
        .message()
        .startsWith(complaint.startsWith("there") ? complaint : "lab/test.toml:" + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "observation = { load_s = 9 } | lab/test.toml:1: nodes: missing, expected a whole number",
        "nodes = 1 | lab/test.toml:1: nodes: found 1, expected a whole number from 2 to 200000",
        "nodes = 9 | lab/test.toml:1: observation.load_s: missing, expected a number from 0.1",
        "nodes = 9\\n[observation]\\nload_s = 9\\npercents = [9, 9] |"
            + " lab/test.toml:4: observation.percents: found [9,9], expected ascending numbers",
        "nodes = 9\\n[observation]\\nload_s = 9\\n[[fault]]\\nkind = 'churn'\\n[[fault]]\\nat_s = 1 |"
            + " lab/test.toml:4: fault.0.at_s: missing"
      })
  void shouldFindTheLineInTables(String text, String complaint) {
    String lines = text.replace("\\n", "\n").replace('\'', '"');
    assertThatThrownBy(() -> Scenarios.reader().read(Scenarios.FILE, lines, Map.of()))
        .message()
        .startsWith(complaint);
  }

  @Test
  void shouldLetTheCommandLineOverrideAnyKey() {
    Scenario scenario =
        Scenarios.of(
            20,
            """
            [[fault]]
            kind = "crash"
            at_s = 1
            nodes = [1]
            [[fault]]
            kind = "freeze"
            at_s = 2
            until_s = 3
            nodes = [2]
            [[transactions]]
            per_second = 5
            """,
            Map.of(
                "nodes", "30",
                "relay", "flood",
                "links.delay_ms", "7.5",
                "transactions.per_second", "9",
                "fault.1.until_s", "4",
                "limits.sessions.inboundMax", "99"));
    assertThat(scenario.population())
        .isEqualTo(new Scenario.Population(30, 1, "flood", Map.of("sessions.inboundMax", 99L)));
    assertThat(scenario.links().latency()).isEqualTo(new Links.Latency.Uniform(7.5, 0));
    assertThat(scenario.loads()).containsExactly(new Load.Transactions(9, 250, 0, 60_000));
    assertThat(scenario.faults().get(1))
        .isEqualTo(new Fault.Freeze(2_000, 4_000, new Fault.Who.Nodes(List.of(2))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "links.delai_ms | 5 | --set links.delai_ms: unknown key",
        "links.delay_ms | x | --set links.delay_ms: found \"x\", expected a number",
        "colour.red | 1 | --set colour.red: unknown key",
        "nodes.x | 1 | --set nodes.x: nodes is no table, expected a key of the scenario",
        "fault.at_s | 1 | --set fault.at_s: fault has 2 tables, expected fault.0. and so on",
        "fault.2.at_s | 1 | --set fault.2.at_s: fault.2 is no table",
      })
  void shouldRefuseAnOverrideThatMeansNothing(String key, String value, String complaint) {
    String text =
        """
        nodes = 20
        observation = { load_s = 60 }
        [[fault]]
        kind = "silent"
        at_s = 1
        share = 0.1
        [[fault]]
        kind = "withhold"
        at_s = 1
        share = 0.1
        """;
    assertThatThrownBy(() -> Scenarios.reader().read(Scenarios.FILE, text, Map.of(key, value)))
        .message()
        .startsWith(complaint);
  }

  @Test
  void shouldReadFilesBesideTheScenario(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("graph.txt"), "# who dials whom\n0 1\n2 0 # and back\n\n1 2\n");
    Files.writeString(folder.resolve("trace.csv"), "at_s,node,bytes\n0.5,2,144\n1,0,300\n");
    Files.writeString(
        folder.resolve("net.gml"),
        """
        graph [
          directed 0
          node [ id 10 host_bandwidth_up "10 Mbit" host_bandwidth_down "1 Gbit" ]
          node [ id 20 host_bandwidth_up "500 kbit" host_bandwidth_down "20 Mbit" ]
          node [ id 30 host_bandwidth_up "10 Mbit" host_bandwidth_down "1 Gbit" ]
          edge [ source 10 target 20 latency "10 ms" jitter "1 ms" packet_loss 0.01 ]
          edge [ source 20 target 30 latency "500 us" packet_loss 0.01 ]
        ]
        """);
    Path file = folder.resolve("s.toml");
    Files.writeString(
        file,
        """
        trace = "trace.csv"
        topology = { kind = "file", file = "graph.txt" }
        links = { kind = "file", file = "net.gml" }
        bandwidth = { kind = "file" }
        observation = { load_s = 10 }
        """);
    Scenario scenario = Scenarios.reader().read(file);
    assertThat(scenario.population().nodes()).isEqualTo(3);
    assertThat(scenario.drawTopology())
        .isEqualTo(new Topology(List.of(List.of(1), List.of(2), List.of(0))));
    assertThat(scenario.loads())
        .containsExactly(
            new Load.Listed(List.of(new Load.Birth(500, 2, 144), new Load.Birth(1_000, 0, 300))));
    assertThat(scenario.links().latency())
        .isEqualTo(
            new Links.Latency.Matrix(
                List.of(List.of(0.0, 10.0, 10.5), List.of(10.0, 0.0, 0.5), List.of(10.5, 0.5, 0.0)),
                List.of(List.of(0.0, 1.0, 1.0), List.of(1.0, 0.0, 0.0), List.of(1.0, 0.0, 0.0))));
    assertThat(scenario.links().bandwidth())
        .isEqualTo(
            new Links.Bandwidth.Listed(List.of(10.0, 0.5, 10.0), List.of(1_000.0, 20.0, 1_000.0)));
    assertThat(scenario.links().packetLoss()).isEqualTo(0.01);
    assertThat(Scenarios.reader().read(file, ScenarioText.of(scenario), Map.of()))
        .isEqualTo(scenario);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topology = { kind = 'file', file = 'x' } | 0 1\\n1 a | x:2: found 1 a, expected two numbers",
        "topology = { kind = 'file', file = 'x' } | 0 1\\n1 0 | test.toml:3: topology.file: node 0"
            + " dials 1, expected one that dials it not",
        "trace = 'x' | at,node | x:1: found at,node, expected the header at_s,node,bytes",
        "trace = 'x' | at_s,node,bytes\\n1,2 | x:2: found 1,2, expected at_s,node,bytes up to 60 s",
        "trace = 'x' | at_s,node,bytes\\n61,1,250 | x:2: found 61,1,250, expected at_s,node,bytes",
        "links = { kind = 'file', file = 'x' } | node [ | x:1: found the end, expected a key or ]",
        "links = { kind = 'file', file = 'x' } | node [ ] | x:1: found 0 graphs, expected one",
        "links = { kind = 'file', file = 'x' } | graph [\\nnode [ id 1 ]\\n] ] | x:3: found ],",
        "links = { kind = 'file', file = 'x' } | graph [\\nnode [ ] ] | x:2: id: missing",
        "links = { kind = 'file', file = 'x' } | graph [ node [ id 1 ]\\nnode [ id 1 ] ] | x:2: id:"
            + " found 1, expected each number once",
        "links = { kind = 'file', file = 'x' } | graph [ node [ id 1 ]\\nedge [ source 1 target 2 ] ]"
            + " | x:2: target: found 2, expected the id of a node",
        "links = { kind = 'file', file = 'x' } | graph [ node [ id 1 ]\\nedge [ source 1 target 1 ] ]"
            + " | x:2: latency: missing, expected a time",
        "links = { kind = 'file', file = 'x' } | graph [ node [ id 1 ]\\nedge [ source 1 target 1"
            + " latency '9 m' ] ] | x:2: latency: found 9 m, expected a number and a unit of [ms, ns,",
        "links = { kind = 'file', file = 'x' } | graph [ node [ id 1 ]\\nnode [ id 2 ] ] | x:1: found"
            + " no way from place 0 to 1, expected edges that link all",
        "links = { kind = 'file', file = 'x' } | graph [ node [ id 1 ] ] | x: 1 places for 20 nodes,"
            + " expected an edge from place 0 to itself"
      })
  void shouldNameTheLineOfAFileThatBelongsToIt(
      String line, String content, String complaint, @TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("x"), content.replace("\\n", "\n").replace('\'', '"'));
    String text = "nodes = 20\nobservation = { load_s = 60 }\n" + line.replace('\'', '"');
    Path file = folder.resolve("test.toml");
    String whole = line.startsWith("topology") ? text.replace("nodes = 20", "") : text;
    assertThatThrownBy(() -> Scenarios.reader().read(file, whole, Map.of()))
        .message()
        .startsWith(folder + "/" + complaint);
  }

  @Test
  void shouldSummariseWithoutUnderstandingAllOfIt(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("07-odd.toml");
    Files.writeString(file, "about = \"Odd\"\nnodes = 12\nrelay = \"telepathy\"\n");
    assertThat(ScenarioReader.summary(file))
        .isEqualTo(new ScenarioReader.Summary(file, "07-odd", 12, "Odd"));
  }
}
