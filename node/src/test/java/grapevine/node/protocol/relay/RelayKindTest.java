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
  void shouldNameTheKnownOnesForAnUnknownLabel() {
    assertThatThrownBy(() -> RelayKind.of("shout"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("relay strategy 'shout', expected one of: announce");
  }
}
