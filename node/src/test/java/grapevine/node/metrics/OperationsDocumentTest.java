package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.protocol.NodeView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/operations.md against what a node serves: no figure and no event is left out. */
class OperationsDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/operations.md");

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> names = new TreeSet<>();
    pattern.matcher(text).results().map((MatchResult each) -> each.group(1)).forEach(names::add);
    return names;
  }

  @Test
  void shouldNameEveryMetricAndNoOther() throws IOException {
    Exposition exposition = new Exposition(new Exposition.Build("1", "c", 1), 0);
    new PrometheusEvents(exposition);
    new DriverMetrics(exposition)
        .onSample(
            PrometheusEventsTest.status(),
            new NodeView.Gauges(0, OptionalLong.empty(), Map.of("alive", 1)),
            new DriverMetrics.StoreUse(0, 0, 0, 0, false));
    ByteArrayOutputStream scrape = new ByteArrayOutputStream();
    exposition.write(null, scrape);

    assertThat(found(Pattern.compile("`(grapevine_[a-z_]+)`"), Files.readString(DOCUMENT)))
        .isEqualTo(
            found(
                Pattern.compile("# TYPE (grapevine_[a-z_]+) "),
                scrape.toString(StandardCharsets.UTF_8)));
  }

  @Test
  void shouldNameEveryEvent() throws IOException {
    assertThat(found(Pattern.compile("`([a-z-]+)`"), Files.readString(DOCUMENT)))
        .containsAll(Arrays.stream(EventKind.values()).map(EventKind::label).toList());
  }
}
