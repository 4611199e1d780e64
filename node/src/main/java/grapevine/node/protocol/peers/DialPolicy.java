package grapevine.node.protocol.peers;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whom to dial, and when. Confined to the core's thread.
 *
 * <ol>
 *   <li>The operator's addresses are dialled first, even beyond the target, and again for ever: a
 *       doubling wait, back to its start when a connection has lasted.
 *   <li>While fewer than the target are connected or being dialled, the table proposes others.
 *   <li>At the target, one feeler every {@code feelerNanos} goes to somebody from the table, and
 *       stays until the next: so tried slots are tested, hearsay is confirmed, and two halves of a
 *       healed partition meet although each has all the connections that it wants.
 *   <li>Never dialled are: own addresses, an address that led back to this node (for a day), one
 *       that is being dialled, a node that is connected either way, and from the table a second
 *       node of a globally routable group.
 *   <li>A failed dial counts against a node only while some other peer is connected: a node whose
 *       own network is down condemns nobody.
 * </ol>
 *
 * <p>NodeCore tells it of every connection, also of those that were refused or never got ready, and
 * of the end of each.
 */
public final class DialPolicy implements Component {
  /**
   * @param dialsPendingMax dials at a time: few, since each may take seconds to fail
   * @param retryNanos first wait before an operator's address is dialled again
   * @param lastingNanos how long a connection holds before it counts as good: longer than somebody
   *     takes who lets us in to throw us out
   * @param pickNanos pause when the table had nobody to propose
   * @param feelerNanos Core: 2 min
   * @param selfNanos how long an address that led to this node is not dialled
   * @param selfAddressesMax how many of those are remembered
   * @param staticPeersMax of the operator's addresses: each is dialled for ever
   */
  public record Limits(
      int dialsPendingMax,
      long retryNanos,
      long retryNanosMax,
      long lastingNanos,
      long pickNanos,
      long feelerNanos,
      long selfNanos,
      int selfAddressesMax,
      int staticPeersMax) {
    public static Limits defaults() {
      return new Limits(
          4,
          500_000_000L,
          15_000_000_000L,
          3_000_000_000L,
          5_000_000_000L,
          120_000_000_000L,
          86_400_000_000_000L,
          64,
          256);
    }
  }

  /**
   * What the operator wants.
   *
   * @param staticPeers addresses that are always to be connected, until others are named
   * @param own addresses of this node
   * @param outboundTarget connections to keep, static ones included; 0 = static ones only
   */
  public record Plan(List<NodeAddress> staticPeers, List<NodeAddress> own, int outboundTarget) {
    public Plan {
      staticPeers = List.copyOf(staticPeers);
      own = List.copyOf(own);
    }
  }

  /** Why a connection is there. */
  public enum Why {
    /** The operator named its address, or named the node behind it. */
    OPERATOR("operator"),
    /** Chosen from the address table. */
    TABLE("table"),
    /** Chosen from the table to see whether somebody is there; makes room for the next. */
    FEELER("feeler"),
    /** The other side dialled. */
    INBOUND("inbound");

    private final String label;

