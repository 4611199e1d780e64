package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.node.app.run.Node;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What dashboards and rules say of metrics, against what a node that has relayed something really
 * exposes: a renamed metric must not leave a dead panel.
 */
class MonitoringTest {
  private static final Path ROOT = Path.of("..");
  private static final Path MONITORING = ROOT.resolve("scripts/monitoring");
  private static final Path PAGE = ROOT.resolve("docs/operations.md");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Pattern NAME = Pattern.compile("\\b(?:grapevine|jvm|process)_[a-z0-9_]+");
  private static final Pattern SELECTOR =
      Pattern.compile("\\b((?:grapevine|jvm|process)_[a-z0-9_]+)\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");

  /** What Prometheus adds, and the bounds of buckets. */
  private static final Set<String> LABELS_OF_ALL = Set.of("instance", "job", "le");

  @TempDir private Path folder;

  private TestNodes nodes;

  /** Kind of every metric, by name. */
  private final Map<String, String> types = new TreeMap<>();

  /** Labels of every metric that has a sample. */
  private final Map<String, Set<String>> labels = new HashMap<>();

  @BeforeEach
  void scrape() throws Exception {
    nodes = new TestNodes(folder);
    CommandRun.of("init", "--data", data("a"), "--new-network", "solo", "--producer");
    Node a = nodes.start("a");
    CommandRun.of("init", "--data", data("b"), "--network", data("a") + "/network.toml");
    nodes.start("b", a.listenAddress());
    String made = CommandRun.of("tx", "make", "--data", data("a"), "--count", "1").out();
    assertThat(CommandRun.of(Map.of(), made, "tx", "send", "-", "--data", data("a")).exitCode())
        .isZero();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                read("b").contains("grapevine_items_accepted_total{kind=\"transaction\"")
                    // What is measured once a second.
                    && read("b").contains("grapevine_peer_table_entries{"));
    read("b").lines().forEach(this::learn);
    assertThat(types).containsKey("grapevine_build_info");
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private String data(String name) {
    return nodes.data(name);
  }

  private String read(String name) throws IOException {
    String address = Files.readString(folder.resolve(name).resolve("metrics")).strip();
    try (var in = URI.create("http://" + address + "/metrics").toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void learn(String line) {
    TYPE.matcher(line).results().forEach(found -> types.put(found.group(1), found.group(2)));
    SELECTOR
        .matcher(line)
        .results()
        .forEach(
            sample ->
                labels
                    .computeIfAbsent(metric(sample.group(1)), name -> new TreeSet<>())
                    .addAll(labelsIn(sample.group(2))));
  }

  private static Set<String> labelsIn(String selector) {
    return LABEL
        .matcher(selector.replaceAll("\"[^\"]*\"", ""))
        .results()
        .map(found -> found.group(1))
        .filter(label -> !LABELS_OF_ALL.contains(label))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The metric that a sample belongs to: a histogram has several names. */
  private String metric(String name) {
    String stem = name.replaceFirst("_(bucket|sum|count)$", "");
    return Set.of("histogram", "summary").contains(types.getOrDefault(stem, "")) ? stem : name;
  }

  private static List<String> expressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    try (var files = Files.list(MONITORING.resolve("grafana"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
        dashboard.findValuesAsText("expr").forEach(expressions::add);
        dashboard
            .at("/templating/list")
            .forEach(variable -> expressions.add(variable.at("/query/query").asText()));
      }
    }
    assertThat(expressions).hasSizeGreaterThan(24);
    for (String file : List.of("rules.yml", "rules-test.yml")) {
      expressions.add(Files.readString(MONITORING.resolve(file)));
    }
    return expressions;
  }

  @Test
  void shouldNameOnlyMetricsAndLabelsThatANodeExposes() throws IOException {
    Set<String> wrong = new TreeSet<>();
    for (String expression : expressions()) {
      NAME.matcher(expression)
          .results()
          .map(MatchResult::group)
          .filter(name -> !types.containsKey(metric(name)))
          .forEach(name -> wrong.add("no metric " + name));
      for (MatchResult use : SELECTOR.matcher(expression).results().toList()) {
        Set<String> known = labels.get(metric(use.group(1)));
        Set<String> unknown = labelsIn(use.group(2));
        unknown.removeAll(known == null ? unknown : known);
        unknown.forEach(label -> wrong.add("no label " + label + " of " + use.group(1)));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void shouldExplainAndTestEveryAlert() throws IOException {
    String rules = Files.readString(MONITORING.resolve("rules.yml"));
    String tests = Files.readString(MONITORING.resolve("rules-test.yml"));
    List<String> headings =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("### ")).toList();
    List<String> alerts =
        Pattern.compile("- alert: (\\w+)").matcher(rules).results().map(a -> a.group(1)).toList();
    assertThat(alerts).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    for (String alert : alerts) {
      assertThat(headings).contains("### " + alert);
      assertThat(rules).contains("docs/operations.md#" + alert.toLowerCase(java.util.Locale.ROOT));
      assertThat(tests)
          .as("fires, and is silent")
          .contains("alertname: " + alert + "\n")
          .contains("alertname: " + alert + "}");
    }
  }
}
