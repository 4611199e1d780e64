package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import grapevine.node.api.Token;
import grapevine.node.app.console.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's commands against a server that answers what a test tells it. */
class ClientCommandsTest {
  private static final String STATUS =
      """
      {"nodeId":"aa","network":"demo","networkId":"bb","agent":"grapevine/1","uptimeMillis":3723999,\
      "wallMillis":1795341600000,"clockJumpMillis":0,"best":{"id":"cc","height":12},"tips":2,\
      "pool":{"transactions":3,"bytes":720},"peers":{"inbound":1,"outbound":8},"addressTable":40,\
      "store":{"position":100,"committed":99}}""";

  private static final String READ_ONLY =
      STATUS.replace(
          "\"committed\":99",
          "\"committed\":99,\"problem\":\"disk-full\",\"detail\":\"the disk is full\"");

  private static final String ITEMS =
      """
      "items":{"announced":10,"requested":5,"first":3,"duplicates":1,"served":2},\
      "traffic":{"messagesIn":6,"bytesIn":999,"messagesOut":3,"bytesOut":1234567},\
      "types":{"inv":{"messagesIn":6,"bytesIn":999,"messagesOut":3,"bytesOut":1234567}}""";

  private static final String PEERS =
      """
      [{"peer":1,"nodeId":"aaaabbbbccccdddd","direction":"outbound","why":"operator",\
      "address":"192.0.2.1:7700","agent":"grapevine/1",\
      "connectedMillis":61000,"rttMillis":1.234567,"rttMinMillis":0.5,"inFlight":2,"queuedBytes":1000,\
      "bestHeight":12,"sameMinute":true,%s},\
      {"peer":22,"nodeId":"bb","direction":"inbound","why":"inbound",\
      "address":"[2001:db8::1]:50000","agent":"other",\
      "connectedMillis":86400000,"rttMillis":null,"rttMinMillis":null,"inFlight":0,"queuedBytes":0,\
      "bestHeight":0,"sameMinute":null,"items":{"announced":0,"requested":0,"first":0,"duplicates":0},\
      "traffic":{"bytesIn":0,"bytesOut":0}}]"""
          .formatted(ITEMS);

  private static final String TRACE =
      """
      {"kind":"transaction","id":"aa","wall":"2026-11-26T13:02:05.651234Z","steps":[\
      {"step":"announced","afterMicros":0,"peer":7,"nodeId":"bb","result":"new","ageMillis":30},\
      {"step":"accepted","afterMicros":12345,"bytes":200}],"omitted":4}""";

  @TempDir Path folder;
  private HttpServer server;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    Token.readOrCreate(folder.resolve("token"));
    Files.writeString(folder.resolve("api"), "127.0.0.1:" + server.getAddress().getPort() + "\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          requests.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  /** As the node does it: one answer for each line that is not blank. */
  private void answerBatches() {
    server.createContext(
        "/v1/transactions/batch",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(body);
          StringBuilder answers = new StringBuilder();
          String[] lines = body.split("\n", -1);
          for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isEmpty()) {
              answers.append(answer(new ObjectMapper().readTree(lines[i]), i + 1)).append('\n');
            }
          }
          byte[] bytes = answers.toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static String answer(JsonNode line, int number) {
    String hex = line.path("transaction").asText();
    return switch (hex) {
      case "bad" ->
          "{\"error\":\"expired\",\"id\":\"bad\",\"detail\":\"too old\",\"line\":" + number + "}";
      case "old" -> "{\"id\":\"old\",\"known\":true}";
      default -> "{\"id\":\"" + hex + "\",\"known\":false}";
    };
  }

  private CommandRun run(String in, String... command) {
    Stream<String> data = Stream.of("--data", folder.toString());
    return CommandRun.of(
        Map.of(), in, Stream.concat(Stream.of(command), data).toArray(String[]::new));
  }

  @Test
  void shouldPrintTheStatusForPeople() {
    answer("/v1/status", 200, STATUS);
    CommandRun run = run("", "status");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "node       aa",
            "network    demo (bb)",
            "agent      grapevine/1",
            "uptime     1h 2m 3s",
            "clock      follows the system's",
            "best tip   height 12, cc",
            "tips       2",
            "pool       3 transactions, 720 bytes",
            "peers      1 inbound, 8 outbound",
            "addresses  40",
            "store      position 100, committed 99");
  }

