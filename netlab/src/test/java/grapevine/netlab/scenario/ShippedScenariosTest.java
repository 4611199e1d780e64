package grapevine.netlab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.scenario.file.ScenarioText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedScenariosTest {
  /** The module's directory is the working directory of its tests. */
  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("scenarios"))) {
      return files.filter(file -> file.toString().endsWith(".toml")).sorted().toList();
    }
  }

  @Test
  void shouldBeNumberedWithoutGaps() throws IOException {
    List<Path> files = files();
    assertThat(files).hasSizeGreaterThanOrEqualTo(10);
    for (int i = 0; i < files.size(); i++) {
      assertThat(files.get(i).getFileName().toString()).startsWith("%02d-".formatted(i + 1));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldBeReadAndDrawn(Path file) throws Exception {
    Scenario scenario = Scenarios.reader().read(file);
    assertThat(file.getFileName().toString()).endsWith("-" + scenario.name() + ".toml");
    assertThat(scenario.about()).isNotEmpty();
    assertThat(Files.readString(file)).startsWith("# ");
    Schedule schedule = Schedule.of(scenario);
    assertThat(schedule.births().size() + schedule.turns().size()).isPositive();
    assertThat(LabNetwork.Terms.of(scenario, 0).allowance()).isPositive();
    Scenario small = scenario.population().nodes() > 1_000 ? scenario.withNodes(20_000) : scenario;
    assertThat(small.drawTopology().nodes()).isEqualTo(small.population().nodes());
    assertThat(small.drawWires().baseDelayNanos(0, 1)).isPositive();
    assertThat(Scenarios.reader().read(file, ScenarioText.of(scenario), Map.of()))
        .isEqualTo(scenario);
  }

  @Test
  void shouldScaleByOverride() throws Exception {
    for (int nodes : List.of(100, 100_000)) {
      Scenario scenario =
          Scenarios.reader()
              .read(Path.of("scenarios/10-scale.toml"), Map.of("nodes", Integer.toString(nodes)));
      assertThat(scenario.population().nodes()).isEqualTo(nodes);
    }
  }
}
