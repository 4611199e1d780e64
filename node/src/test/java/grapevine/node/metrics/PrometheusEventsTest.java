package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.wire.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PrometheusEventsTest {
  private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

  private final Exposition exposition = exposition();
  private final PrometheusEvents events = new PrometheusEvents(exposition);
  private final DriverMetrics driver = new DriverMetrics(exposition);

  private static Exposition exposition() {
    return new Exposition(new Exposition.Build("0.1.0", "abc123", 1), 1_700_000_000_500L);
  }

  private static String scrape(Exposition exposition) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(exposition.write(null, out)).startsWith("text/plain; version=0.0.4");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  static NodeView.Status status() {
    return new NodeView.Status(
        Sample.PEER_KEY,
        Hash256.ZERO,
        1,
        2,
        -70_000,
        42,
        Hash256.ZERO,
        3,
        11,
        2_200,
        4,
        8,
        99,
        55,
        54);
  }

  @Test
  void shouldShowEveryEventInItsMetric() {
    Sample.tellAll(events);

    assertThat(scrape(exposition).lines())
        .contains(
            "grapevine_build_info{version=\"0.1.0\",commit=\"abc123\",protocol=\"1\",} 1.0",
            "grapevine_start_time_seconds 1.7000000005E9",
            "grapevine_peer_connections_total{direction=\"outbound\",result=\"ready\",} 1.0",
            "grapevine_peer_connections_total{direction=\"outbound\",result=\"dial-failed\",} 1.0",
            "grapevine_peer_disconnects_total{reason=\"idle\",} 1.0",
            "grapevine_peer_exchange_addresses_total{result=\"new\",} 5.0",
            "grapevine_peer_rtt_seconds_bucket{le=\"0.002\",} 0.0",
            "grapevine_peer_rtt_seconds_bucket{le=\"0.005\",} 1.0",
            "grapevine_network_bytes_total{direction=\"in\",type=\"inv\",} 50.0",
            "grapevine_network_bytes_total{direction=\"out\",type=\"getdata\",} 40.0",
            "grapevine_network_messages_total{direction=\"in\",type=\"inv\",} 1.0",
            "grapevine_network_messages_total{direction=\"out\",type=\"getdata\",} 1.0",
            "grapevine_socket_bytes_total{direction=\"in\",} 500.0",
            "grapevine_socket_bytes_total{direction=\"out\",} 600.0",
            "grapevine_announcements_total"
                + "{kind=\"transaction\",direction=\"in\",result=\"new\",} 1.0",
            "grapevine_announcements_total"
                + "{kind=\"transaction\",direction=\"out\",result=\"sent\",} 1.0",
            "grapevine_fetch_requests_total{kind=\"transaction\",result=\"ok\",} 1.0",
            "grapevine_fetch_inflight{kind=\"transaction\",} 0.0",
            "grapevine_fetch_duration_seconds_sum{kind=\"transaction\",} 0.005",
            "grapevine_announce_to_request_seconds_sum{kind=\"transaction\",} 0.004",
            "grapevine_item_receive_to_relay_seconds_sum{kind=\"transaction\",} 0.006",
            "grapevine_validation_seconds_bucket"
                + "{kind=\"transaction\",result=\"valid\",le=\"1.0E-4\",} 0.0",
            "grapevine_validation_seconds_bucket"
                + "{kind=\"transaction\",result=\"valid\",le=\"2.0E-4\",} 1.0",
            "grapevine_items_received_total{kind=\"transaction\",result=\"duplicate\",} 1.0",
            "grapevine_items_accepted_total{kind=\"transaction\",origin=\"peer\",} 1.0",
            "grapevine_items_accepted_total{kind=\"block\",origin=\"own\",} 1.0",
            "grapevine_rejects_total{kind=\"transaction\",reason=\"expired\",} 1.0",
            "grapevine_duplicate_bytes_total{kind=\"transaction\",} 200.0",
            "grapevine_received_bytes_total{kind=\"transaction\",} 200.0",
            "grapevine_propagation_age_seconds_sum{kind=\"transaction\",} 0.034",
            "grapevine_propagation_age_seconds_count{kind=\"block\",} 0.0",
            "grapevine_origin_age_seconds_sum{kind=\"transaction\",clock=\"none\",} -2.0",
            "grapevine_origin_age_negative_total{kind=\"transaction\",} 1.0",
            "grapevine_conflicts_total 1.0",
            "grapevine_equivocations_total 1.0",
            "grapevine_limited_total{reason=\"message-rate\",} 3.0",
            "grapevine_items_dropped_total{kind=\"transaction\",reason=\"pool-full\",} 1.0",
            "grapevine_items_served_total{kind=\"transaction\",} 1.0",
            "grapevine_repaired_items_total 2.0");
  }

  @Test
  void shouldShowWhatTheDriverMeasures() {
    driver.onSample(
        status(),
        new NodeView.Gauges(4_096, OptionalLong.of(-1_500), Map.of("alive", 7, "failed", 2)),
        new DriverMetrics.StoreUse(1_000, 490_000, 0.25, 7_000_000, true));
    driver.onStoreError("disk-full");
    driver.onCommit(7_000_000);
    driver.onLoopLag(200_000);

    assertThat(scrape(exposition).lines())
        .contains(
            "grapevine_peers_connected{direction=\"inbound\",} 4.0",
            "grapevine_peers_connected{direction=\"outbound\",} 8.0",
            "grapevine_peer_table_entries{state=\"alive\",} 7.0",
            "grapevine_peer_table_entries{state=\"failed\",} 2.0",
            "grapevine_send_queue_bytes 4096.0",
            "grapevine_clock_offset_seconds -0.0015",
            "grapevine_store_errors_total{kind=\"disk-full\",} 1.0",
            "grapevine_pool_transactions 11.0",
            "grapevine_pool_bytes 2200.0",
            "grapevine_best_height 42.0",
            "grapevine_tips 3.0",
            "grapevine_clock_jump_seconds -70.0",
            "grapevine_store_entries 1000.0",
            "grapevine_store_bytes 490000.0",
            "grapevine_store_map_used_ratio 0.25",
            "grapevine_disk_free_bytes 7000000.0",
            "grapevine_store_read_only 1.0",
            "grapevine_store_commit_seconds_sum 0.007",
            "grapevine_eventloop_lag_seconds_sum 2.0E-4");
  }

  @Test
  void shouldShowTheJvmAndTheProcess() {
    assertThat(scrape(exposition))
        .contains("jvm_memory_bytes_used{", "jvm_threads_current ", "process_cpu_seconds_total ");
  }

  @Test
  void shouldStandAtZeroBeforeTheFirstEvent() {
    assertThat(scrape(exposition).lines())
        .contains(
            "grapevine_rejects_total{kind=\"block\",reason=\"bad-merkle\",} 0.0",
            "grapevine_fetch_requests_total{kind=\"block\",result=\"timeout\",} 0.0",
            "grapevine_peer_disconnects_total{reason=\"banned\",} 0.0");
  }

  @Test
  void shouldBoundHistogramsFromAHundredMicrosecondsToThirtySeconds() {
    assertThat(scrape(exposition))
        .contains("grapevine_peer_rtt_seconds_bucket{le=\"1.0E-4\",}")
        .contains("grapevine_peer_rtt_seconds_bucket{le=\"30.0\",}")
        .contains("grapevine_peer_rtt_seconds_bucket{le=\"+Inf\",}");
  }

  @Test
  void shouldCountRequestsInFlight() {
    events.onRequested(Sample.PEER, Sample.BLOCK, 0, 1);
    events.onRequested(Sample.PEER, Sample.BLOCK, 0, 1);
    events.onFetchEnded(Sample.PEER, Sample.BLOCK, NodeEvents.FetchResult.TIMEOUT, 9, 2);

    assertThat(scrape(exposition).lines())
        .contains(
            "grapevine_fetch_inflight{kind=\"block\",} 1.0",
            "grapevine_fetch_requests_total{kind=\"block\",result=\"timeout\",} 1.0",
            "grapevine_fetch_duration_seconds_count{kind=\"block\",} 0.0");
  }

  @Test
  void shouldTellHowFarApartNeighboursAnnounce() {
    Message.Inv.Entry entry = new Message.Inv.Entry(Sample.BLOCK, 200, 0);
    for (long atNanos : new long[] {1_000_000_000, 1_250_000_000, 1_500_000_000}) {
      events.onAnnounced(Sample.PEER, entry, NodeEvents.AnnounceResult.KNOWN, atNanos);
    }

    assertThat(scrape(exposition).lines())
        .contains(
            "grapevine_first_announce_spread_seconds_count{kind=\"block\",} 2.0",
            "grapevine_first_announce_spread_seconds_sum{kind=\"block\",} 0.75");
  }

  @Test
  void shouldForgetOldItemsWhenTellingHowFarApartNeighboursAnnounce() {
    Message.Inv.Entry old = new Message.Inv.Entry(Sample.BLOCK, 200, 0);
    events.onAnnounced(Sample.PEER, old, NodeEvents.AnnounceResult.NEW, 0);
    for (int i = 0; i < 2 * AnnounceSpread.ITEMS_MAX; i++) {
      ItemId id = ItemId.transaction(Sha256.hash("test", new byte[] {(byte) (i >> 8), (byte) i}));
      Message.Inv.Entry entry = new Message.Inv.Entry(id, 200, 0);
      events.onAnnounced(Sample.PEER, entry, NodeEvents.AnnounceResult.NEW, i);
    }
    events.onAnnounced(Sample.PEER, old, NodeEvents.AnnounceResult.NEW, 1_000_000_000);

    assertThat(scrape(exposition).lines())
        .contains("grapevine_first_announce_spread_seconds_count{kind=\"block\",} 0.0");
  }

  @Test
  void shouldCountWhatFindsNoRoomInASendQueue() {
    events.onLimited("announce-queue", 2, 1);
    events.onLimited("message-rate", 1, 1);

    assertThat(scrape(exposition).lines())
        .contains(
            "grapevine_send_queue_dropped_total{reason=\"announce-queue\",} 2.0",
            "grapevine_send_queue_dropped_total{reason=\"send-queue-full\",} 0.0")
        .noneMatch(each -> each.startsWith("grapevine_send_queue_dropped_total{reason=\"message"));
  }

  @Test
  void shouldCountConnectionsThatNeverBecameReady() {
    events.onPeerDown(Sample.PEER, null, DisconnectReason.BAD_MAGIC, "", 1);

    assertThat(scrape(exposition).lines())
        .contains(
            "grapevine_peer_connections_total{direction=\"unknown\",result=\"before-ready\",} 1.0",
            "grapevine_peer_disconnects_total{reason=\"bad-magic\",} 1.0");
  }

  @Test
  void shouldWriteOpenMetricsForWhoeverPrefersIt() throws IOException {
    Sample.tellAll(events);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    String type = exposition.write(OPEN_METRICS + ",text/plain;q=0.5", out);

    assertThat(type).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("# TYPE grapevine_conflicts counter\n", "\ngrapevine_conflicts_total 1.0\n")
        .doesNotContain("_created")
        .endsWith("# EOF\n");
  }

  @Test
  void shouldKeepNodesOfOneJvmApart() {
    Exposition other = exposition();
    PrometheusEvents others = new PrometheusEvents(other);

    others.onConflict(Sample.TRANSACTION, Sample.TRANSACTION, 1);

    assertThat(scrape(exposition)).contains("\ngrapevine_conflicts_total 0.0\n");
    assertThat(scrape(other)).contains("\ngrapevine_conflicts_total 1.0\n");
  }

  @Test
  void shouldNotGrowWithWordsThatNobodyForesaw() {
    for (int i = 0; i < 10_000; i++) {
      events.onLimited("reason-" + i, 1, i);
      events.onAddresses(Sample.PEER, "\"evil\"\n" + i, 1, i);
    }

    List<String> lines = scrape(exposition).lines().toList();
    assertThat(lines).filteredOn(each -> each.startsWith("grapevine_limited_total{")).hasSize(65);
    assertThat(lines)
        .contains("grapevine_limited_total{reason=\"other\",} " + (10_000.0 - 64))
        .contains("grapevine_peer_exchange_addresses_total{result=\"other\",} 10000.0")
        .noneMatch(each -> each.contains("evil"));
  }

  @Test
  void shouldKeepTheWholeScrapeSmall() {
    Sample.tellAll(events);

    assertThat(scrape(exposition).lines().filter(each -> each.startsWith("grapevine_")).count())
        .isLessThan(1_000);
  }
}
