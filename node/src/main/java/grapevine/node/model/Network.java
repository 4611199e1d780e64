package grapevine.node.model;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The genesis: everything that decides validity on one network. Two nodes belong to one network
 * when these values are equal; the id is the hash of their canonical encoding:
 *
 * <pre>
 * u16 version = 1 · u8 name length · name (printable ASCII) · u64 genesis time (ms)
 * u32 slot interval (ms) · u32 maximal lifetime (s) · u32 maximal block bytes · u32 horizon (blocks)
 * u16 producer count · count × 32 key
 * u8 senders: 0 = listed: u32 count · count × (32 key · u16 allowance), keys ascending
 *             1 = open: u8 stamp bits
 * </pre>
 */
public record Network(
    String name,
    long genesisTimeMillis,
    long slotMillis,
    long lifetimeSecondsMax,
    int blockBytesMax,
    int horizonBlocks,
    List<PublicKey> producers,
    Senders senders) {

  public static final int NAME_CHARS_MAX = 64;

  /** A day: bounds the minutes that anti-entropy compares to 1,441. */
  public static final long LIFETIME_SECONDS_CEILING = 86_400;

  public static final int BLOCK_BYTES_CEILING = 8 << 20;
  public static final int PRODUCERS_MAX = 65_535;
  public static final int SENDERS_MAX = 1_000_000;

  private static final String ID_TAG = "grapevine-network-1";

  /** Who may send transactions, and how many a minute. */
  public sealed interface Senders {
    /**
     * Only these keys, each at most its allowance (1 to 65,535) a minute: load is bounded by their
     * sum.
     */
    record Listed(SortedMap<PublicKey, Integer> allowances) implements Senders {
      public Listed {
        // Ascending by key, whatever order the given map has: the network id depends on it.
        TreeMap<PublicKey, Integer> ascending = new TreeMap<>();
        ascending.putAll(allowances);
        allowances = Collections.unmodifiableSortedMap(ascending);
      }
    }

    /** Any key, one a minute, with a stamp of this many leading zero bits (0 to 64). */
    record Open(int stampBits) implements Senders {}

    /** Nonces a minute that this key may use; 0 for a key that may not send. */
    default int allowance(PublicKey sender) {
      return switch (this) {
        case Listed listed -> listed.allowances.getOrDefault(sender, 0);
        case Open open -> 1;
      };
    }
  }

  /**
   * @throws IllegalArgumentException naming the value that is out of range, and the range
   */
  public Network {
    producers = List.copyOf(producers);
    require(
        !name.isEmpty()
            && name.length() <= NAME_CHARS_MAX
            && name.chars().allMatch(c -> c > ' ' && c < 127),
        "name: expected 1 to " + NAME_CHARS_MAX + " printable ASCII characters without blanks");
    within("genesis-time", genesisTimeMillis, 0, 1L << 52);
    within("slot-millis", slotMillis, 10, 86_400_000);
    within("lifetime-max", lifetimeSecondsMax, 1, LIFETIME_SECONDS_CEILING);
    within("block-bytes-max", blockBytesMax, BlockHeader.BYTES, BLOCK_BYTES_CEILING);
    within("horizon", horizonBlocks, 1, 1 << 30);
    within("producers", producers.size(), 0, PRODUCERS_MAX);
    switch (senders) {
      case Senders.Open open -> within("stamp-bits", open.stampBits, 0, 64);
      case Senders.Listed listed -> {
        within("senders", listed.allowances.size(), 0, SENDERS_MAX);
        listed.allowances.forEach(
            (key, allowance) ->
                within("allowance of " + key, allowance, 1, Transaction.NONCES_PER_MINUTE - 1));
      }
    }
  }

  private static void within(String field, long value, long min, long max) {
    require(min <= value && value <= max, field + " " + value + ", expected " + min + " to " + max);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The full network id: hash of the canonical encoding. Also the parent of blocks of height 1. */
  public Hash256 id() {
    return Sha256.hash(ID_TAG, toBytes());
  }

  /** The first 8 bytes of the id, as they stand in transactions and headers. */
  public long shortId() {
    return id().prefix64();
  }

  /** Length of the slot in milliseconds and its number for a time: (time − genesis) / interval. */
  public long slotAt(long timeMillis) {
    return Math.floorDiv(timeMillis - genesisTimeMillis, slotMillis);
  }

  public long slotStartMillis(long slot) {
    return genesisTimeMillis + slot * slotMillis;
  }

  /** Index of the one producer that may sign the slot; -1 on a network without producers. */
  public int producerOf(long slot) {
    return producers.isEmpty() ? -1 : (int) Math.floorMod(slot, (long) producers.size());
  }

  /**
   * Reads a canonical encoding, to the end of {@code in}.
   *
   * @throws MalformedException naming the value that is out of its range, or the bytes left over
   */
  public static Network read(ByteBuffer in) throws MalformedException {
    int version = Fields.u16(in, "network version");
    if (version != 1) {
      throw new MalformedException("network version " + version + ", expected 1");
    }
    int nameLength = Fields.u8(in, "network name length");
    byte[] name = Fields.bytes(in, nameLength, "network name");
    long genesisTimeMillis = Fields.u63(in, "genesis time");
    long slotMillis = Fields.u32(in, "slot interval");
    long lifetimeSecondsMax = Fields.u32(in, "lifetime");
    int blockBytesMax = (int) Fields.u32(in, "block bytes");
    int horizonBlocks = (int) Fields.u32(in, "horizon");
    int producerCount = Fields.u16(in, "producer count");
    List<PublicKey> producers = new ArrayList<>();
    for (int i = 0; i < producerCount; i++) {
      producers.add(Fields.key(in, "producer"));
    }
    Senders senders = readSenders(in);
    if (in.hasRemaining()) {
      throw new MalformedException(in.remaining() + " bytes after the network, expected 0");
    }
    try {
      return new Network(
          new String(name, StandardCharsets.US_ASCII),
          genesisTimeMillis,
          slotMillis,
          lifetimeSecondsMax,
          blockBytesMax,
          horizonBlocks,
          producers,
          senders);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("network " + e.getMessage());
    }
  }

  private static Senders readSenders(ByteBuffer in) throws MalformedException {
    int kind = Fields.u8(in, "senders");
    return switch (kind) {
      case 0 -> {
        long count = Fields.u32(in, "sender count");
        TreeMap<PublicKey, Integer> allowances = new TreeMap<>();
        for (long i = 0; i < count; i++) {
          PublicKey sender = Fields.key(in, "sender");
          if (!allowances.isEmpty() && allowances.lastKey().compareTo(sender) >= 0) {
            throw new MalformedException("sender " + sender + " out of order, expected ascending");
          }
          allowances.put(sender, Fields.u16(in, "allowance"));
        }
        yield new Senders.Listed(allowances);
      }
      case 1 -> new Senders.Open(Fields.u8(in, "stamp bits"));
      default -> throw new MalformedException("senders of kind " + kind + ", expected 0 or 1");
    };
  }

  /** The canonical encoding, whose hash is the network's id. */
  public byte[] toBytes() {
    byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    int senderBytes =
        switch (senders) {
          case Senders.Listed listed -> 5 + listed.allowances.size() * (PublicKey.BYTES + 2);
          case Senders.Open open -> 2;
        };
    ByteBuffer out =
        ByteBuffer.allocate(
            3 + nameBytes.length + 8 + 16 + 2 + producers.size() * PublicKey.BYTES + senderBytes);
    out.putShort((short) 1).put((byte) nameBytes.length).put(nameBytes);
    out.putLong(genesisTimeMillis).putInt((int) slotMillis).putInt((int) lifetimeSecondsMax);
    out.putInt(blockBytesMax).putInt(horizonBlocks).putShort((short) producers.size());
    producers.forEach(producer -> producer.write(out));
    switch (senders) {
      case Senders.Listed listed -> {
        out.put((byte) 0).putInt(listed.allowances.size());
        listed.allowances.forEach(
            (key, allowance) -> {
              key.write(out);
              out.putShort((short) (int) allowance);
            });
      }
      case Senders.Open open -> out.put((byte) 1).put((byte) open.stampBits);
    }
    return out.array();
  }
}
