package grapevine.node.protocol.sync;

import static grapevine.node.protocol.sync.SyncNode.SECOND;
import static grapevine.node.protocol.sync.SyncNode.peer;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks that cannot be judged yet: orphans, and blocks of the future. */
class HeldBlocksTest {
  private static final PeerId A = peer(1);
  private static final PeerId B = peer(2);

  private final Chains chains = new Chains(10_000);
  private final SyncNode node = new SyncNode(chains);

  private static Message.GetHeaders request(SyncNode.Sent sent) {
    return (Message.GetHeaders) sent.message();
  }

  private static List<PeerId> asked(List<SyncNode.Sent> requests) {
    return requests.stream().map(SyncNode.Sent::to).toList();
  }

  private static List<Hash256> ids(List<BlockHeader> headers) {
    return headers.stream().map(BlockHeader::hash).toList();
  }

  private static List<Hash256> wantedIds(SyncNode of) {
    return of.wanted.stream().map(wanted -> wanted.entry().id().hash()).toList();
  }

  @Test
  void shouldHoldAnOrphanAndAskItsGiverForTheWay() {
    List<BlockHeader> main = chains.chain(null, 3);
    Block orphan = Chains.empty(main.get(2));
    node.ready(A);
    node.onBlock(A, orphan, 0);
    List<SyncNode.Sent> requests = node.requests();
    assertThat(asked(requests)).containsExactly(A);
    assertThat(request(requests.getFirst()).stop()).isEqualTo(main.get(2).hash());
    node.onMessage(A, new Message.Headers(main), 1);

    assertThat(wantedIds(node)).containsExactlyElementsOf(ids(main.subList(0, 2)));
    node.onTimer(node.sync.nextDeadlineNanos());
    assertThat(node.tree.bestId()).isEqualTo(main.get(2).hash());
  }

  @Test
  void shouldBoundOrphansPerPeerAndInAllWithoutHarmToOthers() {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      blocks.add(Chains.empty(chains.header(chains.header(null, 1, i), 2)));
    }
    for (int number = 1; number <= 5; number++) {
      node.ready(peer(number));
    }
    node.onBlock(A, blocks.get(199), 0);
    for (int i = 0; i < 150; i++) {
      node.onBlock(peer(2 + i % 3), blocks.get(i), 1);
    }
    assertThat(held(blocks)).hasSize(1 + 3 * 16).contains(199, 149, 102).doesNotContain(101);
    for (int i = 150; i < 199; i++) {
      node.onBlock(peer(5), blocks.get(i), 1);
    }

