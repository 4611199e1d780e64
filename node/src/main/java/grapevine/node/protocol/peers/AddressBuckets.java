package grapevine.node.protocol.peers;

import grapevine.crypto.SipHash;
import java.nio.charset.StandardCharsets;

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
    byte[] bytes = (use + '\0' + first + '\0' + second).getBytes(StandardCharsets.US_ASCII);
    return (int) Long.remainderUnsigned(hash.hash(bytes), bound);
  }
}
