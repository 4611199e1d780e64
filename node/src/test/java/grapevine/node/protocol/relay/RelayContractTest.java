package grapevine.node.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every relay strategy promises, whatever its means; to peers that have opened their links for
 * pushed bodies, and to peers that have not.
 */
class RelayContractTest {
  private static final long SECOND = 1_000_000_000;

  /** Longer than any deliberate delay. */
  private static final long LONG_TIME = 200 * SECOND;

  private static final RelayStrategy.Limits LIMITS = RelayStrategy.Limits.defaults();
  private static final PeerInfo A = TestPeers.outbound(1);
  private static final PeerInfo B = TestPeers.inbound(2);
  private static final PeerInfo C = TestPeers.inbound(3);
  private static final ItemId ITEM = TestPeers.transaction(1);
  private static final ItemId BLOCK = TestPeers.block(2);

  /** A strategy, and whether peers grant it credit. */
  record Case(RelayKind kind, boolean open) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (RelayKind kind : RelayKind.values()) {
      cases.add(new Case(kind, false));
      cases.add(new Case(kind, true));
    }
    return cases;
  }

  private final RecordingOutbox outbox = new RecordingOutbox();

  /** Bodies that were given to a peer since the last take. */
  private final Map<PeerId, List<ItemId>> pushed = new LinkedHashMap<>();

  private final Map<String, Integer> limited = new LinkedHashMap<>();
  private final List<String> relayed = new ArrayList<>();
  private long nowNanos;

  private RelayStrategy start(Case c, RelayStrategy.Limits limits, PeerInfo... peers) {
    NodeEvents events =
        new NodeEvents() {
          @Override
          public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
            relayed.add(to + " " + id);
          }

          @Override
          public void onLimited(String reason, int count, long nowNanos) {
            limited.merge(reason, count, Integer::sum);
          }
        };
    RelayStrategy.Bodies bodies =
        (to, id, now) -> pushed.computeIfAbsent(to, peer -> new ArrayList<>()).add(id);
    RelayStrategy relay = c.kind.create(limits, bodies, outbox, events, new SplittableRandom(1));
    for (PeerInfo peer : peers) {
      ready(c, relay, peer);
    }
    return relay;
  }

  private void ready(Case c, RelayStrategy relay, PeerInfo peer) {
    relay.onPeerReady(peer, nowNanos);
    if (c.open) {
      relay.onPush(peer.id(), new Message.Push(1, 1 << 20), nowNanos);
      relay.onPush(peer.id(), new Message.Push(2, 1 << 20), nowNanos);
      limited.clear(); // who pushes nothing counts these
    }
  }

  /** Lets the longest delays pass, with a timer at each deadline as a driver would. */
  private void passTime(RelayStrategy relay) {
    long untilNanos = nowNanos + LONG_TIME;
    while (relay.nextDeadlineNanos() <= untilNanos) {
      nowNanos = Math.max(nowNanos, relay.nextDeadlineNanos());
      relay.onTimer(nowNanos);
      assertThat(relay.nextDeadlineNanos()).isGreaterThan(nowNanos);
      relay.checkInvariants();
    }
    nowNanos = untilNanos;
  }

  /** Every id that the peer was told of, or given, so far. */
  private List<ItemId> told(PeerInfo peer) {
    List<ItemId> ids = new ArrayList<>(pushed.getOrDefault(peer.id(), List.of()));
    for (Message message : outbox.sent(peer.id())) {
      switch (message) {
        case Message.Inv inv -> inv.entries().forEach(entry -> ids.add(entry.id()));
        default -> throw new AssertionError("no relay message: " + message);
      }
    }
    return ids;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTellEveryOtherReadyPeerOnce(Case c) {
    RelayStrategy relay = start(c, LIMITS, A, B, C);

    relay.onAccepted(ITEM, 200, 0, A.id(), nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    passTime(relay);

    assertThat(told(A)).containsExactly(BLOCK);
    assertThat(told(B)).containsExactlyInAnyOrder(ITEM, BLOCK);
    assertThat(told(C)).containsExactlyInAnyOrder(ITEM, BLOCK);
    assertThat(relayed).hasSize(5).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTellOfABlockAtOnceWhateverWaits(Case c) {
    RelayStrategy relay = start(c, LIMITS, A, B);

    relay.onAccepted(ITEM, 200, 0, A.id(), nowNanos);
    relay.onAccepted(TestPeers.transaction(3), 200, 0, A.id(), nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);

    assertThat(told(A)).containsExactly(BLOCK);
    assertThat(told(B)).contains(BLOCK);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldNeverTellWhoHasItAlready(Case c) {
    RelayStrategy relay = start(c, LIMITS, A, B, C);
    relay.onPeerHas(B.id(), List.of(ITEM, BLOCK));

    relay.onAccepted(ITEM, 200, 0, A.id(), nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, A.id(), nowNanos);
    passTime(relay);

    assertThat(told(A)).isEmpty();
    assertThat(told(B)).isEmpty();
    assertThat(told(C)).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldNotTellWhoAnnouncesWhileItWaits(Case c) {
    RelayStrategy relay = start(c, LIMITS, A);
    outbox.setQueuedBytes(A.id(), LIMITS.pauseBytes() + 1);
    relay.onAccepted(ITEM, 200, 0, null, nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    relay.onPeerHas(A.id(), List.of(ITEM, BLOCK));
    outbox.setQueuedBytes(A.id(), 0);

    relay.onWritable(A.id(), nowNanos);
    passTime(relay);

    assertThat(told(A)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldSendNothingToPeersThatAreGone(Case c) {
    RelayStrategy relay = start(c, LIMITS, A, B);
    for (int i = 0; i < 10; i++) {
      relay.onAccepted(TestPeers.transaction(i), 200, 0, null, nowNanos);
    }
    outbox.takeSent();
    pushed.clear();

    relay.onPeerGone(A.id(), nowNanos);
    relay.onPush(A.id(), new Message.Push(2, 1 << 20), nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    relay.announceTo(A.id(), List.of(new Message.Inv.Entry(ITEM, 200, 0)), nowNanos);
    relay.onWritable(A.id(), nowNanos);
    relay.onPeerHas(A.id(), List.of(ITEM));
    relay.onPeerGone(A.id(), nowNanos);
    passTime(relay);

    assertThat(told(A)).isEmpty();
    assertThat(told(B)).contains(BLOCK);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTellANewPeerOnlyWhatItIsToldToTell(Case c) {
    RelayStrategy relay = start(c, LIMITS, A);
    relay.onAccepted(ITEM, 200, 0, null, nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);

    ready(c, relay, B);
    relay.announceTo(B.id(), List.of(new Message.Inv.Entry(BLOCK, 2_000, 9)), nowNanos);
    relay.announceTo(B.id(), List.of(new Message.Inv.Entry(BLOCK, 2_000, 9)), nowNanos);
    passTime(relay);

    assertThat(told(B)).containsExactly(BLOCK);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldNotTellOfWhatIsNoLongerServed(Case c) {
    RelayStrategy relay = start(c, LIMITS, A);
    outbox.setQueuedBytes(A.id(), LIMITS.pauseBytes() + 1);
    relay.onAccepted(ITEM, 200, 0, null, nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    relay.forget(ITEM);
    relay.forget(TestPeers.transaction(99));
    outbox.setQueuedBytes(A.id(), 0);
    passTime(relay);

    assertThat(told(A)).containsExactly(BLOCK);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldBoundWhatWaitsForASlowPeerAndReportWhatItDrops(Case c) {
    RelayStrategy.Limits small =
        new RelayStrategy.Limits(5_000_000, 1_000, SECOND / 10, 10, 64, 2 * SECOND, 5 * SECOND);
    RelayStrategy relay = start(c, small, A, B);
    outbox.setQueuedBytes(A.id(), 1_001);
    for (int i = 0; i < 40; i++) {
      ItemId id = i % 4 == 0 ? TestPeers.block(i) : TestPeers.transaction(i);
      relay.onAccepted(id, 200, 0, null, nowNanos);
      relay.checkInvariants();
    }
    passTime(relay);
    assertThat(told(A)).isEmpty();

    outbox.setQueuedBytes(A.id(), 0);
    relay.onWritable(A.id(), nowNanos);
    passTime(relay);

    int dropped = limited.values().stream().mapToInt(count -> count).sum();
    assertThat(told(A)).hasSizeLessThanOrEqualTo(10);
    assertThat(told(A).size() + told(B).size()).isEqualTo(80 - dropped);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldKeepItsPromisesWhateverHappens(Case c) {
    for (long seed = 1; seed <= 20; seed++) {
      outbox.takeSent();
      pushed.clear();
      try {
        new Run(c, seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** Random inputs, and a list of who must and who must not be told of what. */
  private final class Run {
    private final Case c;
    private final SplittableRandom random;
    private final RelayStrategy relay;
    private final Map<PeerId, PeerInfo> ready = new LinkedHashMap<>();
    private final Set<String> mustBeTold = new LinkedHashSet<>();
    private final Set<String> mustNotBeTold = new LinkedHashSet<>();
    private final Set<String> wasTold = new LinkedHashSet<>();
    private int connections;
    private int items;

    Run(Case c, long seed) {
      this.c = c;
      random = new SplittableRandom(seed);
      relay = start(c, LIMITS);
    }

    void run() {
      for (int i = 0; i < 300; i++) {
        step();
        relay.checkInvariants();
        collect();
      }
      ready.keySet().forEach(peer -> outbox.setQueuedBytes(peer, 0));
      ready.keySet().forEach(peer -> relay.onWritable(peer, nowNanos));
      passTime(relay);
      collect();
      assertThat(wasTold).containsAll(mustBeTold);
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0 -> {
          connections++;
          PeerInfo peer =
              random.nextBoolean()
                  ? TestPeers.inbound(connections)
                  : TestPeers.outbound(connections);
          ready.put(peer.id(), peer);
          ready(c, relay, peer);
        }
        case 1 -> peer(2).ifPresent(this::leave);
        case 2 -> peer(1).ifPresent(this::has);
        case 3 -> peer(1).ifPresent(p -> outbox.setQueuedBytes(p, random.nextInt(2) * 300_000L));
        case 4 -> {
          nowNanos += random.nextLong(20_000_000);
          relay.onTimer(nowNanos);
          assertThat(relay.nextDeadlineNanos()).isGreaterThan(nowNanos);
        }
        case 5 -> peer(1).ifPresent(peer -> relay.onWritable(peer, nowNanos));
        default -> accept();
      }
    }

    private Optional<PeerId> peer(int oneIn) {
      return ready.isEmpty() || random.nextInt(oneIn) > 0
          ? Optional.empty()
          : ready.keySet().stream().skip(random.nextInt(ready.size())).findFirst();
    }

    private ItemId item(int number) {
      return number % 10 == 0 ? TestPeers.block(number) : TestPeers.transaction(number);
    }

    private void leave(PeerId peer) {
      ready.remove(peer);
      relay.onPeerGone(peer, nowNanos);
      mustBeTold.removeIf(line -> line.startsWith(peer + " "));
    }

    /** Of an item that is accepted, or about to be. */
    private void has(PeerId peer) {
      ItemId id = item(Math.max(0, items - random.nextInt(5) + 2));
      String line = peer + " " + id;
      relay.onPeerHas(peer, List.of(id));
      mustBeTold.remove(line);
      if (!wasTold.contains(line)) {
        mustNotBeTold.add(line);
      }
    }

    private void accept() {
      ItemId id = item(items++);
      PeerId from = peer(2).orElse(null);
      ready.keySet().stream()
          .map(peer -> peer + " " + id)
          .filter(line -> !mustNotBeTold.contains(line))
          .forEach(mustBeTold::add);
      if (from != null) {
        mustBeTold.remove(from + " " + id);
        mustNotBeTold.add(from + " " + id);
      }
      relay.onAccepted(id, 200, 0, from, nowNanos);
    }

    private void collect() {
      for (RecordingOutbox.Sent sent : outbox.sent()) {
        assertThat(ready).containsKey(sent.to());
      }
      assertThat(ready.keySet()).containsAll(pushed.keySet());
      for (PeerInfo peer : ready.values()) {
        for (ItemId id : told(peer)) {
          String line = peer.id() + " " + id;
          assertThat(mustNotBeTold).doesNotContain(line);
          assertThat(wasTold.add(line)).as(line + " told twice").isTrue();
        }
      }
      outbox.takeSent();
      pushed.clear();
    }
  }
}
