package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.NodeEvents.ReceiveResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NODE = Sample.PEER_KEY.toHex();
  private static final long ORIGIN_NANOS = 5_000_000_000L;

  /** 2023-11-14T22:13:20.000007Z */
  private static final long WALL_MICROS = 1_700_000_000_000_007L;

  private final AtomicLong clockReadings = new AtomicLong();
  private final AtomicLong monoNanos = new AtomicLong(ORIGIN_NANOS);
  private final EventLog log =
      new EventLog(
          Sample.PEER_KEY,
          ORIGIN_NANOS,
          nowNanos -> {
            clockReadings.incrementAndGet();
            return WALL_MICROS + nowNanos / 1000;
          },
          monoNanos::get);

  private static List<JsonNode> take(EventSubscription from) {
    try {
      List<JsonNode> events = new ArrayList<>();
      String lines = new String(from.take(0), StandardCharsets.US_ASCII);
      for (String line : lines.lines().toList()) {
        events.add(JSON.readTree(line));
      }
      return events;
    } catch (JsonProcessingException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<JsonNode> takeAll(EventSubscription from) {
    List<JsonNode> all = new ArrayList<>();
    for (List<JsonNode> some = take(from); !some.isEmpty(); some = take(from)) {
      all.addAll(some);
    }
    return all;
  }

  private void relay(int times) {
    for (int i = 0; i < times; i++) {
      log.onRelayed(Sample.PEER, Sample.TRANSACTION, 0, i);
    }
  }

  private static String json(String text) throws JsonProcessingException {
    return JSON.readTree(text.replace('\'', '"')).toString();
  }

  @Test
  void shouldBeginWithAHello() throws Exception {
    EventSubscription subscription = log.subscribe(Set.of(), 1_000);

    assertThat(take(subscription))
        .extracting(JsonNode::toString)
        .containsExactly(
            json(
                "{'event':'hello','mono':5000001000,'wall':'2023-11-14T22:13:20.000008Z','node':'"
                    + NODE
                    + "'}"));
  }

  @Test
  void shouldTellEveryEventWithItsFields() throws Exception {
    EventSubscription subscription = log.subscribe(Set.of(), 0);
    Sample.tellAll(log);

    String transaction = "'item':'" + "ab".repeat(32) + "','kind':'transaction'";
    String block = "'item':'" + "cd".repeat(32) + "','kind':'block'";
    String peer = "'peer':'" + NODE + "'";
    String wall = "'wall':'2023-11-14T22:13:20.000007Z',";
    assertThat(take(subscription).stream().skip(1).map(JsonNode::toString))
        .containsExactly(
            json("{'event':'peer-up','mono':5000000001," + wall + peer + "}"),
            json(
                "{'event':'announced','mono':5000000009,"
                    + wall
                    + transaction
                    + ","
                    + peer
                    + ",'bytes':200,'result':'new','ageMillis':12}"),
            json("{'event':'requested','mono':5000000010," + wall + transaction + "," + peer + "}"),
            json(
                "{'event':'received','mono':5000000012,"
                    + wall
                    + transaction
                    + ","
                    + peer
                    + ",'bytes':200,'result':'duplicate'}"),
            json(
                "{'event':'accepted','mono':5000000014,"
                    + wall
                    + transaction
                    + ","
                    + peer
                    + ",'bytes':200,'ageMillis':34}"),
            json(
                "{'event':'accepted','mono':5000000015,"
                    + wall
                    + block
                    + ",'bytes':900,'ageMillis':0}"),
            json(
                "{'event':'rejected','mono':5000000016,"
                    + wall
                    + transaction
                    + ","
                    + peer
                    + ",'reason':'expired'}"),
            json(
                "{'event':'dropped','mono':5000000017,"
                    + wall
                    + transaction
                    + ",'reason':'pool-full'}"),
            json("{'event':'relayed','mono':5000000018," + wall + transaction + "," + peer + "}"),
            json(
                "{'event':'served','mono':5000000019,"
                    + wall
                    + transaction
                    + ","
                    + peer
                    + ",'bytes':200}"),
            json("{'event':'best-tip','mono':5000000022," + wall + block + "}"),
            json("{'event':'peer-down','mono':5000000026," + wall + peer + ",'reason':'idle'}"));
  }

  @Test
  void shouldKnowPeersThatCameBeforeTheSubscriber() {
    log.onPeerUp(Sample.peer(), 1);
    EventSubscription subscription = log.subscribe(Set.of(), 2);
    relay(1);

    assertThat(take(subscription).getLast().path("peer").asText()).isEqualTo(NODE);
  }

  @Test
  void shouldTellOnlyTheWantedEvents() {
    EventSubscription subscription = log.subscribe(Set.of("accepted", "peer-down"), 0);
    Sample.tellAll(log);

    assertThat(take(subscription))
        .extracting(each -> each.path("event").asText())
        .containsExactly("hello", "accepted", "accepted", "peer-down");
  }

  @Test
  void shouldRefuseAnEventThatDoesNotExist() {
    assertThatThrownBy(() -> log.subscribe(Set.of("acepted"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"acepted\"")
        .hasMessageContaining("accepted, rejected");
  }

  @Test
  void shouldWriteTimesThatCrossASecond() {
    EventSubscription subscription = log.subscribe(Set.of("relayed"), 0);
    log.onRelayed(Sample.PEER, Sample.TRANSACTION, 0, 999_993_000);
    log.onRelayed(Sample.PEER, Sample.TRANSACTION, 0, 999_992_000);

    assertThat(take(subscription))
        .extracting(each -> each.path("wall").asText())
        .containsExactly(
            "2023-11-14T22:13:20.000007Z",
            "2023-11-14T22:13:21.000000Z",
            "2023-11-14T22:13:20.999999Z");
  }

  @Test
  void shouldDoNothingWhenNobodyListens() {
    EventSubscription subscription = log.subscribe(Set.of(), 0);
    subscription.close();
    clockReadings.set(0);

    Sample.tellAll(log);

    assertThat(clockReadings).hasValue(0);
    assertThat(takeAll(subscription)).hasSize(1);
  }

  @Test
  void shouldServeEverySubscriberByItself() {
    EventSubscription all = log.subscribe(Set.of(), 0);
    EventSubscription rejects = log.subscribe(Set.of("rejected"), 0);
    relay(2);
    log.onRejected(Sample.TRANSACTION, Rejection.BUSY, null, 3);

    assertThat(take(all)).hasSize(4);
    assertThat(take(rejects)).hasSize(2);
  }

  @Test
  void shouldTellHowManyEventsWereLostInFrontOfTheNext() {
    EventSubscription subscription = log.subscribe(Set.of(), 0);
    relay(EventSubscription.RING_EVENTS + 41);
    assertThat(take(subscription)).hasSize(256);
    log.onReceived(Sample.PEER, Sample.BLOCK, 5, ReceiveResult.NEW, 9);

    List<JsonNode> rest = takeAll(subscription);
    assertThat(rest)
        .extracting(each -> each.path("event").asText())
        .hasSize(EventSubscription.RING_EVENTS - 256 + 2)
        .endsWith("relayed", "lost", "received");
    // The hello took one place.
    assertThat(rest.get(rest.size() - 2).path("count").asInt()).isEqualTo(42);
  }

  @Test
  void shouldTellOfLostEventsEvenWhenNothingFollows() {
    EventSubscription subscription = log.subscribe(Set.of(), 0);
    relay(EventSubscription.RING_EVENTS + 9);

    List<JsonNode> all = takeAll(subscription);
    assertThat(all.getLast().path("event").asText()).isEqualTo("lost");
    assertThat(all.getLast().path("count").asInt()).isEqualTo(10);
    assertThat(all.getLast().path("mono").asLong())
        .isEqualTo(ORIGIN_NANOS + EventSubscription.RING_EVENTS + 8);
    assertThat(take(subscription)).isEmpty();
  }

  @Test
  void shouldAccountForEveryEventWhileBothSidesRun() throws Exception {
    EventSubscription subscription = log.subscribe(Set.of("relayed"), 0);
    int told = 300_000;
    Thread core = Thread.ofPlatform().start(() -> relay(told));
    long accounted = -1; // for the hello
    while (accounted < told) {
      for (JsonNode event : take(subscription)) {
        accounted += event.path("count").asLong(1);
      }
    }
    core.join();

    assertThat(accounted).isEqualTo(told);
    assertThat(take(subscription)).isEmpty();
  }

  @Test
  void shouldSayHelloAgainAfterALongSilence() throws Exception {
    EventSubscription subscription = log.subscribe(Set.of(), 0);
    assertThat(take(subscription)).hasSize(1);

    monoNanos.addAndGet(10_000_000_000L);
    assertThat(take(subscription)).isEmpty();
    monoNanos.addAndGet(1_000_000_000L);
    assertThat(take(subscription))
        .extracting(JsonNode::toString)
        .containsExactly(
            json(
                "{'event':'hello','mono':16000000000,'wall':'2023-11-14T22:13:31.000007Z','node':'"
                    + NODE
                    + "'}"));
    assertThat(take(subscription)).isEmpty();
  }
}
