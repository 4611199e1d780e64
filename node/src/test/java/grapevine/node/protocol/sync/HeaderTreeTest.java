package grapevine.node.protocol.sync;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.sync.HeaderTree.Admission;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeaderTreeTest {
  private final Chains chains = new Chains(1000);
  private final List<String> events = new ArrayList<>();
  private HeaderTree tree = tree(chains, HeaderTree.Limits.defaults());

  private HeaderTree tree(Chains of, HeaderTree.Limits limits) {
    return new HeaderTree(
        limits,
        of.validity,
        new NodeEvents() {
          @Override
          public void onEquivocation(ItemId first, ItemId second, long nowNanos) {
            events.add("equivocation");
          }

          @Override
          public void onBestTip(ItemId id, long height, int tips, long nowNanos) {
            events.add("best " + height);
          }

          @Override
          public void onLimited(String reason, int count, long nowNanos) {
            events.add("limited " + reason);
          }
        });
  }

  @AfterEach
  void shouldHoldItsInvariants() {
    tree.checkInvariants();
  }

  private BlockHeader accepted(BlockHeader header) {
    assertThat(tree.add(header, 0)).isEqualTo(new Admission.Added());
    tree.onBody(header.hash(), 0);
    return header;
  }

  @Test
  void shouldStartWithGenesisAsBestTip() {
    assertThat(tree.bestId()).isEqualTo(chains.network.id());
    assertThat(tree.bestHeight()).isZero();
    assertThat(tree.contains(chains.network.id())).isTrue();
    assertThat(tree.header(chains.network.id())).isEmpty();
    assertThat(tree.tips()).isEmpty();
    assertThat(tree.locator()).containsExactly(chains.network.id());
  }

  @Test
  void shouldCallABlockBestOnlyWhenItsBodyIsHere() {
    BlockHeader header = chains.header(null, 1);
    tree.add(header, 0);

    assertThat(tree.bestHeight()).isZero();
    assertThat(tree.highestId()).isEqualTo(header.hash());
    tree.onBody(header.hash(), 0);
    assertThat(tree.bestId()).isEqualTo(header.hash());
    assertThat(tree.tips()).containsExactly(header.hash());
    assertThat(events).containsExactly("best 1");
  }

  @Test
  void shouldNameAnOrphanAndAKnownHeader() {
    BlockHeader parent = chains.header(null, 1);
    BlockHeader child = chains.header(parent, 2);

    assertThat(tree.add(child, 0)).isEqualTo(new Admission.Orphan());
    tree.add(parent, 0);
    assertThat(tree.judge(child)).isEqualTo(new Admission.Added());
    tree.add(child, 0);
    assertThat(tree.add(child, 0)).isEqualTo(new Admission.Known());
  }

  @Test
  void shouldRefuseAHeaderThatBreaksARule() {
    BlockHeader parent = accepted(chains.header(null, 3));
    BlockHeader tooHigh =
        chains.sign(
            new BlockHeader.Draft(
                chains.network.shortId(),
                parent.hash(),
                3,
                4,
                chains.network.slotStartMillis(4),
                0,
                0,
                parent.transactionRoot(),
                0,
                Hash256.ZERO));

    assertThat(tree.add(tooHigh, 0)).isEqualTo(new Admission.Refused(Rejection.BAD_HEADER));
    assertThat(tree.add(chains.header(parent, 3), 0))
        .isEqualTo(new Admission.Refused(Rejection.BAD_HEADER));
    assertThat(tree.add(new Chains(999).header(null, 5), 0))
        .isEqualTo(new Admission.Refused(Rejection.WRONG_NETWORK));
  }

  @Test
  void shouldPreferTheLowerIdAmongEquallyHighBlocks() {
    BlockHeader a = accepted(chains.header(null, 1));
    BlockHeader b = accepted(chains.header(null, 2));

    Hash256 lower = a.hash().compareTo(b.hash()) < 0 ? a.hash() : b.hash();
    assertThat(tree.bestId()).isEqualTo(lower);
    assertThat(tree.tips()).containsExactlyInAnyOrder(a.hash(), b.hash()).startsWith(lower);
  }

  @Test
  void shouldNotListChildlessEquivocationsAsTips() {
    BlockHeader base = accepted(chains.header(null, 1));
    BlockHeader first = accepted(chains.header(base, 2, 0));
    assertThat(tree.tips()).containsExactly(first.hash());
    BlockHeader second = accepted(chains.header(base, 2, 1));

    assertThat(tree.tips()).containsExactly(base.hash());
    assertThat(tree.bestHeight()).isEqualTo(2);
    assertThat(tree.contestedSlots()).isOne();
    assertThat(events).contains("equivocation");
    BlockHeader honest = accepted(chains.header(second, 3));
    assertThat(tree.tips()).containsExactly(honest.hash());
  }

  @Test
  void shouldTakeAtMostTwoHeadersOfASlotThatNobodyVouchesFor() {
    tree.add(chains.header(null, 1, 0), 0);
    tree.add(chains.header(null, 1, 1), 0);
    BlockHeader third = chains.header(null, 1, 2);

    assertThat(tree.add(third, 0)).isEqualTo(new Admission.Refused(Rejection.EQUIVOCATION));
    assertThat(events).containsExactly("equivocation", "limited equivocation");
    assertThat(tree.addAll(List.of(third), 0)).isZero();
  }

  @Test
  void shouldTakeAThirdHeaderWithAChildByAnotherProducer() {
    tree.add(chains.header(null, 1, 0), 0);
    tree.add(chains.header(null, 1, 1), 0);
    BlockHeader third = chains.header(null, 1, 2);
    BlockHeader honest = chains.header(third, 2);

    assertThat(tree.addAll(List.of(third, honest), 0)).isEqualTo(2);
    assertThat(tree.contains(third.hash())).isTrue();
  }

  @Test
  void shouldNotLetAProducerVouchForItself() {
    tree.add(chains.header(null, 1, 0), 0);
    tree.add(chains.header(null, 1, 1), 0);
    BlockHeader third = chains.header(null, 1, 2);
    BlockHeader own = chains.header(third, 1 + Chains.PRODUCERS);

    assertThat(tree.addAll(List.of(third, own), 0)).isZero();
    BlockHeader honest = chains.header(own, 2 + Chains.PRODUCERS);
    assertThat(tree.addAll(List.of(third, own, honest), 0)).isEqualTo(3);
  }

  @Test
  void shouldNotTakeAHeaderForAVoucherThatIsItselfRefused() {
    BlockHeader base = chains.header(null, 1);
    tree.add(base, 0);
    for (int twin = 0; twin < 2; twin++) {
      tree.add(chains.header(base, 2, twin), 0);
      tree.add(chains.header(base, 3, twin), 0);
    }
    BlockHeader third = chains.header(base, 2, 2);
    BlockHeader voucher = chains.header(third, 3, 2);

    assertThat(tree.addAll(List.of(third, voucher), 0)).isZero();
  }

  @Test
  void shouldFetchOneBodyOfAnEquivocationUntilTheOtherIsVouchedFor() {
    BlockHeader first = chains.header(null, 1, 0);
    BlockHeader second = chains.header(null, 1, 1);
    tree.add(first, 0);
    tree.add(second, 0);

    assertThat(tree.wantsBody(first.hash())).isTrue();
    assertThat(tree.wantsBody(second.hash())).isFalse();
    tree.add(chains.header(second, 2), 0);
    assertThat(tree.wantsBody(second.hash())).isTrue();
    tree.onBody(second.hash(), 0);
    assertThat(tree.wantsBody(second.hash())).isFalse();
    assertThat(tree.wantsBody(first.hash())).isTrue();
  }

  @Test
  void shouldKeepOneBodyOfAnEquivocationThatIsAlreadyHere() {
    BlockHeader first = chains.header(null, 1, 0);
    BlockHeader second = chains.header(null, 1, 1);
    tree.add(first, 0);
    accepted(second);

    assertThat(tree.wantsBody(first.hash())).isFalse();
  }

  @Test
  void shouldDropWhatLiesBelowTheHorizonAndTakeNothingThere() {
    Chains shallow = new Chains(10);
    tree = tree(shallow, HeaderTree.Limits.defaults());
    List<BlockHeader> main = shallow.chain(null, 30);
    BlockHeader stale = shallow.header(main.get(3), 40);
    main.forEach(this::accepted);
    assertThat(tree.add(stale, 0)).isEqualTo(new Admission.Refused(Rejection.BELOW_HORIZON));

    List<Hash256> expected = main.subList(0, 19).stream().map(BlockHeader::hash).toList();
    assertThat(tree.prune()).containsExactlyElementsOf(expected);
    assertThat(tree.prune()).isEmpty();
    assertThat(tree.contains(main.get(18).hash())).isFalse();
    assertThat(tree.contains(main.get(19).hash())).isTrue();
    assertThat(tree.add(shallow.header(main.get(19), 41), 0)).isEqualTo(new Admission.Added());
    assertThat(tree.after(tree.locator(), Hash256.ZERO, 9)).isEmpty();
    assertThat(tree.after(List.of(shallow.network.id()), Hash256.ZERO, 9)).isEmpty();
    assertThat(tree.after(List.of(main.get(19).hash()), Hash256.ZERO, 99)).hasSize(10);
  }

  @Test
  void shouldKeepEverythingOnAnArchiveNodeAndCountTheSameSet() {
    Chains shallow = new Chains(10);
    tree = tree(shallow, HeaderTree.Limits.defaults());
    HeaderTree archive = tree(shallow, new HeaderTree.Limits(64, 16_384, true));
    for (BlockHeader header : shallow.chain(null, 30)) {
      accepted(header);
      archive.add(header, 0);
      archive.onBody(header.hash(), 0);
    }

    assertThat(archive.prune()).isEmpty();
    assertThat(tree.prune()).isNotEmpty();
    assertThat(archive.blockSet()).isEqualTo(tree.blockSet());
    assertThat(archive.after(List.of(shallow.network.id()), Hash256.ZERO, 99)).hasSize(30);
    archive.checkInvariants();
  }

  @Test
  void shouldStandAtTheHorizonAfterARestart() {
    List<BlockHeader> kept = chains.chain(null, 30).subList(12, 30);
    for (BlockHeader header : kept) {
      tree.restore(header);
      tree.onBody(header.hash(), 0);
    }

    assertThat(tree.bestId()).isEqualTo(kept.getLast().hash());
    assertThat(tree.locator()).endsWith(chains.network.id());
    accepted(chains.header(kept.getLast(), 50));
  }

  @Test
  void shouldDropTheShortestBranchesBeyondTheBoundOfLeaves() {
    tree = tree(chains, new HeaderTree.Limits(3, 16_384, false));
    List<BlockHeader> main = chains.chain(null, 20);
    main.forEach(this::accepted);
    List<BlockHeader> partition = new ArrayList<>();
    BlockHeader last = main.get(2);
    for (int slot = 100; slot < 110; slot++) {
      last = chains.header(last, slot);
      partition.add(last);
    }
    tree.addAll(partition, 0);
    List<BlockHeader> stale =
        List.of(
            chains.header(main.get(5), 50),
            chains.header(main.get(9), 51),
            chains.header(main.get(7), 52));
    stale.forEach(header -> tree.add(header, 0));

    assertThat(tree.prune()).containsExactly(stale.get(0).hash(), stale.get(2).hash());
    assertThat(tree.contains(partition.getLast().hash())).isTrue();
    assertThat(tree.contains(stale.get(1).hash())).isTrue();
    assertThat(tree.bestId()).isEqualTo(main.getLast().hash());
  }

  @Test
  void shouldDropBranchesBeyondTheBoundOfSideHeadersButNeverTheBest() {
    tree = tree(chains, new HeaderTree.Limits(64, 5, false));
    List<BlockHeader> main = chains.chain(null, 10);
    main.forEach(this::accepted);
    List<BlockHeader> higher = new ArrayList<>();
    BlockHeader last = main.get(0);
    for (int slot = 100; slot < 112; slot++) {
      last = chains.header(last, slot);
      higher.add(last);
    }
    tree.addAll(higher, 0);
    BlockHeader side = chains.header(main.get(4), 60);
    tree.add(side, 0);

    assertThat(tree.prune()).containsExactly(side.hash());
    assertThat(tree.bestId()).isEqualTo(main.getLast().hash());
    assertThat(tree.highestId()).isEqualTo(last.hash());
  }

  @Test
  void shouldReachBackAMillionBlocksWithALocatorOf32() {
    List<BlockHeader> main = chains.chain(null, 40);
    tree.addAll(main, 0);
    List<Hash256> locator = tree.locator();

    assertThat(locator.subList(0, 10))
        .containsExactlyElementsOf(
            main.subList(30, 40).reversed().stream().map(BlockHeader::hash).toList());
    assertThat(locator.subList(10, locator.size()))
        .containsExactly(
            main.get(28).hash(),
            main.get(24).hash(),
            main.get(16).hash(),
            main.get(0).hash(),
            chains.network.id());
  }

  @Test
  void shouldServeFromTheForkWhenTheAskerIsOnAnotherBranch() {
    List<BlockHeader> main = chains.chain(null, 6);
    main.forEach(this::accepted);
    BlockHeader side = accepted(chains.header(main.get(1), 50));

    assertThat(tree.after(List.of(side.hash(), main.get(0).hash()), Hash256.ZERO, 2))
        .containsExactly(main.get(2), main.get(3));
    assertThat(tree.after(List.of(main.get(3).hash()), side.hash(), 256)).containsExactly(side);
    assertThat(tree.after(List.of(Hash256.ZERO), Hash256.ZERO, 256)).isEqualTo(main);
  }

  @Test
  void shouldNotServeHeadersWhoseBodiesItLacks() {
    List<BlockHeader> main = chains.chain(null, 6);
    main.subList(0, 4).forEach(this::accepted);
    tree.addAll(main, 0);

    assertThat(tree.after(tree.locator(main.get(0).hash()), main.get(5).hash(), 256))
        .containsExactly(main.get(1), main.get(2), main.get(3));
  }

  @Test
  void shouldDigestTheIdsOfAcceptedBlocksAscending() {
    BlockHeader a = accepted(chains.header(null, 1));
    BlockHeader b = accepted(chains.header(null, 2));
    tree.add(chains.header(null, 3), 0);
    boolean ordered = a.hash().compareTo(b.hash()) < 0;

    assertThat(tree.blockSet())
        .isEqualTo(
            new HeaderTree.BlockSet(
                2,
                Sha256.hash(
                    "grapevine-blocks-1",
                    (ordered ? a : b).hash().toBytes(),
                    (ordered ? b : a).hash().toBytes())));
  }

  @Test
  void shouldListABranchFromItsTipBack() {
    List<BlockHeader> main = chains.chain(null, 5);
    tree.addAll(main, 0);

    assertThat(tree.branch(main.get(4).hash(), 2))
        .containsExactly(main.get(4).hash(), main.get(3).hash());
    assertThat(tree.branch(main.get(1).hash(), 99)).hasSize(2);
    assertThat(tree.isOnBranch(main.get(1).hash(), main.get(4).hash())).isTrue();
    assertThat(tree.isOnBranch(main.get(4).hash(), main.get(1).hash())).isFalse();
  }

  @Test
  void shouldIgnoreABodyWhoseHeaderIsGone() {
    tree.onBody(chains.header(null, 1).hash(), 0);

    assertThat(tree.bestHeight()).isZero();
  }
}
