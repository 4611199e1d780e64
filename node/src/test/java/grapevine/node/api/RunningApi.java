package grapevine.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A real API server on a free port before a fake node, and a client for it. */
final class RunningApi implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  final FakeGate gate = new FakeGate();
  final FakePeerControl peers = new FakePeerControl();
  final FakeLogControl logs = new FakeLogControl();
  final Token token;
  final ApiServer server;
  final URI base;
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A status and a body. */
  record Reply(int status, HttpResponse<byte[]> response) {
    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    JsonNode json() throws IOException {
      return JSON.readTree(response.body());
    }
  }

  RunningApi(Path directory) throws IOException {
    this(directory, ApiServer.REQUESTS_PER_SECOND);
  }

  RunningApi(Path directory, int requestsPerSecond) throws IOException {
    token = Token.readOrCreate(directory.resolve("token"));
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        new ApiServer(
            new ApiServer.Settings(loopback, false, "testnet", "grapevine/0.1", requestsPerSecond),
            token,
            doors());
    base = URI.create("http://127.0.0.1:" + server.address().getPort());
  }

  ApiServer.Doors doors() {
    return new ApiServer.Doors(gate, peers, logs);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", token.authorization());
  }

  Reply get(String path) throws Exception {
    return send(request(path).GET().build());
  }

  Reply post(String path, String body) throws Exception {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  Reply send(HttpRequest request) throws Exception {
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    return new Reply(response.statusCode(), response);
  }

  @Override
  public void close() {
    http.shutdownNow();
    server.close();
  }
}
