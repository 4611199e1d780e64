package grapevine.node.protocol.session;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who was banned, and counts small sins. Confined to the core's thread.
 *
 * <p>A ban is for something provable and lasts a day. It names the node's key and, when the address
 * is globally routable, its host too, since keys cost nothing; behind loopback and private
 * addresses many nodes share one host, so there only the key is banned. Both tables are bounded and
 * looked up in constant time: Bitcoin Core's ban list once was neither (CVE-2020-14198). The oldest
 * ban leaves a full table first. The operator's bans have a table of their own, so that no crowd of
 * misbehaving strangers can push one out, and last as long as the operator says.
 *
 * <p>There is no score: gossipsub's scores were gamed (CVE-2022-47547). What a sound peer may do
 * now and then is counted in a window and tolerated up to a number, and beyond it the connection
 * ends without a ban.
 */
public final class Misconduct implements Component {
  /**
   * @param banNanos how long a ban lasts; Core: 24 h
   * @param bansMax keys, and as many hosts; 4,096 of both take less than 1 MiB
   * @param operatorBansMax what an operator can have in mind; of more the one that ends first goes
   * @param unknownTypesMax messages of unknown odd type per window: room for what a later version
   *     says on the side
   * @param unsolicitedMax bodies that nobody asked for per window: late answers to requests that
   *     have been given up are some of them
   */
  public record Limits(
      long banNanos,
      int bansMax,
      int operatorBansMax,
      int unknownTypesMax,
      long unknownTypesNanos,
      int unsolicitedMax,
      long unsolicitedNanos) {
    public static Limits defaults() {
      return new Limits(
          86_400_000_000_000L, 4_096, 1_024, 100, 10_000_000_000L, 100, 60_000_000_000L);
    }
  }

  /** The account of all who have not sinned. */
  private static final Sins BLANK = new Sins();

  private final Limits limits;
  private final NodeEvents events;

  /** When each ban ends, in order of banning, which is the order of ending. */
  private final LinkedHashMap<PublicKey, Long> keys = new LinkedHashMap<>();

  private final LinkedHashMap<NodeAddress, Long> hosts = new LinkedHashMap<>();

  /** When each of the operator's bans ends. */
  private final Map<BanSubject, Long> ofOperator = new LinkedHashMap<>();

  /** Of ready peers. */
  private final PeerMap<Sins> sins = new PeerMap<>();

  public Misconduct(Limits limits, NodeEvents events) {
    this.limits = limits;
    this.events = events;
  }

  /** How often within the present window. */
  private static final class Window {
    private long sinceNanos;
    private int count;

    boolean exceeds(int countMax, long spanNanos, long nowNanos) {
      if (nowNanos - sinceNanos >= spanNanos) {
        sinceNanos = nowNanos;
        count = 0;
      }
      count = Math.min(count + 1, countMax + 1);
      return count > countMax;
    }
  }

  private static final class Sins {
    private final Window unknownTypes = new Window();
    private final Window unsolicited = new Window();
  }

  /**
   * Whether there may be no connection with somebody.
   *
   * @param key null when it is not known yet
   */
  public boolean isBanned(@Nullable PublicKey key, NodeAddress remote, long nowNanos) {
    return (key != null && lasts(keys.get(key), nowNanos))
        || (remote.isGloballyRoutable() && lasts(hosts.get(host(remote)), nowNanos))
        || isBannedByOperator(key, remote, nowNanos);
  }

  private boolean isBannedByOperator(@Nullable PublicKey key, NodeAddress remote, long nowNanos) {
    if (ofOperator.isEmpty()) {
      return false;
    }
    return (key != null && lasts(ofOperator.get(new BanSubject.Node(key)), nowNanos))
        || (remote.isIp() && lasts(ofOperator.get(BanSubject.Host.of(remote)), nowNanos));
  }

  /** Bans whom the operator names, instead of what was said of the same before. */
  public void ban(BanSubject who, long forNanos, long nowNanos) {
    ofOperator.remove(who);
    ofOperator.values().removeIf(endNanos -> !lasts(endNanos, nowNanos));
    if (ofOperator.size() >= limits.operatorBansMax) {
      Map.Entry<BanSubject, Long> first =
          Collections.min(ofOperator.entrySet(), Map.Entry.comparingByValue());
      ofOperator.remove(first.getKey());
      events.onLimited("ban-table", 1, nowNanos);
    }
    ofOperator.put(who, nowNanos + Math.min(forNanos, Long.MAX_VALUE - nowNanos));
  }

