package grapevine.node.protocol.sync;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that peers claim to have and whose headers the tree lacks, and which peer is asked for the
 * way to each. One goal is asked of one peer at a time, so that a node that was away does not get
 * the same headers from everybody.
 *
 * <pre>
 * claimed   → asked      when a claimer has room for a request
 * asked     → checking   its headers came, and go to the signature check
 * asked     → claimed    no answer: the next claimer, with twice the patience (2 s to 64 s)
 * checking  → claimed    more headers lead to it: the same peer is asked on
 * any       → gone       its header is in the tree, or no claimer is left
 * </pre>
 *
 * A claimer whose answer does not lead on is dropped from the goal, never from the node: it may
 * have forgotten the branch. While the answers to one goal come full, no second goal is followed
 * beyond its first answer, since both are likely to be one chain.
 */
final class HeaderGoals {
  private final BlockSync.Requests limits;
  private final HeaderTree tree;
  private final Outbox outbox;
  private final NodeEvents events;
  private final PeerMap<Peer> peers = new PeerMap<>();
  private final Map<Hash256, Goal> goals = new LinkedHashMap<>();
  private @Nullable Goal followed;

  private static final class Peer {
    int claims;

    /** Goals that are asked of it now. */
    int asked;

    /** Goals of all requests that it may still answer, oldest first; late answers count too. */
    final Deque<Hash256> requests = new ArrayDeque<>(2);
  }

  private static final class Goal {
    final Hash256 id;

    /** Whom to ask, next one first. */
    final List<PeerId> claimers = new ArrayList<>(2);

    @Nullable PeerId asked;
    long deadlineNanos = Component.NEVER;
    long patienceNanos;

    /** The last header that led towards it; null before the first answer. */
    @Nullable BlockHeader reached;

    Goal(Hash256 id, long patienceNanos) {
      this.id = id;
      this.patienceNanos = patienceNanos;
    }
  }

  HeaderGoals(BlockSync.Requests limits, HeaderTree tree, Outbox outbox, NodeEvents events) {
    this.limits = limits;
    this.tree = tree;
    this.outbox = outbox;
    this.events = events;
  }

  void onPeerReady(PeerId peer) {
    peers.put(peer, new Peer());
  }

  void onPeerGone(PeerId peer, long nowNanos) {
    if (peers.remove(peer) == null) {
      return;
    }
    for (Goal goal : List.copyOf(goals.values())) {
      if (peer.equals(goal.asked)) {
        release(goal);
      }
      goal.claimers.remove(peer);
      dropIfHopeless(goal);
    }
    ask(nowNanos);
  }

  boolean isReady(PeerId peer) {
    return peers.containsKey(peer);
  }

  /** The peer has this block, and the tree lacks its header. */
  void claim(PeerId from, Hash256 id, long nowNanos) {
    Peer peer = peers.get(from);
    Goal goal = goals.get(id);
    if (peer == null || (goal != null && goal.claimers.contains(from))) {
      return;
    }
    if (peer.claims >= limits.claimsPerPeerMax()) {
      events.onLimited("block-claims", 1, nowNanos);
      return;
    }
    if (goal == null) {
      goal = new Goal(id, limits.patienceNanosMin());
      goals.put(id, goal);
    }
    goal.claimers.add(from);
    peer.claims++;
    ask(nowNanos);
  }

  /** Whether a headers message of this peer can be an answer. */
  boolean expects(PeerId from) {
    Peer peer = peers.get(from);
    return peer != null && !peer.requests.isEmpty();
  }

  /**
   * An answer of this peer has come and is being checked.
   *
   * @return the goal that it was asked for, empty when that is met or now asked of someone else
   */
  Optional<Hash256> onAnswer(PeerId from, long nowNanos) {
    Peer peer = peers.get(from);
    Hash256 id = peer == null ? null : peer.requests.poll();
    Goal goal = id == null ? null : goals.get(id);
    if (goal == null || !from.equals(goal.asked)) {
      return Optional.empty();
    }
    goal.deadlineNanos = nowNanos + limits.patienceNanosMax();
    return Optional.of(goal.id);
  }

  /**
   * What the answer held has been added to the tree.
   *
   * @param last the last header of it that the tree holds; null when there is none
   * @param full whether more may follow
   */
  void onChecked(PeerId from, Hash256 id, @Nullable BlockHeader last, boolean full, long nowNanos) {
    Goal goal = goals.get(id);
    if (goal != null && from.equals(goal.asked)) {
      release(goal);
      // Height must grow from answer to answer, or a peer could keep us asking for ever.
      if (full && last != null && (goal.reached == null || last.height() > goal.reached.height())) {
        goal.reached = last;
        goal.patienceNanos = limits.patienceNanosMin();
        followed = followed == null ? goal : followed;
      } else {
        forsake(goal, from);
      }
    }
    ask(nowNanos);
  }

