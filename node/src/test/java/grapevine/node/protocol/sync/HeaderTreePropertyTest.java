package grapevine.node.protocol.sync;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.sync.HeaderTree.Admission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tree against a twin that knows only the definitions and computes everything each time. */
class HeaderTreePropertyTest {
  private static final int HEADERS = 30;
  private static final Chains CHAINS = new Chains(1000);

  /** Everything by definition. */
  private static final class NaiveTree {
    final Map<Hash256, BlockHeader> headers = new LinkedHashMap<>();
    final Set<Hash256> accepted = new LinkedHashSet<>();

    static final Comparator<BlockHeader> BEST_FIRST =
        Comparator.comparingLong(BlockHeader::height).reversed().thenComparing(BlockHeader::hash);

    Hash256 best() {
      return accepted.stream()
          .map(headers::get)
          .min(BEST_FIRST)
          .map(BlockHeader::hash)
          .orElse(CHAINS.network.id());
    }

    List<Hash256> tips() {
      List<BlockHeader> fit =
          accepted.stream().map(headers::get).filter(h -> inSlot(h.slot()) == 1).toList();
      return fit.stream()
          .filter(tip -> fit.stream().noneMatch(h -> !h.equals(tip) && descends(h, tip)))
          .sorted(BEST_FIRST)
          .map(BlockHeader::hash)
          .toList();
    }

    long inSlot(long slot) {
      return headers.values().stream().filter(h -> h.slot() == slot).count();
    }

    boolean descends(BlockHeader header, BlockHeader from) {
      for (BlockHeader h = header; h != null; h = headers.get(h.parent())) {
        if (h.equals(from)) {
          return true;
        }
      }
      return false;
    }
  }

  /** A tree with forks, in which no slot has more than two headers. */
  private static List<BlockHeader> randomTree(SplittableRandom random) {
    List<BlockHeader> headers = new ArrayList<>();
    Map<Long, Integer> inSlot = new LinkedHashMap<>();
    while (headers.size() < HEADERS) {
      int back = random.nextInt(random.nextBoolean() ? 2 : 8);
      BlockHeader parent = headers.size() <= back ? null : headers.get(headers.size() - 1 - back);
      long slot = (parent == null ? 0 : parent.slot()) + 1 + random.nextInt(3);
      int twin = inSlot.merge(slot, 1, Integer::sum);
      if (twin <= 2) {
        headers.add(CHAINS.header(parent, slot, twin));
      }
    }
    return headers;
  }

