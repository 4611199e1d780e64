package grapevine.node.protocol.fetch;

import grapevine.crypto.SipHash;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.fetch.Announcement.State;
import grapevine.node.protocol.port.PeerId;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whom of several announcers to ask: one that was not asked before one that was, then an outbound
 * one, then uniformly at random, by a hash of item and peer under a key that only this node knows.
 * Has no state but the key.
 */
final class AskingOrder {
  private final SipHash salt;

  AskingOrder(RandomGenerator random) {
    salt = new SipHash(random.nextLong(), random.nextLong());
  }

  /** The announcement of an item by whom it is to be asked for now; null if by nobody. */
  @Nullable Announcement best(WantedItem item) {
    long base = salt.hash(item.id.hash());
    Announcement best = null;
    for (Announcement a = item.first; a != null; a = a.nextOfItem) {
      if (isAskable(a) && (best == null || isBetter(base, a, best))) {
        best = a;
      }
    }
    return best;
  }

  /** Who is asked again has held its slot all the while. */
  private static boolean isAskable(Announcement a) {
    return a.state == State.RETRY || (a.state == State.READY && a.window().hasRoom());
  }

  private static boolean isBetter(long base, Announcement a, Announcement b) {
    if (a.state != b.state) {
      return a.state == State.READY;
    }
    return a.announcer.preferred == b.announcer.preferred
        ? Long.compareUnsigned(priority(base, a.announcer.id), priority(base, b.announcer.id)) > 0
        : a.announcer.preferred;
  }

  /** Among equally preferred peers that can be asked the one with the highest is, unsigned. */
  long priority(PeerId peer, ItemId id) {
    return priority(salt.hash(id.hash()), peer);
  }

  /**
   * The last step of SplitMix64 over a secret base: a bijection, so that peers never tie, and
   * without the base their order looks random.
   */
  private static long priority(long base, PeerId peer) {
    long z = base + peer.value() * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
