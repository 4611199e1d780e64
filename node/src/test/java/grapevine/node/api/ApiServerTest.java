package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerTest {
  @TempDir Path directory;
  private RunningApi api;

  @BeforeEach
  void open() throws IOException {
    api = new RunningApi(directory);
  }

  @AfterEach
  void close() {
    api.close();
  }

  /** The first line of the answer to a request with this Host header. */
  private String statusLine(String path, String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", api.server.address().getPort())) {
      socket.setSoTimeout(20_000);
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"
              .formatted(path, host, api.token.authorization());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.lines().findFirst().orElse("");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz", "/readyz?min_peers=5"})
  void shouldTellHealthWithoutAToken(String path) throws Exception {
    RunningApi.Reply reply = api.send(HttpRequest.newBuilder(api.base.resolve(path)).build());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("{\"ready\":true,\"reasons\":[]}\n");
  }

  @Test
  void shouldNotBeReadyWithoutEnoughPeers() throws Exception {
    RunningApi.Reply reply = api.get("/readyz?min_peers=6");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.json().path("reasons").path(0).asText())
        .isEqualTo("5 peers, expected at least 6");
  }

  @Test
  void shouldBeAliveButNotReadyWhileTheClockIsOff() throws Exception {
    api.gate.status = CompletableFuture.completedFuture(FakeGate.status(2, 3, 70_000));

    assertThat(api.get("/livez").status()).isEqualTo(200);
    assertThat(api.get("/readyz").status()).isEqualTo(503);
  }

  @Test
  void shouldBeAliveButNotReadyWhileNothingIsStoredAndTellPathsToNobody() throws Exception {
    api.gate.store = new NodeGate.StoreState("disk-full", "/secret/path is full", 5);

    assertThat(api.get("/livez").status()).isEqualTo(200);
    RunningApi.Reply reply = api.get("/readyz");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.text())
        .isEqualTo("{\"ready\":false,\"reasons\":[\"nothing new is stored: disk-full\"]}\n");
    assertThat(api.get("/v1/status").json().at("/store/detail").asText())
        .isEqualTo("/secret/path is full");
  }

  @Test
  void shouldBeNeitherWhenTheNodeStops() throws Exception {
    api.gate.status = CompletableFuture.failedFuture(new RejectedExecutionException("stopped"));

    assertThat(api.get("/livez").text())
        .isEqualTo("{\"ready\":false,\"reasons\":[\"the node is stopping\"]}\n");
    assertThat(api.get("/readyz").status()).isEqualTo(503);
    assertThat(api.get("/v1/status").json().path("error").asText()).isEqualTo("stopping");
  }

  @ParameterizedTest
  @ValueSource(strings = {"six", "-1", ""})
  void shouldNameAParameterThatIsNoNumber(String value) throws Exception {
    RunningApi.Reply reply = api.get("/readyz?min_peers=" + value);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("field").asText()).isEqualTo("min_peers");
  }

  @ParameterizedTest
  @CsvSource({
    "minpeers=1,minpeers",
    "min_peers=1&min_peers=2,min_peers",
    "m%20p=1,m p",
    "min_peers,min_peers",
    "&,''"
  })
  void shouldNameAParameterThatIsWrong(String query, String field) throws Exception {
    RunningApi.Reply reply = api.get("/readyz?" + query);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("field").asText("none")).isEqualTo(field);
  }

  @Test
  void shouldRefuseABrokenEscape() throws Exception {
    assertThat(statusLine("/readyz?min_peers=%zz", "localhost"))
        .isEqualTo("HTTP/1.1 400 Bad Request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/status", "/v1/events", "/v1/transactions", "/v1/unknown"})
  void shouldAskForTheToken(String path) throws Exception {
    RunningApi.Reply reply = api.send(HttpRequest.newBuilder(api.base.resolve(path)).build());

    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.json().path("error").asText()).isEqualTo("unauthorized");
    assertThat(reply.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer 00", "Bearer ", "Bearer", "Basic %s", "%s", "Bearer %sx"})
  void shouldRefuseAWrongToken(String form) throws Exception {
    String secret = api.token.authorization().substring("Bearer ".length());
    HttpRequest request =
        HttpRequest.newBuilder(api.base.resolve("/v1/status"))
            .header("Authorization", form.formatted(secret))
            .build();

    assertThat(api.send(request).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:7701", "10.0.0.1", "", "localhost.evil.example"})
  void shouldRefuseAForeignHost(String host) throws Exception {
    assertThat(statusLine("/v1/status", host)).isEqualTo("HTTP/1.1 403 Forbidden");
    assertThat(statusLine("/livez", host)).isEqualTo("HTTP/1.1 403 Forbidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LocalHost:7701", "127.0.0.1:1", "[::1]", "[::1]:7701"})
  void shouldKnowTheNamesOfThisMachine(String host) throws Exception {
    assertThat(statusLine("/v1/status", host)).isEqualTo("HTTP/1.1 200 OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/", "/v1/status/", "/v1/items/x", "/livez/x"})
  void shouldNotFindUnknownPaths(String path) throws Exception {
    RunningApi.Reply reply = api.get(path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().path("error").asText()).isEqualTo("not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/v1/status,GET",
    "DELETE,/v1/peers,'GET, POST'",
    "GET,/v1/transactions,POST",
    "GET,/v1/transactions/batch,POST",
    "PUT,/v1/items/block/00,GET",
    "GET,/v1/log-levels/all,PUT",
    "POST,/livez,GET"
  })
  void shouldRefuseAnotherMethod(String method, String path, String allowed) throws Exception {
    RunningApi.Reply reply =
        api.send(api.request(path).method(method, HttpRequest.BodyPublishers.noBody()).build());

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.response().headers().firstValue("Allow")).contains(allowed);
  }

  @Test
  void shouldSayWhetherTopicOrLevelIsWrong() throws Exception {
    HttpRequest.BodyPublisher level = HttpRequest.BodyPublishers.ofString("{\"level\":\"debug\"}");
    RunningApi.Reply topic = api.send(api.request("/v1/log-levels/nonsense").PUT(level).build());
    assertThat(topic.status()).isEqualTo(400);
    assertThat(topic.json().path("field").asText()).isEqualTo("topic");
    assertThat(topic.json().path("detail").asText())
        .isEqualTo("found topic \"nonsense\", expected all, transport");

    HttpRequest.BodyPublisher none = HttpRequest.BodyPublishers.ofString("{\"level\":7}");
    assertThat(
            api.send(api.request("/v1/log-levels/all").PUT(none).build())
                .json()
                .path("field")
                .asText())
        .isEqualTo("level");
  }

  @Test
  void shouldNotHideThatTheNodeFailed() throws Exception {
    api.gate.status = CompletableFuture.failedFuture(new IllegalStateException("a defect"));

    RunningApi.Reply reply = api.get("/v1/status");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.text()).contains("\"error\":\"internal\"").doesNotContain("a defect");
  }

  @Test
  void shouldLimitTheRateOfThoseWithTheTokenApartFromHealth() throws Exception {
    try (RunningApi slow = new RunningApi(directory, 1)) {
      assertThat(slow.get("/v1/status").status()).isEqualTo(200);
      RunningApi.Reply reply = slow.get("/v1/status");
      for (int i = 0; i < 100 && reply.status() == 200; i++) { // the machine may have paused
        reply = slow.get("/v1/status");
      }
      assertThat(reply.status()).isEqualTo(429);
      assertThat(reply.json().path("error").asText()).isEqualTo("rate-limited");
      assertThat(reply.response().headers().firstValue("Retry-After")).contains("1");
      assertThat(slow.get("/livez").status()).isEqualTo(200);
    }
  }

  @Test
  void shouldSetLimitsOfTheHttpServer() {
    assertThat(System.getProperty("sun.net.httpserver.maxReqTime")).isEqualTo("30");
    assertThat(System.getProperty("jdk.httpserver.maxConnections")).isEqualTo("512");
    assertThat(System.getProperty("sun.net.httpserver.nodelay")).isEqualTo("true");
  }

  @Test
  void shouldListenOnLoopbackOnlyUnlessAllowed() throws Exception {
    InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", 0);
    assertThatThrownBy(
            () ->
                new ApiServer(
                    new ApiServer.Settings(everywhere, false, "n", "a", 100),
                    api.token,
                    api.doors()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0.0.0");

    try (ApiServer open =
        new ApiServer(
            new ApiServer.Settings(everywhere, true, "n", "a", 100), api.token, api.doors())) {
      URI status = URI.create("http://127.0.0.1:" + open.address().getPort() + "/v1/status");
      assertThat(api.send(HttpRequest.newBuilder(status).build()).status()).isEqualTo(401);
    }
  }

  @Test
  void shouldSayThatThePortIsTaken() {
    assertThatThrownBy(
            () ->
                new ApiServer(
                    new ApiServer.Settings(api.server.address(), false, "n", "a", 100),
                    api.token,
                    api.doors()))
        .isInstanceOf(BindException.class);
  }

  @Test
  void shouldFinishARunningRequestBeforeItStops() throws Exception {
    api.gate.durable = new CompletableFuture<>();
    CompletableFuture<HttpResponse<String>> answer =
        api.http.sendAsync(
            api.request("/v1/transactions")
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(FakeGate.TRANSACTION.toBytes()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    api.gate.awaitSubmission();
    Thread closing = Thread.ofPlatform().start(api.server::close);
    while (api.get("/livez").status() != 503) {
      Thread.onSpinWait();
    }

    api.gate.durable.complete(null);

    assertThat(answer.get().statusCode()).isEqualTo(200);
    closing.join();
    assertThatThrownBy(() -> api.get("/livez")).isInstanceOf(ConnectException.class);
  }
}
