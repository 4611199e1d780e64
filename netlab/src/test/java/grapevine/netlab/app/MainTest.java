package grapevine.netlab.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldExplainItself() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("demo", "version", "Exit codes:");
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
    assertThat(run("dmo")).isEqualTo(2);
  }

  private int run(String... args) {
    return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(args);
  }
}
