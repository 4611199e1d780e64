package grapevine.node.protocol.fetch;

import grapevine.crypto.SipHash;
import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.PeerId;
import java.util.random.RandomGenerator;

/**
 * Whom of several announcers to ask: an outbound one first, then uniformly at random, by a hash of
 * item and peer under a key that only this node knows. Has no state but the key.
 */
final class AskingOrder {
  private final SipHash salt;

  AskingOrder(RandomGenerator random) {
    salt = new SipHash(random.nextLong(), random.nextLong());
  }

  /** Of an item; what {@link #isBetter} takes. */
  long base(ItemId id) {
    return salt.hash(id.hash());
  }

  boolean isBetter(long base, Announcer a, Announcer b) {
    return a.preferred == b.preferred
        ? Long.compareUnsigned(priority(base, a.id), priority(base, b.id)) > 0
        : a.preferred;
  }

  /**
   * The last step of SplitMix64 over a secret base: a bijection, so that peers never tie, and
   * without the base their order looks random.
   */
  static long priority(long base, PeerId peer) {
    long z = base + peer.value() * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