  private static HeaderTree tree() {
    return new HeaderTree(HeaderTree.Limits.defaults(), CHAINS.validity, NodeEvents.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldAgreeWithItsTwinInWhateverOrderThingsCome(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<BlockHeader> headers = randomTree(random);
    Set<Hash256> withBody = new LinkedHashSet<>();
    headers.stream().filter(h -> random.nextInt(8) > 0).forEach(h -> withBody.add(h.hash()));

    HeaderTree first = grow(headers, withBody, random);
    HeaderTree second = grow(headers, withBody, random);
    assertThat(second.tips()).isEqualTo(first.tips());
    assertThat(second.bestId()).isEqualTo(first.bestId());
    assertThat(second.highestId()).isEqualTo(first.highestId());
    assertThat(second.blockSet()).isEqualTo(first.blockSet());
    assertThat(first.blockSet().count()).isEqualTo(withBody.size());
  }

  private static HeaderTree grow(
      List<BlockHeader> headers, Set<Hash256> withBody, SplittableRandom random) {
    HeaderTree tree = tree();
    NaiveTree twin = new NaiveTree();
    List<BlockHeader> shuffled = new ArrayList<>(headers);
    Collections.shuffle(shuffled, random);
    Deque<BlockHeader> waiting = new ArrayDeque<>(shuffled);
    List<Hash256> bodies = new ArrayList<>();
    while (!waiting.isEmpty() || !bodies.isEmpty()) {
      if (!bodies.isEmpty() && (waiting.isEmpty() || random.nextBoolean())) {
        Hash256 id = bodies.remove(random.nextInt(bodies.size()));
        tree.onBody(id, 0);
        twin.accepted.add(id);
      } else {
        BlockHeader header = waiting.remove();
        boolean orphan =
            !header.parent().equals(CHAINS.network.id())
                && !twin.headers.containsKey(header.parent());
        Admission expected = orphan ? new Admission.Orphan() : new Admission.Added();
        assertThat(tree.judge(header)).isEqualTo(expected);
        assertThat(tree.add(header, 0)).isEqualTo(expected);
        if (orphan) {
          waiting.add(header);
        } else {
          twin.headers.put(header.hash(), header);
          Stream.of(header.hash()).filter(withBody::contains).forEach(bodies::add);
        }
      }
      tree.checkInvariants();
      assertThat(tree.bestId()).isEqualTo(twin.best());
      assertThat(tree.tips()).isEqualTo(twin.tips());
    }
    return tree;
  }

  @ParameterizedTest
  @ValueSource(ints = {21, 22, 23, 24, 25, 26})
  void shouldLeadAnAskerToEveryTip(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<BlockHeader> headers = randomTree(random);
    HeaderTree server = tree();
    HeaderTree asker = tree();
    for (BlockHeader header : headers) {
      server.add(header, 0);
      server.onBody(header.hash(), 0);
      if (random.nextInt(3) == 0) {
        asker.add(header, 0); // orphans fall away, so that it knows some beginnings
      }
    }
    for (Hash256 tip : server.tips()) {
      List<Hash256> locator = asker.locator();
      for (int rounds = 0; !asker.contains(tip); rounds++) {
        assertThat(rounds).isLessThan(HEADERS);
        List<BlockHeader> answer = server.after(locator, tip, 3);
        assertThat(answer).isNotEmpty().hasSizeLessThanOrEqualTo(3);
        assertThat(asker.addAll(answer, 0)).isEqualTo(answer.size());
        locator = asker.locator(answer.getLast().hash());
      }
    }
    asker.checkInvariants();
  }

  @ParameterizedTest
  @ValueSource(ints = {31, 32, 33, 34, 35, 36})
  void shouldKeepItsBoundsWhateverIsPruned(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Chains shallow = new Chains(12);
    HeaderTree tree =
        new HeaderTree(new HeaderTree.Limits(4, 10, false), shallow.validity, NodeEvents.NONE);
    List<BlockHeader> known = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      BlockHeader parent =
          known.isEmpty() ? null : known.get(known.size() - 1 - random.nextInt(known.size()) / 8);
      BlockHeader header =
          shallow.header(parent, (parent == null ? 0 : parent.slot()) + 1 + random.nextInt(2), i);
      if (tree.add(header, 0) instanceof Admission.Added) {
        known.add(header);
      }
      if (random.nextInt(4) > 0) {
        tree.onBody(header.hash(), 0);
      }
      for (Hash256 dropped : tree.prune()) {
        assertThat(tree.contains(dropped)).isFalse();
        known.removeIf(h -> h.hash().equals(dropped));
      }
      tree.checkInvariants();
      assertThat(known).allMatch(h -> tree.contains(h.hash()));
      assertThat(known).allMatch(h -> h.height() >= tree.horizonHeight());
      Map<Long, Integer> perSlot = new LinkedHashMap<>();
      Set<Hash256> parents = new LinkedHashSet<>();
      known.forEach(h -> parents.add(h.parent()));
      known.stream()
          .filter(h -> !parents.contains(h.hash()))
          .forEach(h -> perSlot.merge(h.slot(), 1, Integer::sum));
      assertThat(perSlot.values()).allMatch(childless -> childless <= 2);
      // The best tip and the highest header may hold up one leaf each beyond the bound.
      assertThat(perSlot.values().stream().mapToInt(n -> n).sum()).isLessThanOrEqualTo(4);
    }
    assertThat(tree.bestHeight()).isGreaterThan(12);
  }
}
