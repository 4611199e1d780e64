package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.netlab.trace.KindCount;
import grapevine.netlab.trace.NodeCosts;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final String PAGE =
      """
      # HELP grapevine_network_bytes_total Bytes of messages.
      # TYPE grapevine_network_bytes_total counter
      grapevine_network_bytes_total{direction="out",type="tx",} 1000.0
      grapevine_network_bytes_total{direction="out",type="inv",} 200.0
      grapevine_network_bytes_total{direction="in",type="tx",} 9.0E9
      grapevine_network_bytes_total{direction="out",type="something-new",} 30.0
      grapevine_network_messages_total{direction="out",type="tx",} 4.0
      grapevine_announce_to_request_seconds_bucket{kind="transaction",le="0.1",} 2.0
      grapevine_announce_to_request_seconds_count{kind="transaction",} 6.0
      grapevine_announce_to_request_seconds_sum{kind="transaction",} 1.5
      grapevine_item_receive_to_relay_seconds_sum{kind="transaction",} 0.02
      grapevine_validation_seconds_count{kind="transaction",result="valid",} 3.0
      grapevine_validation_seconds_count{kind="transaction",result="invalid",} 2.0
      grapevine_socket_bytes_total{direction="out",} 1500.0
      grapevine_socket_bytes_total{direction="in",} 7.0
      grapevine_announcements_total{kind="transaction",direction="in",result="new",} 3.0
      grapevine_announcements_total{kind="transaction",direction="in",result="known",} 4.0
      grapevine_announcements_total{kind="transaction",direction="out",result="sent",} 5.0
      grapevine_announcements_total{kind="block",direction="in",result="new",} 1.0
      grapevine_items_received_total{kind="transaction",result="new",} 3.0
      grapevine_items_received_total{kind="transaction",result="duplicate",} 1.0

      jvm_threads 12
      odd{text="a \\"quoted\\" } brace, and \\\\ and \\n"} +Inf 1700000000000
      """;

  @Test
  void shouldSumOverTheLabelsThatAreNotAskedFor() throws IOException {
    MetricsPage page = MetricsPage.parse(PAGE);
    assertThat(page.sum("grapevine_announcements_total", "kind", "transaction", "direction", "in"))
        .isEqualTo(7);
    assertThat(page.sum("jvm_threads")).isEqualTo(12);
    assertThat(page.sum("grapevine_absent_total")).isZero();
    assertThat(page.sum("jvm_threads", "kind", "block")).isZero();
  }

  @Test
  void shouldReadEscapedLabelsAndTimestamps() throws IOException {
    assertThat(MetricsPage.parse(PAGE).sum("odd", "text", "a \"quoted\" } brace, and \\ and \n"))
        .isInfinite();
  }

  @Test
  void shouldFindWhatANodeSpent() throws IOException {
    NodeCosts costs = MetricsPage.parse(PAGE).costs();
    assertThat(costs.of("transaction", KindCount.ANNOUNCED_IN)).isEqualTo(7);
    assertThat(costs.of("transaction", KindCount.ANNOUNCED_OUT)).isEqualTo(5);
    assertThat(costs.of("transaction", KindCount.REQUESTED)).isEqualTo(6);
    assertThat(costs.of("transaction", KindCount.REQUEST_DELAY_NANOS)).isEqualTo(1_500_000_000);
    assertThat(costs.of("transaction", KindCount.RELAY_DELAY_NANOS)).isEqualTo(20_000_000);
    assertThat(costs.of("transaction", KindCount.BODIES)).isEqualTo(4);
    assertThat(costs.of("transaction", KindCount.DUPLICATES)).isEqualTo(1);
    assertThat(costs.of("transaction", KindCount.NEW)).isEqualTo(3);
    assertThat(costs.of("transaction", KindCount.VERIFIED)).isEqualTo(5);
    assertThat(costs.of("block", KindCount.ANNOUNCED_IN)).isEqualTo(1);
    assertThat(costs.of("block", KindCount.BODIES)).isZero();
    assertThat(costs.sentBytes("tx")).isEqualTo(1000);
    assertThat(costs.sentMessages("tx")).isEqualTo(4);
    assertThat(costs.receivedBytes("tx")).isEqualTo(9_000_000_000L);
    assertThat(costs.sentBytes("something-new")).isEqualTo(30);
    assertThat(costs.sentBytes()).isEqualTo(1230);
    assertThat(costs.socketBytesSent()).isEqualTo(1500);
    assertThat(costs.socketBytesReceived()).isEqualTo(7);
  }

  @Test
  void shouldNameTheLineThatIsNoMetric() {
    for (String line : new String[] {"word", "a{b=\"c\"", "a{b=\"c} 1", "a{} x", "a "}) {
      assertThatThrownBy(() -> MetricsPage.parse(line))
          .as(line)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(line);
    }
  }
}
