package grapevine.node.protocol.sync;

import static grapevine.node.protocol.sync.SyncNode.SECOND;
import static grapevine.node.protocol.sync.SyncNode.peer;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which bodies are wanted, from whom and when, through the sync that owns them. */
class MissingBodiesTest {
  private static final PeerId A = peer(1);
  private static final PeerId B = peer(2);

  private final Chains chains = new Chains(10_000);
  private final SyncNode node = new SyncNode(chains);

  private static List<Hash256> ids(List<BlockHeader> headers) {
    return headers.stream().map(BlockHeader::hash).toList();
  }

  private static List<Hash256> wantedIds(SyncNode of) {
    return of.wanted.stream().map(wanted -> wanted.entry().id().hash()).toList();
  }

  @Test
  void shouldWantBodiesLowestFirstFromEverybodyWhoShowedThem() {
    List<BlockHeader> main = chains.chain(null, 3);
    node.ready(A, 3, main.get(2).hash(), 0);
    node.onMessage(A, new Message.Headers(main), 1);
    assertThat(wantedIds(node)).containsExactlyElementsOf(ids(main));
    assertThat(node.wanted).allMatch(wanted -> wanted.from().equals(A));
    node.wanted.clear();
    node.ready(B, 2, main.get(1).hash(), 2);

    assertThat(wantedIds(node)).containsExactlyElementsOf(ids(main.subList(0, 2)));
    assertThat(node.wanted).allMatch(wanted -> wanted.from().equals(B));
    assertThat(node.wanted.getFirst().entry().sizeBytes()).isEqualTo(BlockHeader.BYTES);
  }

  @Test
  void shouldWantNoMoreBodiesThanTheWindowHolds() {
    BlockSync.Limits defaults = BlockSync.Limits.defaults();
    SyncNode small =
        new SyncNode(
            chains,
            new BlockSync.Limits(
                defaults.requests(),
                new BlockSync.Window(3 * BlockHeader.BYTES, 99, 4, SECOND, 1 << 16, SECOND),
                defaults.orphans(),
                defaults.futures(),
                defaults.serving()));
    List<BlockHeader> main = chains.chain(null, 5);
    small.ready(A, 5, main.get(4).hash(), 0);
    small.onMessage(A, new Message.Headers(main), 1);
    assertThat(wantedIds(small)).containsExactlyElementsOf(ids(main.subList(0, 3)));
    small.deliver(small.wanted.getFirst(), Chains.empty(main.get(0)), 2);

    assertThat(wantedIds(small)).containsExactlyElementsOf(ids(main.subList(1, 4)));
  }

  @Test
  void shouldWantAWithheldBodyAgainAfterAPauseAndFromOneMorePeer() {
    BlockHeader header = chains.header(null, 1);
    node.ready(A, 1, header.hash(), 0);
    node.onMessage(A, new Message.Headers(List.of(header)), 0);
    node.ready(B);
    node.wanted.clear();
    long oneNanos = 2 * SECOND + BlockHeader.BYTES * SECOND / (64 << 10);
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(oneNanos);
    node.onTimer(oneNanos);
    assertThat(node.wanted).isEmpty();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(oneNanos + 10 * SECOND);
    node.onTimer(oneNanos + 10 * SECOND);

    assertThat(node.wanted).extracting(BlockSync.Wanted::from).containsExactly(A, B);
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(3 * oneNanos + 10 * SECOND);
  }

  @Test
  void shouldGoOnWantingAWithheldBodyAtLeastEveryMinuteAndAHalf() {
    BlockHeader header = chains.header(null, 1);
    node.ready(A, 1, header.hash(), 0);
    node.onMessage(A, new Message.Headers(List.of(header)), 0);
    List<Long> wantedAt = new ArrayList<>();
    while (wantedAt.size() < 8) {
      long now = node.sync.nextDeadlineNanos();
      node.wanted.clear();
      node.onTimer(now);
      if (!node.wanted.isEmpty()) {
        wantedAt.add(now / SECOND);
      }
    }

    assertThat(wantedAt).containsExactly(12L, 34L, 76L, 158L, 240L, 322L, 404L, 486L);
  }

  @Test
  void shouldWantABodyAtOnceFromTheNextPeerWhenTheOneWhoShowedItsHeaderHasNone() {
    BlockHeader header = chains.header(null, 1);
    node.ready(A, 1, header.hash(), 0);
    node.ready(B);
    node.onMessage(A, new Message.Headers(List.of(header)), 0);
    node.wanted.clear();
    node.sync.onNotFound(A, List.of(header.id()), 1);
    node.onTimer(1);
    assertThat(node.wanted).extracting(BlockSync.Wanted::from).containsExactly(B);
    node.wanted.clear();
    node.sync.onPeerGone(A, 2);
    node.sync.onNotFound(B, List.of(header.id()), 2);
    node.onTimer(2);
    assertThat(node.wanted).isEmpty();
    node.onTimer(10 * SECOND + 2);

    assertThat(node.wanted).extracting(BlockSync.Wanted::from).containsExactly(B);
  }

  @Test
  void shouldLetNobodyButASourceSayThatItHasNoBody() {
    BlockHeader header = chains.header(null, 1);
    node.ready(A, 1, header.hash(), 0);
    node.onMessage(A, new Message.Headers(List.of(header)), 0);
    node.ready(B);
    node.wanted.clear();
    long dueNanos = node.sync.nextDeadlineNanos();
    node.sync.onNotFound(B, List.of(header.id()), 1);
    node.onTimer(1);

    assertThat(node.wanted).isEmpty();
    assertThat(node.sync.nextDeadlineNanos()).isEqualTo(dueNanos);
  }

  @Test
  void shouldWantBodiesFromOthersWhenTheirOnlySourceIsGone() {
    BlockHeader header = chains.header(null, 1);
    node.ready(A, 1, header.hash(), 0);
    node.ready(B);
    node.onMessage(A, new Message.Headers(List.of(header)), 0);
    node.wanted.clear();
    node.sync.onPeerGone(A, 1);
    node.onTimer(1);

    assertThat(node.wanted).extracting(BlockSync.Wanted::from).containsExactly(B);
  }

  @Test
  void shouldWantBodiesFromOthersWhenTheGiverLeftDuringTheSignatureCheck() {
    List<BlockHeader> main = chains.chain(null, 2);
    node.ready(A, 2, main.get(1).hash(), 0);
    node.ready(B);
    List<BlockHeader> fresh = node.sync.onHeaders(A, new Message.Headers(main), 0);
    node.sync.onPeerGone(A, 1);
    node.sync.onVerifiedHeaders(A, fresh, 2);

    assertThat(node.sync.wanted(2)).extracting(BlockSync.Wanted::from).containsExactly(B, B);
  }

  @Test
  void shouldWantTheBodyBelowAnAcceptedBlock() {
    List<BlockHeader> main = chains.chain(null, 2);
    node.ready(A);
    node.tree.add(main.get(0), 0);
    node.onBlock(A, Chains.empty(main.get(1)), 0);

    assertThat(node.tree.bestHeight()).isEqualTo(2);
    assertThat(wantedIds(node)).containsExactly(main.get(0).hash());
  }
}
