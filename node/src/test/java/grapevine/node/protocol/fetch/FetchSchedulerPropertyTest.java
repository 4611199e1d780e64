package grapevine.node.protocol.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The scheduler and its naive twin get the same inputs, and must give the same answers and outputs
 * after every one of them; as Bitcoin Core's src/test/fuzz/txrequest.cpp does it.
 */
class FetchSchedulerPropertyTest {
  private static final int CASES = 30;
  private static final int STEPS = 200;
  private static final int PEERS = 16;
  private static final int ITEMS = 16;
  private static final long MILLIS = 1_000_000;

  @Test
  void shouldAnswerAsItsNaiveTwinDoes() {
    for (long seed = 1; seed <= CASES; seed++) {
      Pair pair = new Pair(seed);
      for (int step = 1; step <= STEPS; step++) {
        try {
          pair.step();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("seed " + seed + ", step " + step, e);
        }
      }
    }
  }

  private static final class Pair implements NodeEvents {
    private final SplittableRandom random;
    private final RecordingOutbox outbox = new RecordingOutbox();
    private final List<String> output = new ArrayList<>();
    private final FetchScheduler fetch;
    private final NaiveFetch twin;
    private final Set<PeerId> ready = new LinkedHashSet<>();
    private final ItemId[] items =
        IntStream.range(0, ITEMS)
            .mapToObj(i -> i % 4 == 0 ? TestPeers.block(i) : TestPeers.transaction(i))
            .toArray(ItemId[]::new);
    private long nowNanos;
    private int connections;

    Pair(long seed) {
      random = new SplittableRandom(seed);
      FetchScheduler.Limits limits =
          new FetchScheduler.Limits(
              random.nextInt(2, 17),
              random.nextInt(1, 8),
              random.nextInt(1, 4),
              Transaction.BYTES_MAX + random.nextInt(200_000),
              random.nextInt(1, 150_000),
              random.nextInt(150) * MILLIS,
              random.nextInt(1, 600) * MILLIS,
              random.nextInt(600, 6_000) * MILLIS,
              random.nextInt(3_000) * MILLIS,
              random.nextInt(1_000, 200_000),
              random.nextInt(3_000, 90_000) * MILLIS,
              random.nextInt(1, 12_000) * MILLIS,
              random.nextInt(4));
      fetch = new FetchScheduler(limits, outbox, this, random.split());
      twin = new NaiveFetch(limits, fetch::priority);
    }

    @Override
    public void onAnnounced(
        PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
      output.add("announced " + from + " " + entry.id() + " " + result);
    }

    @Override
    public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
      output.add("requested " + to + " " + id + " " + waitedNanos);
    }

    @Override
    public void onFetchEnded(
        PeerId from, ItemId id, FetchResult result, long tookNanos, long nowNanos) {
      output.add("ended " + from + " " + id + " " + result + " " + tookNanos);
    }

    void step() {
      PeerId peer = peer();
      ItemId id = items[random.nextInt(ITEMS)];
      switch (random.nextInt(22)) {
        case 0 -> connect();
        case 1 -> {
          if (random.nextInt(3) == 0) {
            ready.remove(peer);
            fetch.onPeerGone(peer, nowNanos);
            twin.gone(peer, nowNanos);
          }
        }
        case 2, 3, 4, 5, 6, 7 -> announce(peer);
        case 8, 9, 10 -> {
          boolean asked = fetch.onBody(peer, id, nowNanos);
          same("body", asked, twin.body(peer, id, nowNanos));
          if (!asked) {
            same("late", fetch.onLateBody(peer, id), twin.late(peer, id));
          }
        }
        case 11 -> {
          int bytes = random.nextInt(1, 65_537);
          fetch.onChunk(peer, id, bytes, nowNanos);
          twin.chunk(peer, id, bytes);
        }
        case 12 -> {
          List<ItemId> ids = List.of(id, items[random.nextInt(ITEMS)]);
          fetch.onNotFound(peer, ids, nowNanos);
          twin.notFound(peer, ids, nowNanos);
        }
        case 13 -> {
          fetch.onFailed(peer, id, nowNanos);
          twin.failed(peer, id, nowNanos);
        }
        case 14 -> {
          fetch.onResolved(id, nowNanos);
          twin.resolved(id, nowNanos);
        }
        case 15 -> {
          long nanos = random.nextInt(2_000) * MILLIS;
          fetch.onRoundTrip(peer, nanos);
          twin.roundTrip(peer, nanos);
        }
        case 16, 17 -> {
          int bytes = random.nextInt(Transaction.BYTES_MIN, Transaction.BYTES_MAX + 1);
          same(
              "pushed",
              fetch.onPushed(peer, id, bytes, nowNanos),
              twin.pushed(peer, id, bytes, nowNanos));
        }
        default -> pass();
      }
      if (random.nextInt(4) > 0) {
        fetch.flush(nowNanos);
        twin.flush(nowNanos);
      }
      compare();
    }

