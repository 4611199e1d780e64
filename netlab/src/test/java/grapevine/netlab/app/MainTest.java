package grapevine.netlab.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldExplainItself() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("demo", "replay", "version", "Exit codes:");
    assertThat(run("demo", "--help")).isZero();
    assertThat(out.toString())
        .contains("--nodes", "--seconds", "--tx-rate", "--seed", "--degree", "--keep", "--out");
  }

  @Test
  void shouldTellItsVersion() {
    assertThat(run("version")).isZero();
    assertThat(out.toString()).contains("version", "commit", "java");
    assertThat(run("--version")).isZero();
  }

  @Test
  void shouldRefuseWrongOptionsWithTwo() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("demo", "--nodes", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("--nodes is 1, expected 2 to 100");
    assertThat(run("demo", "--tx-rate", "many")).isEqualTo(2);
    assertThat(run("demo", "--sedd", "1")).isEqualTo(2);
    assertThat(run("replay")).isEqualTo(2);
    assertThat(run("replay", "file", "--print", "7-9")).isEqualTo(2);
    assertThat(err.toString()).contains("--print is \"7-9\", expected a range such as 120..140");
    assertThat(run("replay", "file", "--until", "0")).isEqualTo(2);
    assertThat(run("dmo")).isEqualTo(2);
  }

  @Test
  void shouldListTheScenariosOfADirectory() {
    assertThat(run("list", "scenarios")).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.matches("FILE +NAME +NODES +ABOUT"))
        .anyMatch(line -> line.matches("01-hello.toml +hello +20 +Twenty healthy nodes: .*"));
  }

  @Test
  void shouldListScenariosForPrograms() throws Exception {
    assertThat(run("list", "scenarios", "-o", "json")).isZero();
    JsonNode first = new ObjectMapper().readTree(out.toString()).get(0);
    assertThat(first.get("name").asText()).isEqualTo("hello");
    assertThat(first.get("nodes").asInt()).isEqualTo(20);
    assertThat(first.get("file").asText()).isEqualTo("scenarios/01-hello.toml");
  }

  @Test
  void shouldListWhatCanBeReadAndNameWhatCannot(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("a.toml"), "nodes = many");
    Files.writeString(folder.resolve("b.toml"), "nodes = 7");
    assertThat(run("list", folder.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("b.toml");
    assertThat(err.toString()).contains("a.toml:1: not TOML");
    assertThat(run("list", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there is no directory");
  }

  private int run(String... args) {
    return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(args);
  }
}
