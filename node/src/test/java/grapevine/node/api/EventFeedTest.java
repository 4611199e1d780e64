package grapevine.node.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.PeerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFeedTest {
  private static final PeerId PEER = new PeerId(1);

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

  private Iterator<String> listen(String path) throws Exception {
    HttpResponse<Stream<String>> response =
        api.http.send(api.request(path).build(), HttpResponse.BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    return response.body().iterator();
  }

  private static String event(String line) throws IOException {
    return RunningApi.JSON.readTree(line).path("event").asText();
  }

  @Test
  void shouldTellEventsAsTheyHappen() throws Exception {
    Iterator<String> lines = listen("/v1/events");
    assertThat(event(lines.next())).isEqualTo("hello");

    // Each line is awaited before the next event: nothing waits in a buffer.
    api.gate.log.onRelayed(PEER, FakeGate.TRANSACTION.id(), 0, 1);
    assertThat(event(lines.next())).isEqualTo("relayed");
    api.gate.log.onRejected(FakeGate.BLOCK.id(), Rejection.ORPHAN, null, 2);
    JsonNode rejected = RunningApi.JSON.readTree(lines.next());
    assertThat(rejected.path("item").asText()).isEqualTo(FakeGate.BLOCK.id().hash().toHex());
    assertThat(rejected.path("reason").asText()).isEqualTo("orphan");
  }

  @Test
  void shouldTellOnlyTheWantedEvents() throws Exception {
    Iterator<String> lines = listen("/v1/events?events=rejected,best-tip");
    assertThat(event(lines.next())).isEqualTo("hello");

    api.gate.log.onRelayed(PEER, FakeGate.TRANSACTION.id(), 0, 1);
    api.gate.log.onBestTip(FakeGate.BLOCK.id(), 1, 1, 2);
    assertThat(event(lines.next())).isEqualTo("best-tip");
  }

  @Test
  void shouldNameAnEventThatDoesNotExist() throws Exception {
    RunningApi.Reply reply = api.get("/v1/events?events=accepted,relaid");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("field").asText()).isEqualTo("events");
    assertThat(reply.json().path("detail").asText()).contains("relaid");
  }

  @Test
  void shouldTellASlowReaderWhatItLost() throws Exception {
    // Some 60 MB: more than the ring and all socket buffers between the two.
    int told = 300_000;
    HttpResponse<InputStream> response =
        api.http.send(
            api.request("/v1/events?events=relayed").build(),
            HttpResponse.BodyHandlers.ofInputStream());
    for (int i = 0; i < told; i++) {
      api.gate.log.onRelayed(PEER, FakeGate.TRANSACTION.id(), 0, i);
    }

    long received = 0;
    long lost = 0;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      assertThat(event(in.readLine())).isEqualTo("hello");
      while (received + lost < told) {
        JsonNode line = RunningApi.JSON.readTree(in.readLine());
        if (line.path("event").asText().equals("lost")) {
          lost += line.path("count").asLong();
        } else {
          received++;
        }
      }
    }
    assertThat(received + lost).isEqualTo(told);
    assertThat(lost).isPositive();
  }

  @Test
  void shouldBoundTheNumberOfStreamsAndFreeThemWhenReadersGo() throws Exception {
    List<HttpResponse<Stream<String>>> open = new ArrayList<>();
    for (int i = 0; i < EventFeed.STREAMS_MAX; i++) {
      open.add(
          api.http.send(api.request("/v1/events").build(), HttpResponse.BodyHandlers.ofLines()));
    }
    RunningApi.Reply refused = api.get("/v1/events");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.json().path("error").asText()).isEqualTo("busy");

    open.getFirst().body().close();

    await()
        .atMost(20, SECONDS)
        .until(
            () -> {
              // Only a write shows that a reader has gone.
              api.gate.log.onRelayed(PEER, FakeGate.TRANSACTION.id(), 0, 1);
              return api.gate.streams() == EventFeed.STREAMS_MAX - 1;
            });
    assertThat(event(listen("/v1/events").next())).isEqualTo("hello");
  }

  @Test
  void shouldEndStreamsWhenTheServerStops() throws Exception {
    Iterator<String> lines = listen("/v1/events");
    assertThat(event(lines.next())).isEqualTo("hello");

    long before = System.nanoTime();
    api.server.close();

    assertThat(lines.hasNext()).isFalse();
    assertThat(api.gate.streams()).isZero();
    assertThat(System.nanoTime() - before).isLessThan(SECONDS.toNanos(5));
  }
}
