package grapevine.node.protocol.peers;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeRecord;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * What this node tells others of its table: at most 100 random nodes, and at most 23 % of the table
 * once that is more than 16, the same for a day (Bitcoin Core), so that asking again and again does
 * not read out the table. While the table is small it grows fast, so a doubling ends the day early.
 */
final class AddressSample {
  private static final int SIZE_MIN = 16;
  private static final int PERCENT = 23;

  private final long lifeNanos;
  private final RandomGenerator random;
  private List<AddressEntry> chosen = List.of();
  private int tableSize;
  private long endNanos;

  AddressSample(long lifeNanos, RandomGenerator random) {
    this.lifeNanos = lifeNanos;
    this.random = random;
  }

  /** The newest records of those in the sample that are still there and offer the services. */
  List<NodeRecord> records(
      SequencedMap<PublicKey, AddressEntry> table, long services, long nowNanos) {
    boolean hasDoubled = chosen.size() < Message.Peers.RECORDS_MAX && table.size() >= 2 * tableSize;
    if (nowNanos >= endNanos || hasDoubled) {
      draw(table, nowNanos);
    }
    List<NodeRecord> records = new ArrayList<>(chosen.size());
    for (AddressEntry drawn : chosen) {
      AddressEntry entry = drawn.isGone() ? table.get(drawn.key()) : drawn;
      if (entry != null && (entry.record().services() & services) == services) {
        records.add(entry.record());
      }
    }
    return records;
  }

  private void draw(SequencedMap<PublicKey, AddressEntry> table, long nowNanos) {
    List<AddressEntry> all = new ArrayList<>(table.size());
    for (AddressEntry entry : table.values()) {
      if (entry.liveness() != AddressTable.Liveness.FAILED) {
        all.add(entry);
      }
    }
    Collections.shuffle(all, random);
    int share = Math.max(SIZE_MIN, table.size() * PERCENT / 100);
    int size = Math.min(all.size(), Math.min(Message.Peers.RECORDS_MAX, share));
    chosen = List.copyOf(all.subList(0, size));
    tableSize = table.size();
    endNanos = nowNanos + lifeNanos;
  }
}
