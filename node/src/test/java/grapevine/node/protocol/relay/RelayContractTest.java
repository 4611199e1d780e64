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
import org.junit.jupiter.params.provider.EnumSource;

/** What every relay strategy promises, whatever its means. */
class RelayContractTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelayStrategy.Limits LIMITS = RelayStrategy.Limits.defaults();
  private static final PeerInfo A = TestPeers.outbound(1);
  private static final PeerInfo B = TestPeers.inbound(2);
  private static final PeerInfo C = TestPeers.inbound(3);
  private static final ItemId ITEM = TestPeers.transaction(1);
  private static final ItemId BLOCK = TestPeers.block(2);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final Map<String, Integer> limited = new LinkedHashMap<>();
  private final List<String> relayed = new ArrayList<>();
  private long nowNanos;

  private RelayStrategy start(RelayKind kind, RelayStrategy.Limits limits, PeerInfo... peers) {
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
    RelayStrategy relay = kind.create(limits, outbox, events, new SplittableRandom(1));
    for (PeerInfo peer : peers) {
      relay.onPeerReady(peer, nowNanos);
    }
    return relay;
  }

  /** Lets a second pass, with a timer at each deadline as a driver would. */
  private void passSecond(RelayStrategy relay) {
    long untilNanos = nowNanos + SECOND;
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
    List<ItemId> ids = new ArrayList<>();
    for (Message message : outbox.sent(peer.id())) {
      switch (message) {
        case Message.Inv inv -> inv.entries().forEach(entry -> ids.add(entry.id()));
        case Message.Tx tx -> ids.add(tx.transaction().id());
        case Message.BlockChunk chunk -> {
          if (chunk.offset() == 0) {
            ids.add(ItemId.block(chunk.hash()));
          }
        }
        default -> throw new AssertionError("no relay message: " + message);
      }
    }
    return ids;
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellEveryOtherReadyPeerOnce(RelayKind kind) {
    RelayStrategy relay = start(kind, LIMITS, A, B, C);

    relay.onAccepted(ITEM, 200, 0, A.id(), nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    passSecond(relay);

    assertThat(told(A)).containsExactly(BLOCK);
    assertThat(told(B)).containsExactlyInAnyOrder(ITEM, BLOCK);
    assertThat(told(C)).containsExactlyInAnyOrder(ITEM, BLOCK);
    assertThat(relayed).hasSize(5).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void shouldNeverTellWhoHasItAlready(RelayKind kind) {
    RelayStrategy relay = start(kind, LIMITS, A, B, C);
    relay.onPeerHas(B.id(), List.of(ITEM, BLOCK));

    relay.onAccepted(ITEM, 200, 0, A.id(), nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, A.id(), nowNanos);
    passSecond(relay);

    assertThat(told(A)).isEmpty();
    assertThat(told(B)).isEmpty();
    assertThat(told(C)).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotTellWhoAnnouncesWhileItWaits(RelayKind kind) {
    RelayStrategy relay = start(kind, LIMITS, A);
    outbox.setQueuedBytes(A.id(), LIMITS.pauseBytes() + 1);
    relay.onAccepted(ITEM, 200, 0, null, nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    relay.onPeerHas(A.id(), List.of(ITEM, BLOCK));
    outbox.setQueuedBytes(A.id(), 0);

    relay.onWritable(A.id(), nowNanos);
    passSecond(relay);

    assertThat(told(A)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void shouldSendNothingToPeersThatAreGone(RelayKind kind) {
    RelayStrategy relay = start(kind, LIMITS, A, B);
    for (int i = 0; i < 10; i++) {
      relay.onAccepted(TestPeers.transaction(i), 200, 0, null, nowNanos);
    }
    outbox.takeSent();

    relay.onPeerGone(A.id(), nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    relay.announceTo(A.id(), List.of(new Message.Inv.Entry(ITEM, 200, 0)), nowNanos);
    relay.onWritable(A.id(), nowNanos);
    relay.onPeerHas(A.id(), List.of(ITEM));
    relay.onPeerGone(A.id(), nowNanos);
    passSecond(relay);

    assertThat(told(A)).isEmpty();
    assertThat(told(B)).contains(BLOCK);
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellANewPeerOnlyWhatItIsToldToTell(RelayKind kind) {
    RelayStrategy relay = start(kind, LIMITS, A);
    relay.onAccepted(ITEM, 200, 0, null, nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);

    relay.onPeerReady(B, nowNanos);
    relay.announceTo(B.id(), List.of(new Message.Inv.Entry(BLOCK, 2_000, 9)), nowNanos);
    relay.announceTo(B.id(), List.of(new Message.Inv.Entry(BLOCK, 2_000, 9)), nowNanos);
    passSecond(relay);

    assertThat(told(B)).containsExactly(BLOCK);
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotTellOfWhatIsNoLongerServed(RelayKind kind) {
    RelayStrategy relay = start(kind, LIMITS, A);
    outbox.setQueuedBytes(A.id(), LIMITS.pauseBytes() + 1);
    relay.onAccepted(ITEM, 200, 0, null, nowNanos);
    relay.onAccepted(BLOCK, 2_000, 0, null, nowNanos);
    relay.forget(ITEM);
    relay.forget(TestPeers.transaction(99));
    outbox.setQueuedBytes(A.id(), 0);
    passSecond(relay);

    assertThat(told(A)).containsExactly(BLOCK);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBoundWhatWaitsForASlowPeerAndReportWhatItDrops(RelayKind kind) {
    RelayStrategy.Limits small = new RelayStrategy.Limits(5_000_000, 1_000, SECOND / 10, 10, 64);
    RelayStrategy relay = start(kind, small, A, B);
    outbox.setQueuedBytes(A.id(), 1_001);
    for (int i = 0; i < 40; i++) {
      ItemId id = i % 4 == 0 ? TestPeers.block(i) : TestPeers.transaction(i);
      relay.onAccepted(id, 200, 0, null, nowNanos);
      relay.checkInvariants();
    }
    passSecond(relay);
    assertThat(told(A)).isEmpty();
    assertThat(told(B)).hasSize(40);

    outbox.setQueuedBytes(A.id(), 0);
    relay.onWritable(A.id(), nowNanos);
    passSecond(relay);

    int dropped = limited.values().stream().mapToInt(count -> count).sum();
    assertThat(told(A)).hasSize(40 - dropped).hasSizeLessThanOrEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepItsPromisesWhateverHappens(RelayKind kind) {
    for (long seed = 1; seed <= 20; seed++) {
      outbox.takeSent();
      try {
        new Run(kind, seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** Random inputs, and a list of who must and who must not be told of what. */
  private final class Run {
    private final SplittableRandom random;
    private final RelayStrategy relay;
    private final Map<PeerId, PeerInfo> ready = new LinkedHashMap<>();
    private final Set<String> mustBeTold = new LinkedHashSet<>();
    private final Set<String> mustNotBeTold = new LinkedHashSet<>();
    private final Set<String> wasTold = new LinkedHashSet<>();
    private int connections;
    private int items;

    Run(RelayKind kind, long seed) {
      random = new SplittableRandom(seed);
      relay = start(kind, LIMITS);
    }

    void run() {
      for (int i = 0; i < 300; i++) {
        step();
        relay.checkInvariants();
        collect();
      }
      ready.keySet().forEach(peer -> outbox.setQueuedBytes(peer, 0));
      ready.keySet().forEach(peer -> relay.onWritable(peer, nowNanos));
      passSecond(relay);
      collect();
      assertThat(wasTold).containsAll(mustBeTold);
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0 -> {
          PeerInfo peer = TestPeers.inbound(++connections);
          ready.put(peer.id(), peer);
          relay.onPeerReady(peer, nowNanos);
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
      for (PeerInfo peer : ready.values()) {
        for (ItemId id : told(peer)) {
          String line = peer.id() + " " + id;
          assertThat(mustNotBeTold).doesNotContain(line);
          assertThat(wasTold.add(line)).as(line + " told twice").isTrue();
        }
      }
      outbox.takeSent();
    }
  }
}
