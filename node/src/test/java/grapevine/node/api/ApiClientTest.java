package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import grapevine.node.protocol.port.PeerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiClientTest {
  @TempDir Path directory;
  private RunningApi api;
  private ApiClient client;

  @BeforeEach
  void open() throws IOException {
    api = new RunningApi(directory);
    client = new ApiClient(api.base, api.token);
  }

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void shouldGetJson() throws Exception {
    assertThat(client.get("/v1/status").path("network").asText()).isEqualTo("testnet");
  }

  @Test
  void shouldPostBytes() throws Exception {
    byte[] bytes = FakeGate.TRANSACTION.toBytes();

    assertThat(client.post("/v1/transactions", "application/octet-stream", bytes).path("known"))
        .hasToString("true");
  }

  @Test
  void shouldSayWhyTheNodeRefuses() {
    ApiClient.RefusedException refused =
        catchThrowableOfType(
            ApiClient.RefusedException.class, () -> client.get("/v1/items?limit=0"));

    assertThat(refused).hasMessage("malformed (limit): expected a whole number from 1 to 10000");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().path("field").asText()).isEqualTo("limit");
  }

  @Test
  void shouldReadLinesUntilItHasEnough() throws Exception {
    List<String> events = new ArrayList<>();

    client.lines(
        "/v1/events",
        line -> {
          events.add(line.path("event").asText());
          api.gate.log.onRelayed(new PeerId(1), FakeGate.TRANSACTION.id(), 0, 1);
          return events.size() < 3;
        });

    assertThat(events).containsExactly("hello", "relayed", "relayed");
  }

  @Test
  void shouldReadTheLinesOfABatchToTheEnd() throws Exception {
    List<Integer> lines = new ArrayList<>();

    client.postLines(
        "/v1/transactions/batch",
        "{}\n[]\n".getBytes(StandardCharsets.UTF_8),
        line -> lines.add(line.path("line").asInt()));

    assertThat(lines).containsExactly(1, 2);
  }

  @Test
  void shouldSayThatNoNodeAnswers() {
    api.server.close();

    assertThatThrownBy(() -> client.get("/v1/status"))
        .isInstanceOf(IOException.class)
        .hasMessage("no node answers at " + api.base);
  }
}
