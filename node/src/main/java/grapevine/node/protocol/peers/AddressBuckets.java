package grapevine.node.protocol.peers;

import grapevine.crypto.SipHash;

/**
 * Which slot an entry may take, among the new ones and among the tried ones; see {@link
 * AddressTable}. Immutable. Whoever does not know the key of the hash can neither aim at a slot nor
 * tell who shares one.
 */
final class AddressBuckets {
  private final AddressTable.Limits limits;
  private final SipHash hash;

  AddressBuckets(AddressTable.Limits limits, SipHash hash) {
    this.limits = limits;
    this.hash = hash;
  }

  /** By (source group, address group), in one of the few buckets of the source. */
  int newSlot(AddressEntry entry) {
    String source = entry.sourceGroup();
    int corner = choice(limits.bucketsPerSource(), "corner", source, entry.group());
    int bucket = choice(limits.newBuckets(), "new", source, Integer.toString(corner));
    return slot(bucket, entry);
  }

  /** By address group, in one of the few buckets of the group. */
  int triedSlot(AddressEntry entry) {
    int corner = choice(limits.bucketsPerGroup(), "corner", entry.key().toHex(), "");
    int bucket = choice(limits.triedBuckets(), "tried", entry.group(), Integer.toString(corner));
    return slot(bucket, entry);
  }

  private int slot(int bucket, AddressEntry entry) {
    int position =
        choice(limits.bucketSlots(), "slot", Integer.toString(bucket), entry.key().toHex());
    return bucket * limits.bucketSlots() + position;
  }

  /**
   * A number from 0 below {@code bound} for a use and two words; no word holds a zero character.
   */
  private int choice(int bound, String use, String first, String second) {
    byte[] bytes = new byte[use.length() + first.length() + second.length() + 2];
    int place = put(use, bytes, 0) + 1;
    place = put(first, bytes, place) + 1;
    put(second, bytes, place);
    return (int) Long.remainderUnsigned(hash.hash(bytes), bound);
  }

  /** Puts an ASCII word; the place behind it. */
  private static int put(String word, byte[] into, int place) {
    for (int i = 0; i < word.length(); i++) {
      into[place + i] = (byte) word.charAt(i);
    }
    return place + word.length();
  }
}
