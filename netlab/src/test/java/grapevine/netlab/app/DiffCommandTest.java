package grapevine.netlab.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldEndWithZeroWhenNothingBecameWorse() throws IOException {
    assertThat(run(report("a", "10"), report("b", "10.5"))).isZero();
    assertThat(out.toString()).contains("announce transaction t50Millis", "NO REGRESSION");
  }

  @Test
  void shouldEndWithOneWhenAFigureBecameWorse() throws IOException {
    assertThat(run(report("a", "10"), report("b", "12"))).isEqualTo(1);
    assertThat(out.toString()).contains("REGRESSED", "+20.0 %");
    assertThat(run("--tolerance", "30", report("a", "10"), report("b", "12"))).isZero();
  }

  @Test
  void shouldEndWithTwoAndNameWhatItFound() throws IOException {
    assertThat(run(report("a", "10"), directory.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none does not exist");
    assertThat(run(report("a", "10"))).isEqualTo(2);
    assertThat(run("--tolerance", "-1", report("a", "10"), report("b", "12"))).isEqualTo(2);
    assertThat(err.toString()).contains("--tolerance is -1.0, expected 0 to 1000");
  }

  @Test
  void shouldSpeakJson() throws IOException {
    assertThat(run("-o", "json", report("a", "10"), report("b", "12"))).isEqualTo(1);
    assertThat(out.toString()).contains("\"regression\" : true");
  }

  private String report(String name, String value) throws IOException {
    String report =
        """
        {"format":"grapevine-report","version":2,"strategies":[{"relay":"announce","kinds":
        {"transaction":{"items":1,"figures":{"t50Millis":{"value":%s,"interval":null}}}}}]}
        """
            .formatted(value);
    return Files.writeString(directory.resolve(name), report).toString();
  }

  private int run(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "diff";
    System.arraycopy(args, 0, all, 1, args.length);
    return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(all);
  }
}
