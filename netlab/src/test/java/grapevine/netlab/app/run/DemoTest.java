package grapevine.netlab.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.netlab.local.FakeNode;
import grapevine.netlab.trace.TraceFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole run, with programs that only look like nodes. */
@Timeout(120)
class DemoTest {
  private static final Demo.Settings SETTINGS =
      new Demo.Settings(3, 2, 20, 2, 5, Duration.ofSeconds(2));

  @TempDir private Path parent;
  private final StringWriter out = new StringWriter();

  @Test
  void shouldPassWhenEverythingArrivesInSpiteOfAKill() throws Exception {
    assertThat(run("well")).as(out::toString).isTrue();
    assertThat(out.toString())
        .contains("PASSED: all 3 nodes hold the same", "--seed 5")
        .containsPattern("transaction +\\d+ +100\\.00 ")
        .containsPattern("block +\\d+ +100\\.00 ");
    var json = new ObjectMapper().readTree(parent.resolve("run/report.json").toFile());
    assertThat(json.path("restartedNodes").asInt()).isEqualTo(1);
    var kinds = json.path("strategies").get(0).path("kinds");
    assertThat(kinds.path("transaction").path("timed").asInt()).isGreaterThan(20);
    assertThat(parent.resolve("run/report.csv")).exists();
    assertThat(parent.resolve("run/report.html")).exists();
    assertThat(TraceFile.read(parent.resolve("run/trace.gvt")).nodes()).hasSize(3);
  }

  @Test
  void shouldNameWhatIsMissingWhere() throws Exception {
    assertThat(run("forgets")).isFalse();
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("FAILED: the nodes still differ: node 1 has")
        .containsPattern("transactions did not reach every node, first transaction:[0-9a-f]{64}")
        .contains("which is missing on node 1.");
  }

  @Test
  void shouldNotWorkInADirectoryThatHoldsSomething() {
    assertThatThrownBy(() -> WorkDirectory.open(Optional.of(parent.getParent()), false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty");
  }

  @Test
  void shouldDeleteTheNodesButNotTheReportsWhenNobodyWantsThem() throws Exception {
    Path root;
    try (WorkDirectory directory = WorkDirectory.open(Optional.empty(), false)) {
      root = directory.root();
      Files.createDirectories(directory.nodes().resolve("a/b"));
      Files.writeString(root.resolve("report.csv"), "");
    }
    assertThat(root.resolve("nodes")).doesNotExist();
    assertThat(root.resolve("report.csv")).exists();
    Files.delete(root.resolve("report.csv"));
    Files.delete(root);
  }

  private boolean run(String mode) throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Progress progress = new Progress(new PrintStream(err, true, StandardCharsets.UTF_8), false);
    try (WorkDirectory directory = WorkDirectory.open(Optional.of(parent.resolve("run")), false)) {
      Demo demo = new Demo(SETTINGS, FakeNode.program(mode), progress, new PrintWriter(out, true));
      return demo.run(directory);
    } finally {
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("Starting nodes ...");
    }
  }
}
