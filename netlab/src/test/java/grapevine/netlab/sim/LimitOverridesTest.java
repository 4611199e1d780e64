package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.protocol.Limits;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitOverridesTest {
  @Test
  void shouldChangeWhatIsNamedAndNothingElse() {
    Limits changed =
        LimitOverrides.apply(
            Limits.defaults(), Map.of("sessions.inboundMax", 1_000L, "keepalive.pingNanos", 5L));
    assertThat(changed.sessions().inboundMax()).isEqualTo(1_000);
    assertThat(changed.keepalive().pingNanos()).isEqualTo(5);
    assertThat(changed.fetch()).isEqualTo(Limits.defaults().fetch());
    assertThat(changed.sessions().outboundMax())
        .isEqualTo(Limits.defaults().sessions().outboundMax());
  }

  @Test
  void shouldListEveryPathThatItTakes() {
    assertThat(LimitOverrides.paths())
        .contains("sessions.inboundMax", "fetch.inboundDelayNanos")
        .allSatisfy(path -> assertThat(path).contains("."));
  }

  @Test
  void shouldNameWhatIsWrong() {
    Limits limits = Limits.defaults();
    assertThatThrownBy(() -> LimitOverrides.apply(limits, Map.of("sesions.inboundMax", 1L)))
        .hasMessageContaining("no sesions")
        .hasMessageContaining("sessions");
    assertThatThrownBy(() -> LimitOverrides.apply(limits, Map.of("sessions", 1L)))
        .hasMessageContaining("limit sessions");
    assertThatThrownBy(() -> LimitOverrides.apply(limits, Map.of("sessions.inboundMax", 1L << 40)))
        .hasMessageContaining("sessions.inboundMax")
        .hasMessageContaining("int");
  }
}