  /** This header is in the tree now. */
  void onHeader(Hash256 id) {
    Goal goal = goals.get(id);
    if (goal != null) {
      if (goal.asked != null) {
        release(goal);
      }
      drop(goal);
    }
  }

  void onTimer(long nowNanos) {
    for (Goal goal : List.copyOf(goals.values())) {
      PeerId late = goal.asked;
      if (late == null || goal.deadlineNanos > nowNanos) {
        continue;
      }
      release(goal);
      if (followed == goal) {
        followed = null;
      }
      if (goal.patienceNanos >= limits.patienceNanosMax()) {
        forsake(goal, late);
      } else {
        goal.patienceNanos = Math.min(2 * goal.patienceNanos, limits.patienceNanosMax());
        goal.claimers.remove(late);
        goal.claimers.add(late);
      }
    }
    ask(nowNanos);
  }

  long nextDeadlineNanos() {
    long next = Component.NEVER;
    for (Goal goal : goals.values()) {
      next = Math.min(next, goal.deadlineNanos);
    }
    return next;
  }

  /** Asks for whatever may be asked for now. */
  void ask(long nowNanos) {
    if (tree.highestHeight() - tree.bestHeight() > limits.headersAheadMax()) {
      return;
    }
    for (Goal goal : List.copyOf(goals.values())) {
      if (tree.contains(goal.id)) {
        onHeader(goal.id);
        continue;
      }
      boolean waits = goal.reached != null && followed != null && followed != goal;
      if (goal.asked == null && !waits) {
        ask(goal, nowNanos);
      }
    }
  }

  private void ask(Goal goal, long nowNanos) {
    for (PeerId claimer : goal.claimers) {
      Peer peer = peers.get(claimer);
      if (peer != null && peer.asked < limits.requestsPerPeerMax()) {
        goal.asked = claimer;
        goal.deadlineNanos = nowNanos + goal.patienceNanos;
        peer.asked++;
        peer.requests.add(goal.id);
        if (peer.requests.size() > 2 * limits.requestsPerPeerMax()) {
          peer.requests.poll();
        }
        if (goal.reached != null) {
          followed = goal;
        }
        outbox.send(claimer, new Message.GetHeaders(locator(goal), goal.id));
        return;
      }
    }
  }

  /** From the highest header if that lies on the way, so that nothing is sent twice. */
  private List<Hash256> locator(Goal goal) {
    return goal.reached == null || tree.isOnBranch(goal.reached.hash(), tree.highestId())
        ? tree.locator()
        : tree.locator(goal.reached.hash());
  }

  private void release(Goal goal) {
    Peer peer = goal.asked == null ? null : peers.get(goal.asked);
    if (peer != null) {
      peer.asked--;
    }
    goal.asked = null;
    goal.deadlineNanos = Component.NEVER;
  }

  private void forsake(Goal goal, PeerId claimer) {
    Peer peer = peers.get(claimer);
    if (goal.claimers.remove(claimer) && peer != null) {
      peer.claims--;
    }
    if (followed == goal) {
      followed = null;
    }
    dropIfHopeless(goal);
  }

  private void dropIfHopeless(Goal goal) {
    if (goal.claimers.isEmpty()) {
      drop(goal);
    }
  }

  private void drop(Goal goal) {
    goals.remove(goal.id);
    if (followed == goal) {
      followed = null;
    }
    for (PeerId claimer : goal.claimers) {
      Peer peer = peers.get(claimer);
      if (peer != null) {
        peer.claims--;
      }
    }
  }

  void checkInvariants() {
    Map<PeerId, Integer> claims = new LinkedHashMap<>();
    Map<PeerId, Integer> asked = new LinkedHashMap<>();
    for (Goal goal : goals.values()) {
      BlockSync.check(!goal.claimers.isEmpty(), "a goal without a claimer");
      BlockSync.check(
          (goal.asked == null) == (goal.deadlineNanos == Component.NEVER), "a request in limbo");
      goal.claimers.forEach(claimer -> claims.merge(claimer, 1, Integer::sum));
      if (goal.asked != null) {
        asked.merge(goal.asked, 1, Integer::sum);
      }
    }
    BlockSync.check(followed == null || goals.containsValue(followed), "a goal that is gone");
    claims.keySet().forEach(p -> BlockSync.check(peers.containsKey(p), "a claimer that is gone"));
    peers.forEach(
        (id, peer) -> {
          BlockSync.check(peer.claims == claims.getOrDefault(id, 0), "claims are miscounted");
          BlockSync.check(peer.asked == asked.getOrDefault(id, 0), "requests are miscounted");
          BlockSync.check(peer.claims <= limits.claimsPerPeerMax(), "too many claims");
          BlockSync.check(peer.asked <= limits.requestsPerPeerMax(), "too many requests");
        });
  }
}
