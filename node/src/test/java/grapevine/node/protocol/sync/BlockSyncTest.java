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

class BlockSyncTest {
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
  void shouldCatchUpOverAThousandBlocks() {
    SyncNode old = new SyncNode(chains);
    List<BlockHeader> main = chains.chain(null, 1000);
    old.acceptAll(main);
    BlockHeader side = chains.header(main.get(700), 5000);
    old.accept(Chains.empty(side), 0);
    old.ready(B);
    node.ready(A, 1000, main.getLast().hash(), 0);
    node.sync.onTips(A, old.tree.tips(), 0);

    long now = 0;
    int bodiesAhead = 0;
    while (node.tree.bestHeight() < 1000 || !node.tree.hasBody(side.hash())) {
      assertThat(now).isLessThan(60 * SECOND);
      bodiesAhead = Math.max(bodiesAhead, node.wanted.size());
      if (!node.sent.isEmpty()) {
        old.onMessage(B, node.sent.remove().message(), now);
      } else if (!old.sent.isEmpty()) {
        node.onMessage(A, old.sent.remove().message(), now);
      } else if (!node.wanted.isEmpty()) {
        BlockSync.Wanted body = node.wanted.getFirst();
        node.deliver(body, old.blocks.get(body.entry().id().hash()), now);
      } else {
        now = Math.min(node.sync.nextDeadlineNanos(), old.sync.nextDeadlineNanos());
        node.onTimer(now);
        old.onTimer(now);
      }
    }

    assertThat(node.tree.blockSet()).isEqualTo(old.tree.blockSet());
    assertThat(node.tree.tips()).isEqualTo(old.tree.tips()).hasSize(2);
    assertThat(node.tree.bestId()).isEqualTo(main.getLast().hash());
    assertThat(bodiesAhead).isLessThanOrEqualTo(1024);
    assertThat(now).isLessThan(2 * SECOND);
    assertThat(node.disconnected).isEmpty();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldAskNobodyWhenItKnowsThePeersBestTip() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.acceptAll(main);
    node.ready(A, 2, main.get(1).hash(), 0);
    node.ready(B);

    assertThat(node.requests()).isEmpty();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldAskOnePeerForWhatTwoPeersHave() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.ready(A, 3, main.get(2).hash(), 0);
    node.ready(B, 3, main.get(2).hash(), 0);

    List<SyncNode.Sent> requests = node.requests();
    assertThat(asked(requests)).containsExactly(A);
    assertThat(request(requests.getFirst()))
        .isEqualTo(new Message.GetHeaders(node.tree.locator(), main.get(2).hash()));
  }

