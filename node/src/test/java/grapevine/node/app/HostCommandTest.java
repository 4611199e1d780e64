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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many nodes in a process of their own. */
@Timeout(60)
class HostCommandTest {
  private static final int NODES = 4;

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly();
      process.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private String data(int node) {
    return folder.resolve("node-" + node).toString();
  }

  /** A network of four; the first makes it, and all are configured by files. */
  private void makeNodes(String more) throws IOException {
    CommandRun.of("init", "--data", data(0), "--new-network", "demo");
    for (int node = 0; node < NODES; node++) {
      if (node > 0) {
        CommandRun.of("init", "--data", data(node), "--network", data(0) + "/network.toml");
      }
      Files.writeString(
          Path.of(data(node), "node.toml"),
          """
          data = "%s"
          listen = "127.0.0.1:0"
          api-listen = "127.0.0.1:0"
          metrics-listen = "127.0.0.1:0"
          outbound = 0
          %s
          """
              .formatted(data(node), node == NODES - 1 ? more : ""));
    }
  }

  private Process host(int count) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Dlogback.configurationFile=logback.xml", // not that of the tests
            "-cp",
            System.getProperty("java.class.path"),
            "grapevine.node.app.Main",
            "host",
            "--nodes",
            folder.toString(),
            "--count",
            Integer.toString(count));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }

  private static String err(Process host) throws IOException {
    return new String(host.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void assertEnds(Process host, ExitCode code) throws InterruptedException {
    assertThat(host.waitFor(30, TimeUnit.SECONDS)).as("an end in time").isTrue();
    assertThat(host.exitValue()).isEqualTo(code.code());
  }

  @Test
  void shouldRunEachNodeAsIfItWereAloneAndStopAllOnSigterm() throws Exception {
    makeNodes("");
    Process host = host(NODES);
    BufferedReader out = host.inputReader(StandardCharsets.UTF_8);
    Set<String> ids = new TreeSet<>();
    for (int node = 0; node < NODES; node++) {
      String line = out.readLine();
      assertThat(line).startsWith("ready node=").contains(" metrics=127.0.0.1:");
      ids.add(line.substring(11, 75));
    }
    assertThat(ids).as("an identity for each").hasSize(NODES);
    for (int node = 0; node < NODES; node++) {
      CommandRun status = CommandRun.of("status", "--data", data(node));
      assertThat(status.exitCode()).as(status.err()).isZero();
      ids.removeIf(id -> status.out().contains(id));
    }
    assertThat(ids).as("each asked by its own API").isEmpty();
    host.toHandle().destroy(); // unlike destroy(), leaves its output to be read
    assertEnds(host, ExitCode.OK);
    for (int node = 0; node < NODES; node++) {
      assertThat(Path.of(data(node), "api")).doesNotExist();
    }
  }

  @Test
  void shouldEndWithTheExitCodeOfTheNodeThatCannotStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      makeNodes("peer = []");
      Path file = Path.of(data(2), "node.toml");
      String address = "127.0.0.1:" + taken.getLocalPort();
      Files.writeString(
          file,
          Files.readString(file)
              .replace("\nlisten = \"127.0.0.1:0\"", "\nlisten = \"" + address + "\""));
      Process host = host(NODES);
      assertEnds(host, ExitCode.CANNOT_BIND);
      assertThat(err(host)).contains("grapevine: cannot bind --listen " + address);
    }
  }

  @Test
  void shouldNameFileAndKeyOfAWrongConfiguration() throws Exception {
    makeNodes("outbond = 3");
    Process host = host(NODES);
    assertEnds(host, ExitCode.USAGE);
    assertThat(err(host)).contains("node-3/node.toml:").contains("outbond");
  }

  @Test
  void shouldRefuseToHostNobody() throws Exception {
    Process host = host(0);
    assertEnds(host, ExitCode.USAGE);
    assertThat(err(host)).contains("expected 1 to 2000 nodes");
  }
}
