package grapevine.netlab.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.netlab.epidemic.Comparison;
import grapevine.netlab.epidemic.Comparison.Published;
import grapevine.netlab.epidemic.Sample;
import grapevine.netlab.published.Experiment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldPrintPublishedBesideMeasured() {
    assertThat(run("--quick", "infect-and-die")).isZero();
    assertThat(out.toString())
        .containsPattern("matches +residue s, share of nodes +0\\.203 +0\\.20\\d ")
        .contains("4 figures match, 0 miss by a known gap, 0 differ.")
        .doesNotContain("rounds:");
  }

  @Test
  void shouldNameKnownGapsAndEndWithZero() {
    assertThat(run("--quick", "demers")).isZero();
    assertThat(out.toString()).contains("known gap   ", "known gap: t_ave of tables 1 and 2");
  }

  @Test
  void shouldSpeakJson() throws Exception {
    assertThat(run("--quick", "infect-and-die", "-o", "json")).isZero();
    JsonNode row = new ObjectMapper().readTree(out.toString()).get(0).get("rows").get(0);
    assertThat(row.get("published").asDouble()).isEqualTo(0.2032);
    assertThat(row.get("verdict").asText()).isEqualTo("matches");
    assertThat(row.get("knownGap").isNull()).isTrue();
  }

  @Test
  void shouldEndWithOneOnlyWhenAFigureDiffers() {
    assertThat(VerifyCommand.exitCode(List.of(result(1, null), result(3, "as others")))).isZero();
    assertThat(VerifyCommand.exitCode(List.of(result(1, null), result(3, null)))).isEqualTo(1);
  }

  private static VerifyCommand.Result result(double measured, @Nullable String gap) {
    Comparison row =
        new Comparison(
            new Published("dice", "pips", 1, "a book"),
            new Sample(1, measured, 0),
            0.5,
            "given",
            gap);
    return new VerifyCommand.Result(Experiment.ROUNDS, List.of(row), 0);
  }

  @Test
  void shouldEndWithTwoAndNameTheExperimentsThereAre() {
    assertThat(run("demirs")).isEqualTo(2);
    assertThat(err.toString())
        .contains("no experiment demirs, expected one of rounds, infect-and-die, demers, hops");
  }

  private int run(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "verify";
    System.arraycopy(args, 0, all, 1, args.length);
    return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(all);
  }
}