  @Test
  void shouldAskTheNextPeerWhenTheFirstStallsAndDisconnectNobody() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.ready(A, 3, main.get(2).hash(), 0);
    node.ready(B, 3, main.get(2).hash(), 0);
    node.requests();

    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(2 * SECOND);
    node.onTimer(2 * SECOND);
    assertThat(asked(node.requests())).containsExactly(B);
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(6 * SECOND);
    node.onMessage(A, new Message.Headers(main), 3 * SECOND);
    assertThat(node.tree.contains(main.get(2).hash())).isTrue();
    assertThat(node.disconnected).isEmpty();
  }

  @Test
  void shouldGiveUpOnTheOnlyClaimerAfterPatienceDoubledToItsMaximum() {
    node.ready(A, 3, chains.chain(null, 3).get(2).hash(), 0);
    List<Long> asks = new ArrayList<>();
    long now = 0;
    while (now != Component.NEVER) {
      asks.addAll(node.requests().stream().map(sent -> 0L).toList());
      now = node.sync.nextDeadlineNanos();
      if (now != Component.NEVER) {
        asks.set(asks.size() - 1, now / SECOND);
        node.onTimer(now);
      }
    }

    assertThat(asks).containsExactly(2L, 6L, 14L, 30L, 62L, 126L);
    assertThat(node.disconnected).isEmpty();
  }

  @Test
  void shouldAskAnotherPeerWhenTheAskedOneIsGone() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.ready(A, 3, main.get(2).hash(), 0);
    node.ready(B, 3, main.get(2).hash(), 0);
    node.requests();
    node.sync.onPeerGone(A, 1);

    assertThat(asked(node.requests())).containsExactly(B);
    node.sync.onPeerGone(B, 2);
    node.sync.checkInvariants();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldAskTheNextClaimerAtOnceWhenAnAnswerDoesNotLeadOn() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.ready(A, 3, main.get(2).hash(), 0);
    node.ready(B, 3, main.get(2).hash(), 0);
    node.requests();
    node.onMessage(A, new Message.Headers(List.of()), 1);

    assertThat(asked(node.requests())).containsExactly(B);
    assertThat(node.disconnected).isEmpty();
  }

  @Test
  void shouldAskOnFromTheLastHeaderOfAFullAnswer() {
    List<BlockHeader> main = chains.chain(null, 300);
    node.ready(A, 300, main.getLast().hash(), 0);
    node.requests();
    node.onMessage(A, new Message.Headers(main.subList(0, 256)), 1);

    List<SyncNode.Sent> requests = node.requests();
    assertThat(asked(requests)).containsExactly(A);
    assertThat(request(requests.getFirst()).locator().getFirst()).isEqualTo(main.get(255).hash());
  }

  @Test
  void shouldStopAskingAPeerWhoseFullAnswersLeadNowhere() {
    List<BlockHeader> main = chains.chain(null, 256);
    node.ready(A, 300, chains.header(null, 900).hash(), 0);
    node.requests();
    node.onMessage(A, new Message.Headers(main), 1);
    assertThat(node.requests()).hasSize(1);
    node.onMessage(A, new Message.Headers(main), 2);

    assertThat(node.requests()).isEmpty();
  }

  @Test
  void shouldFollowOneLongChainAtATime() {
    List<BlockHeader> main = chains.chain(null, 600);
    node.ready(A, 600, main.get(599).hash(), 0);
    node.ready(B, 599, main.get(598).hash(), 0);
    assertThat(asked(node.requests())).containsExactly(A, B);
    node.onMessage(A, new Message.Headers(main.subList(0, 256)), 1);
    node.onMessage(B, new Message.Headers(main.subList(0, 256)), 2);

    assertThat(asked(node.requests())).containsExactly(A);
    node.sync.onPeerGone(A, 3);
    assertThat(asked(node.requests())).containsExactly(B);
  }

  @Test
  void shouldNotRunAheadOfTheBodiesWithoutBound() {
    BlockSync.Limits defaults = BlockSync.Limits.defaults();
    SyncNode bounded =
        new SyncNode(
            chains,
            new BlockSync.Limits(
                new BlockSync.Requests(4, 64, 200, 2 * SECOND, 64 * SECOND),
                defaults.window(),
                defaults.orphans(),
                defaults.futures(),
                defaults.serving()));
    List<BlockHeader> main = chains.chain(null, 300);
    bounded.ready(A, 300, main.getLast().hash(), 0);
    bounded.requests();
    bounded.onMessage(A, new Message.Headers(main.subList(0, 256)), 1);
    assertThat(bounded.requests()).isEmpty();

    for (int i = 0; i < 56; i++) {
      bounded.deliver(bounded.wanted.getFirst(), Chains.empty(main.get(i)), 2);
    }
    assertThat(asked(bounded.requests())).containsExactly(A);
  }

  @Test
  void shouldBanForHeadersThatAreNoChain() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.ready(A, 3, main.get(2).hash(), 0);
    node.onMessage(A, new Message.Headers(List.of(main.get(0), main.get(2))), 1);

    assertThat(node.disconnected).containsExactly("p1 bad-headers");
    assertThat(node.tree.contains(main.get(0).hash())).isFalse();
  }

  @Test
  void shouldIgnoreHeadersThatNobodyAskedFor() {
    node.ready(A);
    node.onMessage(A, new Message.Headers(chains.chain(null, 3)), 1);
    node.onMessage(B, new Message.Headers(chains.chain(null, 3)), 1);

    assertThat(node.tree.highestHeight()).isZero();
    assertThat(node.limited).containsExactly("unsolicited-headers", "unsolicited-headers");
  }

  @Test
  void shouldLeaveOutHeadersOfTheFutureWithoutBlame() {
    List<BlockHeader> main = chains.chain(null, 2);
    BlockHeader future = chains.header(main.get(1), 100_010);
    node.ready(A, 3, future.hash(), 0);
    List<BlockHeader> all = List.of(main.get(0), main.get(1), future);
    node.onMessage(A, new Message.Headers(all), 1);

    assertThat(node.tree.highestId()).isEqualTo(main.get(1).hash());
    assertThat(node.disconnected).isEmpty();
    assertThat(node.requests()).hasSize(1);
  }

  @Test
  void shouldKeepAtMostFourRequestsOpenWithOnePeer() {
    node.ready(A);
    List<Hash256> tips = new ArrayList<>();
    for (int slot = 1; slot <= 10; slot++) {
      tips.add(chains.header(null, slot).hash());
    }
    node.sync.onTips(A, tips, 0);
    assertThat(node.requests()).hasSize(4);
    node.onMessage(A, new Message.Headers(List.of(chains.header(null, 1))), 1);

    assertThat(node.requests()).hasSize(1);
  }

  @Test
  void shouldCountNoMoreClaimsOfAPeerThanItMayListTips() {
    node.ready(A);
    List<Hash256> tips = new ArrayList<>();
    for (int slot = 1; slot <= 70; slot++) {
      tips.add(chains.header(null, slot).hash());
    }
    node.sync.onTips(A, tips, 0);

    assertThat(node.limited).hasSize(6).containsOnly("block-claims");
  }

  @Test
  void shouldAnswerEachRequestOnceAndNoFasterThanTheRate() {
    node.acceptAll(chains.chain(null, 3));
    node.ready(A);
    Message.GetHeaders request = new Message.GetHeaders(List.of(chains.network.id()), Hash256.ZERO);
    for (int i = 0; i < 40; i++) {
      node.onMessage(A, request, 0);
    }

    assertThat(node.sent).hasSize(20);
    assertThat(((Message.Headers) node.sent.getFirst().message()).headers()).hasSize(3);
    assertThat(node.limited).hasSize(12);
    node.onTimer(node.sync.nextDeadlineNanos());
    assertThat(node.sent).hasSize(21);
    node.onTimer(SECOND);
    assertThat(node.sent).hasSize(28);
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldLetAPeerThatDoesNotReadWait() {
    node.acceptAll(chains.chain(null, 3));
    node.ready(A);
    node.queuedBytes = 2 << 20;
    node.onMessage(A, new Message.GetHeaders(List.of(chains.network.id()), Hash256.ZERO), 0);
    node.onTimer(node.sync.nextDeadlineNanos());
    assertThat(node.sent).isEmpty();
    node.queuedBytes = 0;
    node.onTimer(node.sync.nextDeadlineNanos());

    assertThat(node.sent).hasSize(1);
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

  @Test
  void shouldBringInAThirdHeaderOfASlotWhenAnHonestBlockStandsOnIt() {
    List<BlockHeader> twins = new ArrayList<>();
    for (int twin = 0; twin < 3; twin++) {
      twins.add(chains.header(null, 1, twin));
    }
    node.acceptAll(twins.subList(0, 2));
    Block honest = Chains.empty(chains.header(twins.get(2), 2));
    node.ready(A);
    node.onBlock(A, honest, 0);
    node.onMessage(A, new Message.Headers(List.of(twins.get(2), honest.header())), 1);
    node.onTimer(node.sync.nextDeadlineNanos());

    assertThat(wantedIds(node)).containsExactly(twins.get(2).hash());
    assertThat(node.tree.bestId()).isEqualTo(honest.header().hash());
    assertThat(node.tree.tips()).containsExactly(honest.header().hash());
  }

  @Test
  void shouldTolerateCallsAboutPeersThatAreGone() {
    node.sync.onPeerGone(A, 0);
    node.sync.onTips(A, List.of(chains.header(null, 1).hash()), 0);
    node.onMessage(A, new Message.GetHeaders(List.of(), Hash256.ZERO), 0);
    node.sync.onVerifiedHeaders(A, chains.chain(null, 2), 0);

    assertThat(node.sent).isEmpty();
    assertThat(node.tree.highestHeight()).isEqualTo(2);
  }
}
