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