  /** Ends the bans of whom the operator names; returns how many there were. */
  public int unban(BanSubject who) {
    int ended = ofOperator.remove(who) == null ? 0 : 1;
    return ended
        + switch (who) {
          case BanSubject.Node(PublicKey key) -> keys.remove(key) == null ? 0 : 1;
          case BanSubject.Host(NodeAddress address) -> hosts.remove(host(address)) == null ? 0 : 1;
        };
  }

  /**
   * A ban that lasts.
   *
   * @param byOperator otherwise by this node, for misconduct
   */
  public record Ban(BanSubject who, long endNanos, boolean byOperator) {}

  /** All bans that last: the operator's, then those for misconduct, in order of banning. */
  public List<Ban> bans(long nowNanos) {
    List<Ban> bans = new ArrayList<>();
    ofOperator.forEach((who, endNanos) -> bans.add(new Ban(who, endNanos, true)));
    keys.forEach((key, endNanos) -> bans.add(new Ban(new BanSubject.Node(key), endNanos, false)));
    hosts.forEach((at, endNanos) -> bans.add(new Ban(new BanSubject.Host(at), endNanos, false)));
    bans.removeIf(ban -> !lasts(ban.endNanos, nowNanos));
    return bans;
  }

  private static boolean lasts(@Nullable Long endNanos, long nowNanos) {
    return endNanos != null && nowNanos < endNanos;
  }

  public void ban(PublicKey key, NodeAddress remote, long nowNanos) {
    ban(keys, key, nowNanos);
    if (remote.isGloballyRoutable()) {
      ban(hosts, host(remote), nowNanos);
    }
  }

  private <K> void ban(SequencedMap<K, Long> table, K who, long nowNanos) {
    table.remove(who); // so that it moves to the end
    while (!table.isEmpty() && !lasts(table.firstEntry().getValue(), nowNanos)) {
      table.pollFirstEntry();
    }
    if (table.size() >= limits.bansMax) {
      table.pollFirstEntry();
      events.onLimited("ban-table", 1, nowNanos);
    }
    table.put(who, nowNanos + limits.banNanos);
  }

  /**
   * What a globally routable address stands for when connections are counted or banned: the host of
   * IPv4, the /64 of IPv6, since one host is usually given a whole /64.
   */
  static NodeAddress host(NodeAddress address) {
    byte[] host = address.host();
    if (address.kind() == NodeAddress.IPV6) {
      Arrays.fill(host, 8, 16, (byte) 0);
    }
    return NodeAddress.ip(host, 0);
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    sins.put(peer.id(), BLANK);
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    sins.remove(peer);
  }

  /** Whether a message of unknown type is one too many. */
  public boolean onUnknownType(PeerId from, long nowNanos) {
    events.onLimited("unknown-type", 1, nowNanos);
    Sins of = sins(from);
    return of != null
        && of.unknownTypes.exceeds(limits.unknownTypesMax, limits.unknownTypesNanos, nowNanos);
  }

  /** Whether a body that nobody asked for is one too many. */
  public boolean onUnsolicited(PeerId from, long nowNanos) {
    Sins of = sins(from);
    return of != null
        && of.unsolicited.exceeds(limits.unsolicitedMax, limits.unsolicitedNanos, nowNanos);
  }

  /** The peer's own account, begun with its first sin; null for one that is not ready. */
  private @Nullable Sins sins(PeerId of) {
    Sins known = sins.get(of);
    if (known == BLANK) {
      known = new Sins();
      sins.put(of, known);
    }
    return known;
  }

  @Override
  public void checkInvariants() {
    checkTable("keys", keys);
    checkTable("hosts", hosts);
    if (ofOperator.size() > limits.operatorBansMax) {
      throw new IllegalStateException(ofOperator.size() + " bans of the operator");
    }
  }

  private <K> void checkTable(String name, SequencedMap<K, Long> table) {
    if (table.size() > limits.bansMax) {
      throw new IllegalStateException(
          table.size() + " banned " + name + ", expected at most " + limits.bansMax);
    }
    long previous = Long.MIN_VALUE;
    for (long endNanos : table.values()) {
      if (endNanos < previous) {
        throw new IllegalStateException("bans of " + name + " out of order");
      }
      previous = endNanos;
    }
  }
}
