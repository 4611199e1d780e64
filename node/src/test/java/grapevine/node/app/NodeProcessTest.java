package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.node.api.ApiClient;
import grapevine.node.api.Token;
import grapevine.node.app.console.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: its ready line, signals, exit codes. */
class NodeProcessTest {
  /** Bounds the size of files that a process writes: a disk that refuses, without a disk. */
  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

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
    return start(List.of(), data, heap, more);
  }

  /**
   * @param prefix a command that runs the command behind it
   */
  private Process start(List<String> prefix, String directory, String heap, String... more)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
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
            directory,
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
            "[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}Z INFO  Phases: stopped phase=store millis=[0-9]+\n")
        .contains("stopped phase=\"data directory\" ");
    assertThat(ready(node)).as("anything but the ready line on stdout").isNull();
    assertThat(folder.resolve("n/api")).doesNotExist();
  }

  @Test
  void shouldReadItsPeersFileAgainOnSighup() throws Exception {
    Path peers = Files.writeString(folder.resolve("peers.txt"), "");
    Process node = node("--peers-file", peers.toString());
    ready(node);
    Files.writeString(peers, "127.0.0.1:9\nnonsense\n");
    run("/bin/kill", "-HUP", "" + node.pid());
    try (BufferedReader err = node.errorReader(StandardCharsets.UTF_8)) {
      assertThat(err.lines().filter(line -> line.contains("peers file")).findFirst().orElse(""))
          .contains("peers file not read, its old places stay")
          .contains(peers + ":2: found");
      Files.writeString(peers, "127.0.0.1:9\n");
      run("/bin/kill", "-HUP", "" + node.pid());
      assertThat(err.lines().filter(line -> line.contains("peers file")).findFirst().orElse(""))
          .contains("peers file read again")
          .contains("places=1");
      node.toHandle().destroy();
      assertEnds(node, ExitCode.OK);
    }
  }

  @Test
  void shouldOutliveASighupThatHasNothingToRead() throws Exception {
    Process node = node();
    ready(node);
    run("/bin/kill", "-HUP", "" + node.pid());
    try (BufferedReader err = node.errorReader(StandardCharsets.UTF_8)) {
      assertThat(err.lines().filter(line -> line.contains("peers file")).findFirst().orElse(""))
          .contains("there is no peers file to read again");
      node.toHandle().destroy();
      assertEnds(node, ExitCode.OK);
    }
  }

  @Test
  void shouldEndAtOnceOnASecondSignal() throws Exception {
    Process node = node();
    String ready = ready(node);
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), apiPort(ready))) {
      // A request that never comes to its end holds up the stop of the API for seconds.
      String token = Files.readString(folder.resolve("n/token")).strip();
      List<String> head =
          List.of(
              "POST /v1/transactions HTTP/1.1",
              "Host: 127.0.0.1",
              "Authorization: Bearer " + token,
              "Content-Length: 9");
      String bytes = String.join("\r\n", head) + "\r\n\r\n";
      slow.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      assertThat(CommandRun.of("status", "--data", data).exitCode()).isZero();
      node.toHandle().destroy();
      try (BufferedReader err = node.errorReader(StandardCharsets.UTF_8)) {
        String line = err.readLine();
        while (line != null && !line.contains("stopped phase=clockwork")) {
          line = err.readLine();
        }
        assertThat(line).isNotNull();
        node.toHandle().destroy();
        assertEnds(node, ExitCode.RUNTIME);
        assertThat(err.lines()).noneMatch(each -> each.contains("stopped phase=store"));
      }
    }
    Process again = node();
    assertThat(ready(again)).startsWith("ready");
  }

  private static int apiPort(String readyLine) {
    return Integer.parseInt(readyLine.replaceFirst(".* api=127.0.0.1:([0-9]+) .*", "$1"));
  }

  /** Sends one transaction; how the command ended. */
  private CommandRun send(int number) {
    String made =
        CommandRun.of("tx", "make", "--data", data, "--count", "1", "--time", "" + timeOf(number))
            .out();
    return CommandRun.of(Map.of(), made, "tx", "send", "-", "--data", data);
  }

  /** Each in a minute of its own, so that no two have the same nonce. */
  private static long timeOf(int number) {
    return System.currentTimeMillis() - 60_000L * number;
  }

  private JsonNode ask(String directory, String path) throws Exception {
    Path root = Path.of(directory);
    URI api = URI.create("http://" + Files.readString(root.resolve("api")).strip());
    try (ApiClient client = new ApiClient(api, Token.read(root.resolve("token")))) {
      return client.get(path);
    }
  }

  @Test
  void shouldOnlyReadWhileTheDiskRefusesAndRecoverByItself() throws Exception {
    assumeTrue(Files.isExecutable(PRLIMIT), "prlimit is not here");
    // Files of at most 32 MiB, which the store's first commit exceeds: a real write that fails.
    Process node = start(List.of(PRLIMIT.toString(), "--fsize=33554432:unlimited"), data, "256m");
    ready(node);
    CommandRun refused = send(0);
    assertThat(refused.out() + refused.err()).contains("storage-full");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
    assertThat(ask(data, "/v1/status").at("/store/problem").asText()).isEqualTo("io-error");
    assertThat(send(1).out()).contains("storage-full");
    assertThat(CommandRun.of("status", "--data", data).out()).contains("read-only: writing to");
    run(PRLIMIT.toString(), "--pid", "" + node.pid(), "--fsize=unlimited");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ask(data, "/v1/status").at("/store/problem").isNull());
    CommandRun stored = send(2);
    assertThat(stored.exitCode()).as(stored.out() + stored.err()).isZero();
    NodeStatus status = NodeStatus.of(ask(data, "/v1/status"));
    assertThat(status.committed()).isEqualTo(status.position());
    node.toHandle().destroy();
    assertEnds(node, ExitCode.OK);
    assertThat(err(node).lines().filter(line -> line.contains("read-only from now on")))
        .as("said once, however often it was tried")
        .hasSize(1);
  }

  private record NodeStatus(long position, long committed) {
    static NodeStatus of(JsonNode json) {
      return new NodeStatus(
          json.at("/store/position").asLong(), json.at("/store/committed").asLong());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void shouldStartANodeOfItsOwnFromABackupOfOneThatRuns() throws Exception {
    ready(node());
    assertThat(send(0).exitCode()).isZero();
    String copy = folder.resolve("copy").toString();
    CommandRun backup = CommandRun.of("backup", "--data", data, copy, "-o", "json");
    assertThat(backup.exitCode()).as(backup.err()).isZero();
    assertThat(new ObjectMapper().readTree(backup.out()).path("keys").asBoolean()).isFalse();
    assertThat(Path.of(copy, "sender.key")).doesNotExist();
    ready(start(List.of(), copy, "256m"));
    assertThat(ask(copy, "/v1/digest")).isEqualTo(ask(data, "/v1/digest"));
    assertThat(ask(copy, "/v1/digest").at("/transactions/count").asInt()).isEqualTo(1);
    assertThat(ask(copy, "/v1/status").path("nodeId"))
        .isNotEqualTo(ask(data, "/v1/status").path("nodeId"));
  }

  @Test
  void shouldKeepWhatWasAcknowledgedWhicheverStateItIsKilledIn() throws Exception {
    Process running = node();
    ready(running);
    assertThat(send(0).exitCode()).isZero();
    killed(running); // at rest
    killed(node()); // while the JVM starts
    Process starting = node();
    awaitFile(folder.resolve("n/api"));
    killed(starting); // between its API and its ready line, or just behind it
    Process stopping = node();
    ready(stopping);
    stopping.toHandle().destroy();
    killed(stopping);
    Process last = node();
    ready(last);
    assertThat(ask(data, "/v1/digest").at("/transactions/count").asInt()).isEqualTo(1);
  }

  @Test
  void shouldKeepWhatWasAcknowledgedWhenItIsKilledWhileItOnlyReads() throws Exception {
    assumeTrue(Files.isExecutable(PRLIMIT), "prlimit is not here");
    Process node = node();
    ready(node);
    assertThat(send(0).exitCode()).isZero();
    run(PRLIMIT.toString(), "--pid", "" + node.pid(), "--fsize=1024:unlimited");
    assertThat(send(1).out()).contains("storage-full");
    assertThat(ask(data, "/v1/status").at("/store/problem").asText()).isEqualTo("io-error");
    killed(node);
    ready(node());
    assertThat(ask(data, "/v1/digest").at("/transactions/count").asInt()).isEqualTo(1);
  }

  private static void awaitFile(Path path) {
    await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(path));
  }

  private static void killed(Process node) throws InterruptedException {
    node.destroyForcibly();
    assertThat(node.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldLogOneJsonObjectALineWhenAsked() throws Exception {
    Process node = node("--log-format", "json");
    assertThat(ready(node)).startsWith("ready node=");
    node.toHandle().destroy();
    assertEnds(node, ExitCode.OK);
    List<String> phases = new ArrayList<>();
    for (String line : err(node).lines().toList()) {
      if (!line.startsWith("WARNING: ")) { // the virtual machine's own words
        phases.add(new ObjectMapper().readTree(line).path("phase").asText());
      }
    }
    assertThat(phases).contains("store", "data directory");
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
