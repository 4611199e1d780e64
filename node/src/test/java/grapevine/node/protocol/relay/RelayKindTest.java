package grapevine.node.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RelayKindTest {
  @Test
  void shouldFindEveryKindByItsLabel() {
    for (RelayKind kind : RelayKind.values()) {
      assertThat(RelayKind.of(kind.label())).isEqualTo(kind);
    }
  }

  @Test
  void shouldDifferInWhatTheyWantOfFetchingAndOfPeers() {
    assertThat(RelayKind.values())
        .filteredOn(RelayKind::opensLinks)
        .containsExactly(RelayKind.FLOOD);
    assertThat(RelayKind.ANNOUNCE.inboundDelayNanos()).isZero();
    assertThat(RelayKind.TRICKLE.inboundDelayNanos()).isEqualTo(2_000_000_000L);
  }

  @Test
  void shouldNameTheKnownOnesForAnUnknownLabel() {
    assertThatThrownBy(() -> RelayKind.of("shout"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("relay strategy 'shout', expected one of: announce, trickle, flood");
  }
}
