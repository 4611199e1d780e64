package grapevine.node.protocol.peers;

import grapevine.crypto.PublicKey;
import grapevine.crypto.SipHash;
import java.nio.charset.StandardCharsets;

/**
 * Which slot an entry may take, among the new ones and among the tried ones; see {@link
 * AddressTable}. Immutable. Whoever does not know the key of the hash can neither aim at a slot nor
 * tell who shares one.
 */
final class AddressBuckets {
  // What a hash is for: its first word. No group begins with one, being text without zeros.
  private static final long NEW_CORNER = 1;
  private static final long NEW_BUCKET = 2;
  private static final long TRIED_CORNER = 3;
  private static final long TRIED_BUCKET = 4;
  private static final long SLOT = 5;

  private final AddressTable.Limits limits;
  private final SipHash hash;

  AddressBuckets(AddressTable.Limits limits, SipHash hash) {
    this.limits = limits;
    this.hash = hash;
  }

  /** By (source group, address group), in one of the few buckets of the source. */
  int newSlot(AddressEntry entry) {
    long source = number(entry.sourceGroup());
    int corner = choice(limits.bucketsPerSource(), NEW_CORNER, source, number(entry.group()));
    return slot(choice(limits.newBuckets(), NEW_BUCKET, source, corner), entry.key());
  }

  /** By address group, in one of the few buckets of the group. */
  int triedSlot(AddressEntry entry) {
    long group = number(entry.group());
    PublicKey key = entry.key();
    int corner =
        below(
            limits.bucketsPerGroup(),
            hash.hash(TRIED_CORNER, key.word(0), key.word(1), key.word(2), key.word(3)));
    return slot(choice(limits.triedBuckets(), TRIED_BUCKET, group, corner), key);
  }

  private int slot(int bucket, PublicKey key) {
    long place = hash.hash(SLOT, bucket, key.word(0), key.word(1), key.word(2), key.word(3));
    return bucket * limits.bucketSlots() + below(limits.bucketSlots(), place);
  }

  private int choice(int bound, long use, long first, long second) {
    return below(bound, hash.hash(use, first, second));
  }

  /** A group as a number; nobody without the key can make two that share one. */
  private long number(String group) {
    return hash.hash(group.getBytes(StandardCharsets.US_ASCII));
  }

  private static int below(int bound, long number) {
    return (int) Long.remainderUnsigned(number, bound);
  }
}
