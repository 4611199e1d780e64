package grapevine.node.protocol.peers;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.protocol.port.TokenRate;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How node records travel. Confined to the core's thread.
 *
 * <ol>
 *   <li>A peer that we dialled is asked for records once; whoever asks is answered once.
 *   <li>Records come in at a bounded rate per peer, and only those that would change the table are
 *       worth having their signatures checked. NodeCore has them checked, and they come back by
 *       {@link #onVerified}; so does the record in each hello.
 *   <li>A record that changed the table and is fresh goes on to two other peers, if it came in a
 *       hello or in a small message: the answer to a getpeers is news to us only. Each node passes
 *       a record on once, since the second time it changes nothing. So a new node becomes known
 *       everywhere, for two messages a node.
 * </ol>
 *
 * <p>The figures are Bitcoin Core's; the rate exists because address floods once overflowed a
 * counter and crashed nodes (CVE-2024-52919).
 */
public final class PeerExchange implements Component {
  /**
   * @param recordIntervalNanos one over the rate of records taken from a peer: 0.1/s; with {@code
   *     recordBurst} room for one full answer
   * @param freshMillis age up to which a record is passed on
   * @param relayRecordsMax records in a message that is still small
   * @param relayPeers how many others each record goes to
   */
  public record Limits(
      long recordIntervalNanos,
      int recordBurst,
      long freshMillis,
      int relayRecordsMax,
      int relayPeers) {
    public static Limits defaults() {
      return new Limits(10_000_000_000L, 100, 600_000, 10, 2);
    }
  }

  private static final class Line {
    private final PeerInfo peer;
    private long recordsPaidNanos;

    /** Nodes whose records are being checked, and may be passed on; null while there are none. */
    private @Nullable LinkedHashSet<PublicKey> relayable;

    private boolean awaitsAnswer;
    private boolean answered;

    Line(PeerInfo peer) {
      this.peer = peer;
    }

    /** Keeps at most so many. */
    void addRelayable(PublicKey key, int countMax) {
      if (relayable == null) {
        relayable = LinkedHashSet.newLinkedHashSet(1);
      }
      if (relayable.size() < countMax) {
        relayable.add(key);
      }
    }

    boolean removeRelayable(PublicKey key) {
      if (relayable == null || !relayable.remove(key)) {
        return false;
      }
      if (relayable.isEmpty()) {
        relayable = null;
      }
      return true;
    }
  }

  private static final List<AddressTable.Result> RESULTS = List.of(AddressTable.Result.values());

  private final Limits limits;
  private final TokenRate records;
  private final AddressTable table;
  private final NodeTime time;
  private final Outbox outbox;
  private final NodeEvents events;
  private final RandomGenerator random;
  private final PeerMap<Line> lines = new PeerMap<>();

  public PeerExchange(
      Limits limits,
      AddressTable table,
      NodeTime time,
      Outbox outbox,
      NodeEvents events,
      RandomGenerator random) {
    this.limits = limits;
    records = new TokenRate(limits.recordIntervalNanos, limits.recordBurst);
    this.table = table;
    this.time = time;
    this.outbox = outbox;
    this.events = events;
    this.random = random;
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    Line line = new Line(peer);
    lines.put(peer.id(), line);
    line.addRelayable(peer.key(), limits.recordBurst);
    if (peer.isOutbound()) {
      line.awaitsAnswer = true;
      outbox.send(peer.id(), new Message.GetPeers(0));
    }
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    lines.remove(peer);
  }

  /** A peer asks for records. */
  public void onGetPeers(PeerId from, Message.GetPeers message, long nowNanos) {
    Line line = lines.get(from);
    if (line == null) {
      return;
    }
    if (line.answered) {
      events.onLimited("getpeers-repeated", 1, nowNanos);
      return;
    }
    line.answered = true;
    outbox.send(from, new Message.Peers(table.sample(message.services(), nowNanos)));
  }

  /**
   * A peer tells of other nodes.
   *
   * @return the records whose signatures are to be checked; each key once
   */
  public List<NodeRecord> onPeers(PeerId from, Message.Peers message, long nowNanos) {
    Line line = lines.get(from);
    if (line == null) {
      return List.of();
    }
    boolean mayRelay = !line.awaitsAnswer && message.records().size() <= limits.relayRecordsMax;
    line.awaitsAnswer = false;
    Map<PublicKey, NodeRecord> wanted = new LinkedHashMap<>();
    int limited = 0;
    int known = 0;
    for (NodeRecord record : message.records()) {
      NodeRecord other = wanted.get(record.key());
      if (!records.isReady(line.recordsPaidNanos, nowNanos)) {
        limited++;
        continue;
      }
      line.recordsPaidNanos = records.take(line.recordsPaidNanos, nowNanos);
      if (!table.isWanted(record) || (other != null && other.sequence() >= record.sequence())) {
        known++;
      } else {
        wanted.put(record.key(), record);
        if (mayRelay) {
          line.addRelayable(record.key(), limits.recordBurst);
        }
      }
    }
    tell(from, "limited", limited, nowNanos);
    tell(from, "known", known, nowNanos);
    return List.copyOf(wanted.values());
  }

  /** Signatures of records from a peer hold: of some that {@link #onPeers} named, or its own. */
  public void onVerified(PeerId from, List<NodeRecord> records, long nowNanos) {
    Line line = lines.get(from);
    if (line == null) {
      return;
    }
    long wallMillis = time.millis(nowNanos);
    String sourceGroup = AddressTable.groupOf(line.peer.remote());
    List<AddressTable.Result> results = new ArrayList<>(records.size());
    Map<PeerId, List<NodeRecord>> relayed = new LinkedHashMap<>(0);
    for (NodeRecord record : records) {
      AddressTable.Result result = table.add(record, sourceGroup, wallMillis, nowNanos);
      results.add(result);
      boolean isNews = result == AddressTable.Result.NEW || result == AddressTable.Result.UPDATED;
      if (line.removeRelayable(record.key()) && isNews && isFresh(record, wallMillis)) {
        for (PeerId to : audience(from, record.key())) {
          relayed.computeIfAbsent(to, peer -> new ArrayList<>()).add(record);
        }
      }
    }
    relayed.forEach((to, list) -> outbox.send(to, new Message.Peers(List.copyOf(list))));
    for (AddressTable.Result result : RESULTS) {
      tell(from, result.label(), Collections.frequency(results, result), nowNanos);
    }
  }

  private boolean isFresh(NodeRecord record, long wallMillis) {
    return Math.abs(wallMillis - record.timeMillis()) < limits.freshMillis;
  }

  /** Random others, neither who told us nor whom it is about. */
  private List<PeerId> audience(PeerId from, PublicKey about) {
    List<PeerId> others = new ArrayList<>(lines.size());
    for (Line line : lines.values()) {
      if (!line.peer.id().equals(from) && !line.peer.key().equals(about)) {
        others.add(line.peer.id());
      }
    }
    int count = Math.min(limits.relayPeers, others.size());
    for (int i = 0; i < count; i++) {
      int chosen = random.nextInt(i, others.size());
      PeerId first = others.get(i);
      others.set(i, others.get(chosen));
      others.set(chosen, first);
    }
    return others.subList(0, count);
  }

  private void tell(PeerId from, String result, int count, long nowNanos) {
    if (count > 0) {
      events.onAddresses(from, result, count, nowNanos);
    }
  }

  @Override
  public void checkInvariants() {
    for (Line line : lines.values()) {
      int relayable = line.relayable == null ? 0 : line.relayable.size();
      if (relayable > limits.recordBurst) {
        throw new IllegalStateException(
            "peer exchange: %d records in check for %s, expected at most %d"
                .formatted(relayable, line.peer.id(), limits.recordBurst));
      }
    }
  }
}