  @Test
  void shouldPrintTheStatusForProgramsAsTheNodeTellsIt() {
    answer("/v1/status", 200, STATUS);
    assertThat(run("", "status", "-o", "json").out().strip()).isEqualTo(STATUS);
  }

  @Test
  void shouldSayWhyNothingIsStored() {
    answer("/v1/status", 200, READ_ONLY);
    assertThat(run("", "status").out())
        .contains("store      position 100, committed 99; read-only: the disk is full");
  }

  @Test
  void shouldSayThatTheClockIsNotFollowed() {
    answer(
        "/v1/status", 200, STATUS.replace("\"clockJumpMillis\":0", "\"clockJumpMillis\":-70000"));
    assertThat(run("", "status").out())
        .contains("clock      the system's is off by -70000 ms and is not followed");
  }

  @Test
  void shouldAlignThePeersForPeople() {
    answer("/v1/peers", 200, PEERS);
    assertThat(run("", "peers").out().lines())
        .containsExactly(
            "PEER  NODE          DIR  WHY       ADDRESS              AGE          RTT     MIN   "
                + "  FIRST  DUP  ASKED  FLIGHT  IN    OUT    QUEUED  HEIGHT  SAME  AGENT",
            "1     aaaabbbbcccc  out  operator  192.0.2.1:7700       1m 1s        1.23ms  0.50ms"
                + "  3      25%  50%    2       999B  1.2MB  1.0kB   12      yes   grapevine/1",
            "22    bb            in   inbound   [2001:db8::1]:50000  1d 0h 0m 0s  -       -     "
                + "  0      -    -      0       0B    0B     0B      0       -     other");
  }

