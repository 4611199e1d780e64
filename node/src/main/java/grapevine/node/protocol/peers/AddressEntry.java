package grapevine.node.protocol.peers;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.peers.AddressTable.Liveness;
import java.util.List;

/**
 * One node in the table: what it says of itself, who said so first, and what became of our own
 * dials. Only {@link AddressTable} touches it.
 */
final class AddressEntry {
  /** Failures in a row after which a node counts as failed; Core: 3 for one that never answered. */
  private static final int UNANSWERED_FAILURES_MAX = 3;

  /** Core: 10 for one that did. */
  private static final int ANSWERED_FAILURES_MAX = 10;

  private final PublicKey key;
  private final String sourceGroup;
  private NodeRecord record;
  private List<NodeAddress> addresses;
  private long timeMillis;

  /** Number of its slot, among the tried ones or the new ones. */
  private int slot;

  private boolean tried;
  private boolean gone;
  private int dials;
  private int failures;
  private long retryNanos;
  private long answeredNanos = -1;
  private long failedNanos = -1;

  AddressEntry(
      NodeRecord record, List<NodeAddress> addresses, String sourceGroup, long timeMillis) {
    this.key = record.key();
    this.record = record;
    this.addresses = addresses;
    this.sourceGroup = sourceGroup;
    this.timeMillis = timeMillis;
  }

  /** A newer record of the same node at the same place. */
  void update(NodeRecord newer, List<NodeAddress> dialable, long newerMillis) {
    record = newer;
    addresses = dialable;
    timeMillis = newerMillis;
  }

  void moveTo(boolean toTried, int toSlot) {
    tried = toTried;
    slot = toSlot;
  }

  /** It is out of the table; there may be another of the same node. */
  void leave() {
    gone = true;
  }

  boolean isGone() {
    return gone;
  }

  /** The next dial waits twice as long as the one before. */
  void onDialled(AddressTable.Limits limits, long nowNanos) {
    dials++;
    long mostNanos = answeredNanos >= 0 ? limits.answeredRetryNanosMax() : limits.retryNanosMax();
    retryNanos = nowNanos + Math.min(mostNanos, limits.retryNanos() << Math.min(dials - 1, 20));
  }

  void onAnswered(long nowNanos) {
    failures = 0;
    answeredNanos = nowNanos;
  }

  void onFailed(long nowNanos) {
    failures++;
    failedNanos = nowNanos;
  }

  void onLasting() {
    dials = 0;
  }

  Liveness liveness() {
    if (failures == 0) {
      return answeredNanos >= 0 ? Liveness.ALIVE : Liveness.UNTRIED;
    }
    int most = answeredNanos >= 0 ? ANSWERED_FAILURES_MAX : UNANSWERED_FAILURES_MAX;
    return failures < most ? Liveness.SUSPECT : Liveness.FAILED;
  }

  boolean answeredWithin(long spanNanos, long nowNanos) {
    return answeredNanos >= 0 && nowNanos - answeredNanos < spanNanos;
  }

  /** When our last dial was answered; -1 = never. */
  long answeredNanos() {
    return answeredNanos;
  }

  boolean hasAnswered() {
    return answeredNanos >= 0;
  }

  boolean failedAfter(long thenNanos) {
    return failedNanos > thenNanos;
  }

  PublicKey key() {
    return key;
  }

  String sourceGroup() {
    return sourceGroup;
  }

  NodeRecord record() {
    return record;
  }

  /** Where it can be dialled, at least one; the first one decides its group. */
  List<NodeAddress> addresses() {
    return addresses;
  }

  String group() {
    return AddressTable.groupOf(addresses.getFirst());
  }

  /** Time of the record, made sane. */
  long timeMillis() {
    return timeMillis;
  }

  int slot() {
    return slot;
  }

  boolean isTried() {
    return tried;
  }

  int dials() {
    return dials;
  }

  long retryNanos() {
    return retryNanos;
  }
}