    private void connect() {
      if (ready.size() == PEERS) {
        return;
      }
      int number = ++connections;
      PeerInfo info =
          random.nextInt(3) == 0 ? TestPeers.outbound(number) : TestPeers.inbound(number);
      ready.add(info.id());
      fetch.onPeerReady(info, nowNanos);
      twin.ready(info);
    }

    /** Mostly a ready one, sometimes one that is gone or not there yet. */
    private PeerId peer() {
      if (ready.isEmpty() || random.nextInt(20) == 0) {
        return new PeerId(random.nextInt(connections + 2));
      }
      return new ArrayList<>(ready).get(random.nextInt(ready.size()));
    }

    private void announce(PeerId peer) {
      List<Message.Inv.Entry> entries = new ArrayList<>();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        int sizeBytes = random.nextInt(Transaction.BYTES_MIN, Transaction.BYTES_MAX + 1);
        entries.add(new Message.Inv.Entry(items[random.nextInt(ITEMS)], sizeBytes, 0));
      }
      boolean isItsWord = random.nextInt(4) > 0;
      if (isItsWord) {
        fetch.onAnnounced(peer, entries, nowNanos);
      } else {
        fetch.onSuspected(peer, entries, nowNanos);
      }
      twin.announced(peer, entries, isItsWord, nowNanos);
    }

    /** To the next deadline, or by a random time of any order of magnitude; then the timer. */
    private void pass() {
      long deadlineNanos = fetch.nextDeadlineNanos();
      nowNanos =
          random.nextBoolean() && deadlineNanos < Long.MAX_VALUE
              ? Math.max(nowNanos, deadlineNanos)
              : nowNanos + random.nextLong(1L << random.nextInt(1, 34));
      fetch.onTimer(nowNanos);
      twin.timer(nowNanos);
      assertThat(fetch.nextDeadlineNanos()).isGreaterThan(nowNanos);
    }

    private void compare() {
      fetch.checkInvariants();
      for (RecordingOutbox.Sent sent : outbox.takeSent()) {
        output.add("sent " + sent.to() + " " + ((Message.GetData) sent.message()).ids());
      }
      output.sort(null);
      twin.output.sort(null);
      same("output", output, twin.output);
      output.clear();
      twin.output.clear();
      same("deadline", fetch.nextDeadlineNanos(), twin.nextDeadline());
      same("wanted", fetch.wanted(), twin.wanted());
      for (ItemKind kind : ItemKind.values()) {
        same("in flight", fetch.inFlight(kind), twin.inFlight(kind));
      }
      for (PeerId peer : ready) {
        same("in flight", fetch.inFlight(peer), twin.inFlight(peer));
        same("announcements", fetch.announcements(peer), twin.announcements(peer));
        for (ItemId id : items) {
          same("requested", fetch.isRequested(peer, id), twin.requested(peer, id));
        }
      }
    }

    private static void same(String what, Object actual, Object expected) {
      if (!actual.equals(expected)) {
        throw new AssertionError(what + " is " + actual + ", but the twin's is " + expected);
      }
    }
  }
}
