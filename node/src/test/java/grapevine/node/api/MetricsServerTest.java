package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsServerTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private MetricsServer server;

  @BeforeEach
  void open() throws IOException {
    server =
        new MetricsServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new FakeGate(),
            (accept, out) -> {
              out.write(("for " + accept).getBytes(StandardCharsets.UTF_8));
              return "text/strange";
            });
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    server.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }

  @Test
  void shouldPassOnWhatTheScrapeWrites() throws Exception {
    HttpResponse<String> reply = send(request("/metrics").header("Accept", "text/plain"));

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("Content-Type")).contains("text/strange");
    assertThat(reply.body()).isEqualTo("for text/plain");
    assertThat(send(request("/metrics")).body()).isEqualTo("for null");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/livez,200",
    "GET,/readyz?min_peers=5,200",
    "GET,/readyz?min_peers=6,503",
    "GET,/v1/status,404",
    "GET,/v1/transactions,404",
    "POST,/metrics,405",
    "DELETE,/livez,405"
  })
  void shouldShowFiguresAndHealthAndNothingElse(String method, String path, int status)
      throws Exception {
    HttpRequest.Builder request = request(path).method(method, HttpRequest.BodyPublishers.noBody());

    assertThat(send(request).statusCode()).isEqualTo(status);
  }
}
