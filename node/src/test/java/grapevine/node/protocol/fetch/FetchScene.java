package grapevine.node.protocol.fetch;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.TestPeers;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A scheduler with what surrounds it: time, peers, and a record of what it said. */
final class FetchScene {
  static final long MILLIS = 1_000_000;
  static final int SIZE = 200;

  static final PeerInfo OUT = TestPeers.outbound(1);
  static final PeerInfo OUT_2 = TestPeers.outbound(2);
  static final PeerInfo IN = TestPeers.inbound(3);
  static final PeerInfo IN_2 = TestPeers.inbound(4);
  static final ItemId ITEM = TestPeers.transaction(1);
  static final ItemId BLOCK = TestPeers.block(2);

  final FetchScheduler.Limits limits = FetchScheduler.Limits.defaults();
  final RecordingOutbox outbox = new RecordingOutbox();
  final List<String> events = new ArrayList<>();
  final FetchScheduler fetch =
      new FetchScheduler(limits, outbox, new EventLines(), new SplittableRandom(1));
  long nowNanos;

  private final class EventLines implements NodeEvents {
    @Override
    public void onAnnounced(
        PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
      events.add(from + " " + result);
    }

    @Override
    public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
      events.add(to + " REQUESTED after " + waitedNanos / MILLIS);
    }

    @Override
    public void onFetchEnded(
        PeerId from, ItemId id, FetchResult result, long tookNanos, long nowNanos) {
      events.add(from + " " + result + " after " + tookNanos / MILLIS);
    }

    @Override
    public void onLimited(String reason, int count, long nowNanos) {
      events.add(reason + " " + count);
    }
  }

  void connect(PeerInfo... peers) {
    for (PeerInfo peer : peers) {
      fetch.onPeerReady(peer, nowNanos);
    }
  }

  void announce(PeerInfo from, ItemId... ids) {
    announce(from, SIZE, ids);
  }

  void suspect(PeerInfo peer, ItemId id) {
    fetch.onSuspected(peer.id(), List.of(new Message.Inv.Entry(id, SIZE, 0)), nowNanos);
    fetch.flush(nowNanos);
  }

  void announce(PeerInfo from, int sizeBytes, ItemId... ids) {
    List<Message.Inv.Entry> entries = new ArrayList<>();
    for (ItemId id : ids) {
      entries.add(new Message.Inv.Entry(id, sizeBytes, 0));
    }
    fetch.onAnnounced(from.id(), entries, nowNanos);
    fetch.flush(nowNanos);
  }

  boolean body(PeerInfo from, ItemId id) {
    boolean asked = fetch.onBody(from.id(), id, nowNanos);
    fetch.flush(nowNanos);
    return asked;
  }

  void notFound(PeerInfo from, ItemId... ids) {
    fetch.onNotFound(from.id(), List.of(ids), nowNanos);
    fetch.flush(nowNanos);
  }

  void failed(PeerInfo from, ItemId id) {
    fetch.onFailed(from.id(), id, nowNanos);
    fetch.flush(nowNanos);
  }

  void resolved(ItemId id) {
    fetch.onResolved(id, nowNanos);
    fetch.flush(nowNanos);
  }

  void gone(PeerInfo peer) {
    fetch.onPeerGone(peer.id(), nowNanos);
    fetch.flush(nowNanos);
  }

  /** Lets time pass, with a timer at each deadline as a driver would. */
  void passMillis(long millis) {
    long untilNanos = nowNanos + millis * MILLIS;
    while (fetch.nextDeadlineNanos() <= untilNanos) {
      nowNanos = Math.max(nowNanos, fetch.nextDeadlineNanos());
      fetch.onTimer(nowNanos);
      fetch.flush(nowNanos);
      fetch.checkInvariants();
    }
    nowNanos = untilNanos;
  }

  /** Ids that were asked for since the last question, by the peer that was asked. */
  List<ItemId> asked(PeerInfo peer) {
    List<ItemId> ids =
        outbox.sent(peer.id(), Message.GetData.class).stream()
            .flatMap(message -> message.ids().stream())
            .toList();
    outbox.takeSent();
    return ids;
  }

  static ItemId[] transactions(int from, int to) {
    return IntStream.range(from, to).mapToObj(TestPeers::transaction).toArray(ItemId[]::new);
  }
}
