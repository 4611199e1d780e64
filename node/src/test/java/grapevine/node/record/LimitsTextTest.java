package grapevine.node.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.model.MalformedException;
import grapevine.node.protocol.Limits;
import org.junit.jupiter.api.Test;

class LimitsTextTest {
  private static final String DEFAULTS = LimitsText.write(Limits.defaults());

  @Test
  void shouldReadWhatItWrites() throws Exception {
    assertThat(DEFAULTS).contains("pool.bytesMax=67108864\n", "reconcile.idsAsked.");
    assertThat(LimitsText.read(DEFAULTS)).isEqualTo(Limits.defaults());
    String other = DEFAULTS.replace("pool.bytesMax=67108864", "pool.bytesMax=1000000");
    assertThat(LimitsText.read(other).pool().bytesMax()).isEqualTo(1_000_000);
  }

  @Test
  void shouldNameWhatAnotherBuildHas() {
    assertRefused(DEFAULTS.replace("pool.bytesMax=67108864\n", ""), "limit pool.bytesMax is miss");
    assertRefused(DEFAULTS + "pool.colour=7\n", "limit pool.colour is not known to this build");
    assertRefused(
        DEFAULTS.replace("pool.bytesMax=67108864", "pool.bytesMax=many"),
        "limit pool.bytesMax is no long");
  }

  private static void assertRefused(String text, String complaint) {
    assertThatThrownBy(() -> LimitsText.read(text))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(complaint);
  }
}
