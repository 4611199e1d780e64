package grapevine.node.protocol.peers;

import grapevine.crypto.SipHash;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Who makes room when all inbound slots are taken; a pure function after Bitcoin Core's {@code
 * node/eviction.cpp}.
 *
 * <p>Protected, in this order, are the peers that are hard to imitate: {@link #BY_GROUP} of groups
 * that a secret key prefers, which nobody can aim at; {@link #BY_ROUND_TRIP} nearest ones; {@link
 * #BY_TRANSACTION} and {@link #BY_BLOCK} that gave us something new last; and of the rest the
 * longer connected half. Of whoever remains, the youngest of the most populous group goes, so an
 * attacker who fills the slots from one network displaces himself. Nobody who takes all slots can
 * displace the protected ones.
 */
public final class Eviction {
  static final int BY_GROUP = 4;
  static final int BY_ROUND_TRIP = 8;
  static final int BY_TRANSACTION = 4;
  static final int BY_BLOCK = 4;

  private Eviction() {}

  /**
   * A ready inbound peer.
   *
   * @param roundTripMinNanos -1 = not yet measured
   * @param lastTransactionNanos when it last gave a transaction that was new here; -1 = never
   * @param lastBlockNanos when it last gave a block that was new here; -1 = never
   */
  public record Candidate(
      PeerId id,
      NodeAddress remote,
      long connectedNanos,
      long roundTripMinNanos,
      long lastTransactionNanos,
      long lastBlockNanos) {
    private long roundTripRank() {
      return roundTripMinNanos < 0 ? Long.MAX_VALUE : roundTripMinNanos;
    }
  }

  /**
   * @param inbound all that may be evicted
   * @param groupOrder ranks groups; its key stays secret and the same over the life of the node
   * @return empty when everybody is protected
   */
  public static Optional<PeerId> choose(List<Candidate> inbound, SipHash groupOrder) {
    List<Candidate> left = new ArrayList<>(inbound);
    protect(left, BY_GROUP, Comparator.comparingLong(c -> groupRank(c, groupOrder)));
    protect(left, BY_ROUND_TRIP, Comparator.comparingLong(Candidate::roundTripRank));
    protect(left, BY_TRANSACTION, latest(Candidate::lastTransactionNanos));
    protect(left, BY_BLOCK, latest(Candidate::lastBlockNanos));
    protect(left, left.size() / 2, Comparator.comparingLong(Candidate::connectedNanos));
    return youngestOfLargestGroup(left).map(Candidate::id);
  }

  private static Comparator<Candidate> latest(ToLongFunction<Candidate> timeNanos) {
    return Comparator.comparingLong(timeNanos).reversed();
  }

  private static long groupRank(Candidate candidate, SipHash groupOrder) {
    return groupOrder.hash(candidate.remote.group().getBytes(StandardCharsets.US_ASCII));
  }

  /** Takes the first {@code count} in this order out; the lower id wins a tie. */
  private static void protect(List<Candidate> left, int count, Comparator<Candidate> order) {
    left.sort(order.thenComparing(Candidate::id));
    left.subList(0, Math.min(count, left.size())).clear();
  }

  private static Optional<Candidate> youngestOfLargestGroup(List<Candidate> left) {
    Map<String, List<Candidate>> groups = new TreeMap<>();
    for (Candidate candidate : left) {
      groups.computeIfAbsent(candidate.remote.group(), group -> new ArrayList<>()).add(candidate);
    }
    Comparator<Candidate> byAge =
        Comparator.comparingLong(Candidate::connectedNanos).thenComparing(Candidate::id);
    Candidate chosen = null;
    int chosenSize = 0;
    for (List<Candidate> group : groups.values()) {
      Candidate youngest = group.stream().max(byAge).orElseThrow();
      boolean isLarger = group.size() > chosenSize;
      boolean isYounger =
          group.size() == chosenSize && chosen != null && byAge.compare(youngest, chosen) > 0;
      if (isLarger || isYounger) {
        chosen = youngest;
        chosenSize = group.size();
      }
    }
    return Optional.ofNullable(chosen);
  }
}