    assertThat(held(blocks)).hasSizeLessThanOrEqualTo(64).contains(199);
  }

  @Test
  void shouldKeepTheOrphansOfAPeerThatIsGoneUntilTheirPlaceIsNeeded() {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < 68; i++) {
      blocks.add(Chains.empty(chains.header(chains.header(null, 1, i), 2)));
    }
    for (int number = 1; number <= 6; number++) {
      node.ready(peer(number));
    }
    for (int i = 0; i < 64; i++) {
      node.onBlock(peer(1 + i / 16), blocks.get(i), 0);
    }
    node.onBlock(peer(5), blocks.get(64), 1);
    assertThat(held(blocks)).hasSize(64).doesNotContain(64);

    node.sync.onPeerGone(peer(2), 2);
    assertThat(held(blocks)).hasSize(64);
    node.onBlock(peer(5), blocks.get(64), 3);
    node.onBlock(peer(6), blocks.get(65), 3);

    assertThat(held(blocks)).hasSize(64).contains(64, 65, 18, 31).doesNotContain(16, 17);
  }

  @Test
  void shouldAskWhoeverAnnouncesAnOrphanTooForTheWay() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.ready(A);
    node.ready(B);
    node.onBlock(A, Chains.empty(main.get(2)), 0);
    node.sync.onPeerGone(A, 1);
    node.requests();

    node.sync.onShown(B, main.get(2).hash(), 2);

    assertThat(asked(node.requests())).containsExactly(B);
    assertThat(node.sync.isHeld(main.get(2).hash())).isTrue();
  }

  @Test
  void shouldNameTheGiverOfABlockOfTheFutureWhenItIsDue() {
    Block block = Chains.empty(chains.header(null, 100_005));
    node.onBlock(A, block, 0);

    assertThat(node.sync.due(3 * SECOND)).containsExactly(new BlockSync.Held(A, block));
  }

  private List<Integer> held(List<Block> blocks) {
    List<Integer> held = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      if (node.sync.isHeld(blocks.get(i).header().hash())) {
        held.add(i);
      }
    }
    return held;
  }

  @Test
  void shouldRefuseAnOrphanWhenOthersHaveFilledTheTotal() {
    for (int number = 1; number <= 5; number++) {
      node.ready(peer(number));
    }
    for (int i = 0; i < 64; i++) {
      node.onBlock(peer(1 + i / 16), Chains.empty(chains.header(chains.header(null, 1, i), 2)), 0);
    }
    Block last = Chains.empty(chains.header(chains.header(null, 1, 64), 2));

    assertThat(node.sync.hold(peer(5), last, 1)).isFalse();
    assertThat(node.sync.isHeld(last.header().hash())).isFalse();
    assertThat(asked(node.requests())).contains(peer(5));
  }

  @Test
  void shouldForgetAnOrphanAfterTenMinutes() {
    node.ready(A);
    Block orphan = Chains.empty(chains.chain(null, 2).get(1));
    node.sync.hold(A, orphan, 0);
    node.onTimer(600 * SECOND);

    assertThat(node.sync.isHeld(orphan.header().hash())).isFalse();
  }

  @Test
  void shouldHandOutWaitingChildrenInSlices() {
    BlockHeader parent = chains.header(null, 1);
    node.ready(A);
    for (int slot = 2; slot < 14; slot++) {
      node.onBlock(A, Chains.empty(chains.header(parent, slot)), 0);
    }
    node.tree.add(parent, 1);

    assertThat(node.sync.takeChildren(parent.hash())).hasSize(8);
    assertThat(node.sync.nextDeadlineNanos()).isZero();
    assertThat(node.sync.due(1)).hasSize(4);
    assertThat(node.sync.due(1)).isEmpty();
  }

  @Test
  void shouldHoldABlockOfTheFutureUntilItsTime() {
    BlockHeader header = chains.header(null, 100_005);
    node.onBlock(A, Chains.empty(header), 0);
    assertThat(node.tree.contains(header.hash())).isFalse();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(3 * SECOND);
    node.onTimer(3 * SECOND - 1);
    assertThat(node.tree.contains(header.hash())).isFalse();
    node.onTimer(3 * SECOND);

    assertThat(node.tree.bestId()).isEqualTo(header.hash());
    assertThat(node.disconnected).isEmpty();
  }

  @Test
  void shouldKeepTheNearestSixteenBlocksOfTheFuture() {
    for (int slot = 100_040; slot > 100_010; slot--) {
      node.sync.holdFuture(A, Chains.empty(chains.header(null, slot)), 0);
    }
    Block near = Chains.empty(chains.header(null, 100_005));
    Block far = Chains.empty(chains.header(null, 100_500));

    assertThat(node.sync.holdFuture(A, near, 0)).isTrue();
    assertThat(node.sync.holdFuture(A, far, 0)).isFalse();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(3 * SECOND);
    int handedOut = 0;
    for (int turn = 0; turn < 3; turn++) {
      handedOut += node.sync.due(60 * SECOND).size();
      node.sync.checkInvariants();
    }
    assertThat(handedOut).isEqualTo(16);
  }

  @Test
  void shouldNotHoldABlockOfAFarFuture() {
    BlockHeader header = chains.header(null, (Long.MAX_VALUE - Chains.GENESIS_MILLIS) / 1000);

    assertThat(node.sync.isFuture(header, 0)).isTrue();
    assertThat(node.sync.holdFuture(A, Chains.empty(header), 0)).isFalse();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }
}