    Why(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** Tells with whom there may be no connection. */
  public interface Refusal {
    /**
     * @param key null while nobody has been at the address
     */
    boolean refuses(@Nullable PublicKey key, NodeAddress address, long nowNanos);
  }

  /** One of the operator's addresses. */
  private static final class Static {
    /** Who was there last: may be connected by another way. */
    private @Nullable PublicKey key;

    private long retryNanos;
    private long waitNanos;

    /** Whether it is being dialled. */
    private boolean dialled;

    /** Whether a connection stands with it, or with who was there last. */
    private boolean linked;

    boolean isServedBy(NodeAddress address, Link link) {
      return link.key.equals(key) || (link.outbound && link.remote.equals(address));
    }
  }

  /** A dial that has not ended; {@code expected} is null for the operator's addresses. */
  private record Dial(@Nullable PublicKey expected, boolean feeler) {}

  private static final class Link {
    private final PeerId peer;
    private final NodeAddress remote;
    private final PublicKey key;
    private final boolean outbound;
    private boolean feeler;
    private long readyNanos = -1;

    Link(PeerId peer, NodeAddress remote, PublicKey key, Direction direction, boolean feeler) {
      this.peer = peer;
      this.remote = remote;
      this.key = key;
      outbound = direction == Direction.OUTBOUND;
      this.feeler = feeler;
    }
  }

  private final Limits limits;
  private final Plan plan;
  private final AddressTable table;
  private final Outbox outbox;
  private final NodeEvents events;
  private final RandomGenerator random;
  private final Refusal refusal;
  private final Map<NodeAddress, Static> statics = new LinkedHashMap<>();
  private final LinkedHashMap<NodeAddress, Long> selfUntilNanos = new LinkedHashMap<>();
  private final Map<NodeAddress, Dial> dials = new LinkedHashMap<>();
  private final PeerMap<Link> links = new PeerMap<>();
  private int linksOutbound;
  private long nextPickNanos;
  private long nextFeelerNanos;

  /** When the first of the operator's addresses is due; looked up anew when anything changed. */
  private long staticsDueNanos;

  private boolean staticsChanged = true;

  public DialPolicy(
      Limits limits,
      Plan plan,
      AddressTable table,
      Outbox outbox,
      NodeEvents events,
      RandomGenerator random,
      Refusal refusal) {
    this.limits = limits;
    this.plan = plan;
    this.table = table;
    this.outbox = outbox;
    this.events = events;
    this.random = random;
    this.refusal = refusal;
    onStaticPeers(plan.staticPeers);
    nextFeelerNanos = limits.feelerNanos;
  }

  /**
   * The operator names other addresses than before; the plan's count until then. What is connected
   * stays so, and what is named again waits as long as it did.
   *
   * @param addresses beyond the limit they are passed over, as are own ones
   */
  public void onStaticPeers(List<NodeAddress> addresses) {
    Map<NodeAddress, Static> before = new LinkedHashMap<>(statics);
    statics.clear();
    for (NodeAddress address : addresses) {
      if (!plan.own.contains(address) && statics.size() < limits.staticPeersMax) {
        Static known = before.get(address);
        statics.put(address, known == null ? newStatic(address) : known);
      }
    }
    staticsChanged = true;
  }

  private Static newStatic(NodeAddress address) {
    Static fixed = new Static();
    fixed.dialled = dials.containsKey(address);
    for (Link link : links.values()) {
      if (link.outbound && link.remote.equals(address)) {
        fixed.key = link.key;
      }
    }
    fixed.linked = isLinked(address, fixed);
    return fixed;
  }

  /** The operator's addresses. */
  public List<NodeAddress> staticPeers() {
    return List.copyOf(statics.keySet());
  }

  /** A connection stands, whether or not it will be let in. */
  public void onConnected(
      PeerId peer, NodeAddress remote, PublicKey key, Direction direction, long nowNanos) {
    boolean feeler = false;
    if (direction == Direction.OUTBOUND) {
      linksOutbound++;
      Dial dial = endDial(remote);
      if (dial != null && dial.expected != null && !dial.expected.equals(key)) {
        table.onFailure(dial.expected, nowNanos);
      }
      feeler = dial != null && dial.feeler;
      Static fixed = statics.get(remote);
      if (fixed != null && !key.equals(fixed.key)) {
        fixed.key = key;
        fixed.linked = isLinked(remote, fixed);
      }
    }
    Link link = new Link(peer, remote, key, direction, feeler);
    links.put(peer, link);
    statics.forEach((address, fixed) -> fixed.linked |= fixed.isServedBy(address, link));
    staticsChanged = true;
  }

  /** Why this connection is there; it must not have ended. */
  public Why why(PeerId peer) {
    Link link = links.get(peer);
    if (link == null) {
      throw new IllegalArgumentException(peer + " is not connected");
    }
    for (Map.Entry<NodeAddress, Static> fixed : statics.entrySet()) {
      if (fixed.getValue().isServedBy(fixed.getKey(), link)) {
        return Why.OPERATOR;
      }
    }
    if (!link.outbound) {
      return Why.INBOUND;
    }
    return link.feeler ? Why.FEELER : Why.TABLE;
  }

  private @Nullable Dial endDial(NodeAddress address) {
    Static fixed = statics.get(address);
    if (fixed != null) {
      fixed.dialled = false;
      staticsChanged = true;
    }
    return dials.remove(address);
  }

  private boolean isLinked(NodeAddress address, Static fixed) {
    for (Link link : links.values()) {
      if (fixed.isServedBy(address, link)) {
        return true;
      }
    }
    return false;
  }

  /** An outbound connection to this address has turned out to lead to this node. */
  public void onSelf(NodeAddress remote, long nowNanos) {
    selfUntilNanos.remove(remote); // so that it moves to the end
    if (selfUntilNanos.size() >= limits.selfAddressesMax) {
      selfUntilNanos.pollFirstEntry();
    }
    selfUntilNanos.put(remote, nowNanos + limits.selfNanos);
    staticsChanged = true;
  }

  public void onDialFailed(NodeAddress address, long nowNanos) {
    events.onDialFailed(address, nowNanos);
    Dial dial = endDial(address);
    if (dial != null && dial.expected != null && isOnline()) {
      table.onFailure(dial.expected, nowNanos);
    }
    retryLater(address, nowNanos);
    nextPickNanos = nowNanos;
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    Link link = links.get(peer.id());
    if (link != null) {
      link.readyNanos = nowNanos;
      if (link.outbound) {
        table.onSuccess(link.key, nowNanos);
      }
    }
  }

  /** A connection has ended, whether or not it was ever ready. */
  public void onDisconnected(PeerId peer, long nowNanos) {
    Link link = links.remove(peer);
    if (link == null) {
      return;
    }
    statics.forEach((address, fixed) -> fixed.linked = fixed.linked && isLinked(address, fixed));
    staticsChanged = true;
    if (!link.outbound) {
      return;
    }
    linksOutbound--;
    if (link.readyNanos >= 0 && nowNanos - link.readyNanos >= limits.lastingNanos) {
      table.onLasting(link.key);
      Static fixed = statics.get(link.remote);
      if (fixed != null) {
        fixed.waitNanos = 0;
      }
    } else if (link.readyNanos < 0 && isOnline() && !isLinked(link.key)) {
      table.onFailure(link.key, nowNanos);
    }
    retryLater(link.remote, nowNanos);
    nextPickNanos = nowNanos;
  }

  /** The table may have somebody new to propose. */
  public void onAddresses(long nowNanos) {
    nextPickNanos = Math.min(nextPickNanos, nowNanos);
  }

  private boolean isLinked(PublicKey key) {
    for (Link link : links.values()) {
      if (link.key.equals(key)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOnline() {
    for (Link link : links.values()) {
      if (link.readyNanos >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Makes an operator's address wait, twice as long as the last time, ± 20 %. */
  private void retryLater(NodeAddress address, long nowNanos) {
    Static fixed = statics.get(address);
    if (fixed != null) {
      staticsChanged = true;
      fixed.waitNanos = Math.clamp(2 * fixed.waitNanos, limits.retryNanos, limits.retryNanosMax);
      long jitterNanos = fixed.waitNanos / 5;
      fixed.retryNanos =
          nowNanos + fixed.waitNanos + random.nextLong(-jitterNanos, jitterNanos + 1);
    }
  }

  @Override
  public void onTimer(long nowNanos) {
    if (nowNanos < nextDeadlineNanos()) {
      return;
    }
    statics.forEach(
        (address, fixed) -> {
          if (dials.size() < limits.dialsPendingMax && nowNanos >= dueNanos(address, fixed)) {
            if (refusal.refuses(fixed.key, address, nowNanos)) {
              retryLater(address, nowNanos);
            } else {
              dial(address, new Dial(null, false), nowNanos);
            }
          }
        });
    while (wantsMore() && nowNanos >= nextPickNanos) {
      if (!dialFromTable(false, nowNanos)) {
        nextPickNanos = nowNanos + limits.pickNanos;
      }
    }
    if (nowNanos >= nextFeelerNanos) {
      nextFeelerNanos = nowNanos + limits.feelerNanos;
      if (plan.outboundTarget > 0 && outbound() >= plan.outboundTarget) {
        feel(nowNanos);
      }
    }
  }

  private void feel(long nowNanos) {
    if (dials.size() >= limits.dialsPendingMax || !dialFromTable(true, nowNanos)) {
      return;
    }
    for (Link link : links.values()) {
      if (link.feeler && outbound() > plan.outboundTarget + 1) {
        outbox.disconnect(link.peer, DisconnectReason.EVICTED, "makes room for the next feeler");
      }
      link.feeler = false; // whoever is left fills the place of another that has gone
    }
  }

  private boolean wantsMore() {
    return outbound() < plan.outboundTarget && dials.size() < limits.dialsPendingMax;
  }

  /** Outbound connections, and dials that may become some. */
  private int outbound() {
    return dials.size() + linksOutbound;
  }

  private boolean dialFromTable(boolean feeler, long nowNanos) {
    Set<PublicKey> keys = new HashSet<>(); // never iterated
    Set<String> groups = new HashSet<>(); // never iterated
    for (Link link : links.values()) {
      keys.add(link.key);
      if (link.outbound && link.remote.isGloballyRoutable()) {
        groups.add(link.remote.group());
      }
    }
    for (NodeAddress address : dials.keySet()) {
      if (address.isGloballyRoutable()) {
        groups.add(address.group());
      }
    }
    Optional<AddressTable.Candidate> candidate =
        table.pick(
            proposed ->
                keys.contains(proposed.key())
                    || refusal.refuses(proposed.key(), proposed.address(), nowNanos)
                    || !mayDial(proposed.address(), nowNanos)
                    || statics.containsKey(proposed.address())
                    || groups.contains(proposed.address().group()),
            nowNanos);
    candidate.ifPresent(
        chosen -> {
          table.onDialled(chosen.key(), nowNanos);
          dial(chosen.address(), new Dial(chosen.key(), feeler), nowNanos);
        });
    return candidate.isPresent();
  }

  private boolean mayDial(NodeAddress address, long nowNanos) {
    return !dials.containsKey(address)
        && !plan.own.contains(address)
        && nowNanos >= selfUntilNanos.getOrDefault(address, 0L);
  }

  private void dial(NodeAddress address, Dial dial, long nowNanos) {
    dials.put(address, dial);
    Static fixed = statics.get(address);
    if (fixed != null) {
      fixed.dialled = true;
    }
    staticsChanged = true;
    events.onDial(address, nowNanos);
    outbox.dial(address);
  }

  /** When an operator's address is to be dialled; {@link #NEVER} while it is or is connected. */
  private long dueNanos(NodeAddress address, Static fixed) {
    if (fixed.dialled || fixed.linked) {
      return NEVER;
    }
    long selfNanos = selfUntilNanos.isEmpty() ? 0 : selfUntilNanos.getOrDefault(address, 0L);
    return Math.max(fixed.retryNanos, selfNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    long next = plan.outboundTarget > 0 ? nextFeelerNanos : NEVER;
    if (wantsMore()) {
      next = Math.min(next, nextPickNanos);
    }
    if (dials.size() < limits.dialsPendingMax) {
      next = Math.min(next, staticsDueNanos());
    }
    return next;
  }

  private long staticsDueNanos() {
    if (staticsChanged) {
      staticsDueNanos = NEVER;
      statics.forEach(
          (address, fixed) ->
              staticsDueNanos = Math.min(staticsDueNanos, dueNanos(address, fixed)));
      staticsChanged = false;
    }
    return staticsDueNanos;
  }

  @Override
  public void checkInvariants() {
    checkStatics();
    int outbound = 0;
    for (Link link : links.values()) {
      outbound += link.outbound ? 1 : 0;
    }
    check(outbound == linksOutbound, "outbound connections counted");
    check(dials.size() <= limits.dialsPendingMax, "few dials at a time");
    check(statics.size() <= limits.staticPeersMax, "few of the operator's addresses");
    check(selfUntilNanos.size() <= limits.selfAddressesMax, "few own addresses");
    for (NodeAddress address : dials.keySet()) {
      check(!plan.own.contains(address), "no dial to itself");
    }
    for (Static fixed : statics.values()) {
      check(fixed.waitNanos <= limits.retryNanosMax, "a bounded wait");
    }
  }

  private void checkStatics() {
    long firstNanos = NEVER;
    for (Map.Entry<NodeAddress, Static> entry : statics.entrySet()) {
      NodeAddress address = entry.getKey();
      Static fixed = entry.getValue();
      check(fixed.dialled == dials.containsKey(address), "dial of " + address);
      check(fixed.linked == isLinked(address, fixed), "connection of " + address);
      firstNanos = Math.min(firstNanos, dueNanos(address, fixed));
    }
    check(staticsChanged || firstNanos == staticsDueNanos, "the time of the next static dial");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("dial policy: expected " + what);
    }
  }
}
