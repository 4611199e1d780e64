package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeEventTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @Test
  void shouldKnowAnOwnItemByTheLackOfAPeer() throws IOException {
    assertThat(accepted("block", ""))
        .isEqualTo(accepted(ItemId.block(Hash256.fromHex(HEX)), 0, null));
    assertThat(accepted("transaction", ",\"bytes\":250,\"peer\":\"" + HEX + "\""))
        .isEqualTo(accepted(ItemId.transaction(Hash256.fromHex(HEX)), 250, HEX));
  }

  @Test
  void shouldCountLostEvents() throws IOException {
    assertThat(NodeEvent.parse("{\"event\":\"lost\",\"mono\":9,\"count\":17}"))
        .isEqualTo(new NodeEvent.Lost(17));
  }

  @Test
  void shouldReadTheGreetingAndPassOverTheRest() throws IOException {
    assertThat(NodeEvent.parse("{\"event\":\"hello\",\"node\":\"" + HEX + "\",\"mono\":-5}"))
        .isEqualTo(new NodeEvent.Hello(-5));
    assertThat(NodeEvent.parse("{\"event\":\"peer-up\",\"mono\":1}"))
        .isEqualTo(new NodeEvent.Other("peer-up"));
  }

  @Test
  void shouldNameTheLineThatIsNoEvent() {
    for (String line :
        new String[] {
          "",
          "nonsense",
          "{}",
          "[1]",
          "{\"event\":\"lost\"}",
          "{\"event\":\"accepted\",\"kind\":\"block\",\"item\":\"" + HEX + "\",\"mono\":\"x\"}",
          "{\"event\":\"accepted\",\"kind\":\"plan\",\"item\":\"" + HEX + "\",\"mono\":1}",
          "{\"event\":\"accepted\",\"kind\":\"block\",\"item\":\"12\",\"mono\":1}"
        }) {
      assertThatThrownBy(() -> NodeEvent.parse(line)).as(line).isInstanceOf(IOException.class);
    }
  }

  private static NodeEvent accepted(String kind, String more) throws IOException {
    return NodeEvent.parse(
        """
        {"event":"accepted","mono":42,"wall":"2026-11-22T10:00:00.000001Z","item":"%s","kind":"%s"%s}
        """
            .formatted(HEX, kind, more));
  }

  private static NodeEvent accepted(ItemId id, int bytes, @Nullable String peer) {
    return new NodeEvent.Accepted(id, bytes, peer, 42);
  }
}
