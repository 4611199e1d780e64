package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.netlab.trace.KindCosts;
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
      grapevine_socket_bytes_total{direction="out",} 1500.0
      grapevine_socket_bytes_total{direction="in",} 7.0
      grapevine_announcements_total{kind="transaction",direction="in",result="new",} 3.0
      grapevine_announcements_total{kind="transaction",direction="in",result="known",} 4.0
      grapevine_announcements_total{kind="transaction",direction="out",result="sent",} 5.0
      grapevine_announcements_total{kind="block",direction="in",result="new",} 1.0
      grapevine_items_received_total{kind="transaction",result="new",} 3.0
      grapevine_items_received_total{kind="transaction",result="duplicate",} 1.0
      grapevine_items_accepted_total{kind="transaction",origin="peer",} 2.0
      grapevine_items_accepted_total{kind="transaction",origin="own",} 8.0

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
    assertThat(costs.of("transaction")).isEqualTo(new KindCosts(7, 5, 4, 2, 1000));
    assertThat(costs.of("block")).isEqualTo(new KindCosts(1, 0, 0, 0, 0));
    assertThat(costs.sentBytesByType()).containsOnlyKeys("tx", "inv");
    assertThat(costs.socketBytesSent()).isEqualTo(1500);
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