  @Test
  void shouldTraceAnItem() {
    answer("/v1/items/transaction/aa/trace", 404, "{\"error\":\"not-found\"}");
    answer("/v1/items/block/aa/trace", 200, TRACE);
    assertThat(run("", "trace", "aa").out().lines())
        .containsExactly(
            "transaction aa, first heard of at 2026-11-26T13:02:05.651234Z",
            "AFTER     STEP       RESULT  PEER  NODE",
            "0.000ms   announced  new     p7    bb    ageMillis=30",
            "12.345ms  accepted   -       -     -     bytes=200",
            "and 4 more");
    assertThat(run("", "trace", "aa", "-o", "json").out().strip()).isEqualTo(TRACE);
    assertThat(run("", "trace", "aa", "-o", "jsonl").out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"step\":"));
    // A text that is no hash is the node's to refuse.
    answer("/v1/items/transaction/a b?c/trace", 200, TRACE);
    assertThat(run("", "trace", "a b?c", "-o", "json").out().strip()).isEqualTo(TRACE);
  }

  @Test
  void shouldSayWhetherTheNodeHoldsWhatItDoesNotRemember() {
    answer("/v1/items/transaction/", 404, "{\"error\":\"not-found\"}");
    answer("/v1/items/block/", 404, "{\"error\":\"not-found\"}");

    CommandRun unknown = run("", "trace", "aa");
    assertThat(unknown.err().strip())
        .isEqualTo("grapevine: the node neither holds aa nor remembers it");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
    answer("/v1/items/block/bb", 200, "{}");
    answer("/v1/items/block/bb/trace", 404, "{\"error\":\"not-found\"}");
    assertThat(run("", "trace", "bb").err().strip())
        .isEqualTo("grapevine: the node holds bb, but does not remember what it did with it");
  }

  @Test
  void shouldListWhatIsStored() {
    answer(
        "/v1/items",
        200,
        "{\"items\":[{\"position\":3,\"kind\":\"block\",\"id\":\"aa\"}],\"next\":3}");
    assertThat(run("", "items", "--since", "2").out().lines())
        .containsExactly("POSITION  KIND   ID", "3         block  aa");
    assertThat(run("", "items", "-o", "jsonl").out().strip())
        .isEqualTo("{\"position\":3,\"kind\":\"block\",\"id\":\"aa\"}");
    CommandRun wrong = run("", "items", "--limit", "0");
    assertThat(wrong.err()).contains("--limit 0: expected");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void shouldTellWhatHasPassed() {
    answer(
        "/v1/net",
        200,
        "{\"sinceMillis\":61000,\"socketBytesIn\":1500,\"socketBytesOut\":1600," + ITEMS + "}");
    assertThat(run("", "net").out().lines())
        .containsExactly(
            "TYPE     MESSAGES IN  BYTES IN  MESSAGES OUT  BYTES OUT",
            "inv      6            999       3             1234567",
            "all      6            999       3             1234567",
            "sockets               1500                    1600",
            "since 1m 1s; announced to us 10, asked for 5, first bodies 3, duplicates 1, served 2");
  }

  @Test
  void shouldTellOfThePool() {
    answer(
        "/v1/pool",
        200,
        """
        {"transactions":11,"bytes":2200,"transactionsMax":100,"bytesMax":10000,"feeFloor":7,\
        "feeMin":8,"feeMax":9,"senders":3,"conflicts":1,"nextExpiryMillis":61000,"wanted":5,\
        "inFlight":{"transactions":2,"blocks":1},"verifyingBytes":500}""");
    assertThat(run("", "pool").out().lines())
        .containsExactly(
            "transactions         11 of 100",
            "bytes                2200 of 10000",
            "senders              3",
            "conflicts            1",
            "fees per 1000 bytes  8 to 9",
            "fee floor            7",
            "next expiry          1970-01-01T00:01:01Z",
            "wanted               5",
            "in flight            2 transactions, 1 blocks",
            "being verified       500 bytes");
  }

  @Test
  void shouldPrintThePeersForProgramsAsTheNodeTellsThem() {
    answer("/v1/peers", 200, PEERS);
    assertThat(run("", "peers", "-o", "json").out().strip()).isEqualTo(PEERS);
  }

  @Test
  void shouldPrintAnElementALineForPrograms() {
    answer("/v1/peers", 200, PEERS);
    assertThat(run("", "peers", "-o", "jsonl").out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"peer\":"));
    answer("/v1/status", 200, STATUS);
    assertThat(run("", "status", "-o", "jsonl").out().strip()).isEqualTo(STATUS);
  }

  @Test
  void shouldAskAgainUntilItIsInterrupted() throws InterruptedException {
    answer("/v1/tips", 200, "[]");
    Thread watching = Thread.ofVirtual().start(() -> run("", "tips", "-w", "0.1"));
    await().atMost(Duration.ofSeconds(20)).until(() -> requests.size() >= 3);
    watching.interrupt();
    assertThat(watching.join(Duration.ofSeconds(20))).isTrue();
    assertThat(run("", "tips", "-w", "0").err()).contains("--watch: found 0.0, expected 0.1 to");
  }

  @Test
  void shouldListTheTips() {
    answer(
        "/v1/tips",
        200,
        "[{\"id\":\"cc\",\"height\":12,\"slot\":30,\"producer\":1,\"best\":true},"
            + "{\"id\":\"dd\",\"height\":9,\"slot\":21,\"producer\":0,\"best\":false}]");
    assertThat(run("", "tips").out().lines())
        .containsExactly(
            "HEIGHT  SLOT  PRODUCER  BEST  ID",
            "12      30    1         best  cc",
            "9       21    0         -     dd");
  }

  @Test
  void shouldListTheLevelsOfTheLog() {
    answer("/v1/log-levels", 200, "{\"all\":\"info\",\"transport\":\"debug\"}");
    assertThat(run("", "log-level").out()).isEqualTo("all        info\ntransport  debug\n");
  }

  @Test
  void shouldSetTheLevelOfATopic() {
    answer("/v1/log-levels/two words", 200, "{\"all\":\"info\"}");
    answer("/v1/log-levels/all", 200, "{\"all\":\"warn\"}");
    assertThat(run("", "log-level", "warn", "-o", "json").out()).isEqualTo("{\"all\":\"warn\"}\n");
    assertThat(run("", "log-level", "debug", "--topic", "two words").exitCode()).isZero();
    assertThat(requests).containsExactly("{\"level\":\"warn\"}", "{\"level\":\"debug\"}");
  }

  @Test
  void shouldSayWhetherTheNodeIsReadyAndEndAccordingly() {
    answer("/readyz", 200, "{\"ready\":true,\"reasons\":[]}");
    assertThat(run("", "health")).isEqualTo(new CommandRun(0, lines("ready"), ""));
    server.removeContext("/readyz");
    answer("/readyz", 503, "{\"ready\":false,\"reasons\":[\"0 peers\",\"the disk is full\"]}");
    assertThat(run("", "health", "--min-peers", "3"))
        .isEqualTo(new CommandRun(1, lines("not ready: 0 peers; the disk is full"), ""));
  }

  private static String lines(String line) {
    return line + System.lineSeparator();
  }

  @Test
  void shouldGetAnItemOfEitherKind() {
    answer("/v1/items/transaction/aa", 404, "{\"error\":\"not-found\"}");
    answer("/v1/items/block/aa", 200, "{\"kind\":\"block\",\"hex\":\"" + "f".repeat(200) + "\"}");
    assertThat(run("", "get", "aa").out().lines())
        .containsExactly("kind  block", "hex   " + "f".repeat(128) + "... (200 characters)");
    assertThat(run("", "get", "aa", "-o", "json").out()).contains("f".repeat(200));
  }

  @Test
  void shouldWaitForAnItemThatComesMeanwhile() {
    answer("/v1/items/block/aa", 404, "{\"error\":\"not-found\"}");
    server.createContext(
        "/v1/items/transaction/aa",
        exchange -> {
          requests.add(exchange.getRequestURI().getPath());
          byte[] body = "{\"kind\":\"transaction\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(requests.size() < 4 ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    CommandRun run = run("", "wait", "aa", "--timeout", "20");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).matches("held aa after [0-9.]+ s\\R");
    assertThat(run("", "wait", "aa", "-o", "json").out()).startsWith("{\"id\":\"aa\",\"seconds\":");
  }

  @Test
  void shouldSayThatAnItemDoesNotCome() {
    answer("/v1/items", 404, "{\"error\":\"not-found\"}");
    assertThat(run("", "get", "aa").err().strip())
        .isEqualTo("grapevine: the node does not hold aa");
    CommandRun run = run("", "wait", "aa", "--timeout", "0.2");
    assertThat(run.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
    assertThat(run.err().strip()).isEqualTo("grapevine: the node does not hold aa, after 0.2 s");
    assertThat(run("", "wait", "aa", "--timeout", "-1").exitCode())
        .isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void shouldSendEachLineAndTellWhatBecameOfIt() {
    answerBatches();
    CommandRun run = run("aa\n\n{\"transaction\":\"old\"}\nbad\n", "tx", "send");
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .containsExactly("accepted aa", "known old", "refused line 4: expired: too old");
    assertThat(run.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
  }

  @Test
  void shouldTellProgramsWhatBecameOfEachLine() {
    answerBatches();
    assertThat(run("aa\nold\nbad\n", "tx", "send", "-", "-o", "json").out().strip())
        .isEqualTo(
            "{\"accepted\":1,\"known\":1,\"refused\":1,\"results\":["
                + "{\"id\":\"aa\",\"known\":false},{\"id\":\"old\",\"known\":true},"
                + "{\"error\":\"expired\",\"id\":\"bad\",\"detail\":\"too old\",\"line\":3}]}");
  }

  @Test
  void shouldCountLinesAcrossBatches() throws IOException {
    answerBatches();
    Path file = Files.writeString(folder.resolve("many"), "aa\n".repeat(2500) + "bad\n");
    CommandRun run = run("", "tx", "send", file.toString());
    assertThat(requests).hasSize(3);
    assertThat(run.out().lines().filter("accepted aa"::equals)).hasSize(2500);
    assertThat(run.out()).endsWith("refused line 2501: expired: too old" + System.lineSeparator());
  }

  @Test
  void shouldSendNothingForNothing() {
    answerBatches();
    CommandRun run = run("\n\n", "tx", "send");
    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    assertThat(requests).isEmpty();
  }

  @Test
  void shouldSayWhatTheNodeSays() {
    answer("/v1/status", 401, "{\"error\":\"unauthorized\",\"detail\":\"expected the header\"}");
    CommandRun run = run("", "status");
    assertThat(run.err().strip()).isEqualTo("grapevine: unauthorized: expected the header");
    assertThat(run.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
  }

  @Test
  void shouldFindTheNodeByUrlAndTokenOrByEnvironment() {
    answer("/v1/status", 200, STATUS);
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    String token = folder.resolve("token").toString();
    assertThat(CommandRun.of("status", "--api", url, "--token-file", token).exitCode()).isZero();
    Map<String, String> environment = Map.of("GRAPEVINE_DATA", folder.toString());
    assertThat(CommandRun.of(environment, "", "status").exitCode()).isZero();
    Map<String, String> ofToken = Map.of("GRAPEVINE_TOKEN_FILE", token);
    assertThat(CommandRun.of(ofToken, "", "status", "--api", url).exitCode()).isZero();
  }

  @Test
  void shouldSayThatTheNodeIsGone() {
    server.stop(0);
    CommandRun run = run("", "status");
    assertThat(run.err()).contains("no node answers at http://127.0.0.1:");
    assertThat(run.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
  }
}
