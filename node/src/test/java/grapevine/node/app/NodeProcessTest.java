package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.app.console.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: its ready line, signals, exit codes. */
class NodeProcessTest {
  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();
  private String data;

  @BeforeEach
  void makeNetwork() {
    data = folder.resolve("n").toString();
    CommandRun.of("init", "--data", data, "--new-network", "demo");
  }

  @AfterEach
  void killAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly();
      process.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private Process node(String... more) throws IOException {
    return node("256m", more);
  }

  private Process node(String heap, String[] more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError", // as scripts/lib/node.jvmopts has it
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=logback.xml", // not that of the tests
                "-cp",
                System.getProperty("java.class.path"),
                "grapevine.node.app.Main",
                "node",
                "--data",
                data,
                "--listen",
                "127.0.0.1:0",
                "--api-listen",
                "127.0.0.1:0"));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }

  private static String ready(Process node) throws IOException {
    BufferedReader out = node.inputReader(StandardCharsets.UTF_8);
    return out.readLine();
  }

  private static String err(Process node) throws IOException {
    return new String(node.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void assertEnds(Process node, ExitCode code) throws InterruptedException {
    assertThat(node.waitFor(30, TimeUnit.SECONDS)).as("an end in time").isTrue();
    assertThat(node.exitValue()).isEqualTo(code.code());
  }

  @Test
  void shouldSayThatItIsReadyAndEndInOrderOnSigterm() throws Exception {
    Process node = node();
    assertThat(ready(node)).startsWith("ready node=").contains(" metrics=- started=");
    CommandRun status = CommandRun.of("status", "--data", data);
    assertThat(status.exitCode()).as(status.err()).isZero();
    Process second = node();
    assertEnds(second, ExitCode.DATA_DIRECTORY_IN_USE);
    assertThat(err(second)).contains("is in use by").contains("pid " + node.pid());
    node.toHandle().destroy(); // unlike destroy(), leaves its output to be read
    assertEnds(node, ExitCode.OK);
    assertThat(err(node))
        .containsPattern(
            "[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z INFO  Phases: stopped store in [0-9]+ ms")
        .contains("stopped data directory in ");
    assertThat(ready(node)).as("anything but the ready line on stdout").isNull();
    assertThat(folder.resolve("n/api")).doesNotExist();
  }

  @Test
  void shouldEndWithThreeWhenMemoryRunsOut() throws Exception {
    Process node = node("4m", new String[0]);
    assertEnds(node, ExitCode.OUT_OF_MEMORY);
  }

  @Test
  void shouldEndWithFiveWhenAnAddressIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process node = node("--metrics-listen", "127.0.0.1:" + taken.getLocalPort());
      assertEnds(node, ExitCode.CANNOT_BIND);
      assertThat(err(node))
          .contains("grapevine: cannot bind --metrics-listen 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void shouldEndWithFourWhenItsDataIsOfALaterVersion() throws Exception {
    Files.writeString(folder.resolve("n/FORMAT"), "grapevine-store 99\n");
    Process node = node();
    assertEnds(node, ExitCode.DATA_DAMAGED_OR_TOO_NEW);
    assertThat(err(node)).contains("a later version of Grapevine wrote it");
  }
}
