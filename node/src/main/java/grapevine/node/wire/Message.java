package grapevine.node.wire;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Tlv;
import grapevine.node.model.Transaction;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Everything that two nodes say to each other. On the wire a message is {@code u8 type · varint
 * body length · body}; integers are big-endian, a varint is unsigned LEB128 in its shortest form
 * (at most 5 bytes, below 2^31).
 */
public sealed interface Message {
  MessageType type();

  /**
   * First message of both sides, at most 1 KiB.
   *
   * <pre>
   * u16 lowest version · u16 highest version · u64 features · u64 best height · 32 best id
   * u64 retention floor (minute) · u64 fee floor · u16 record length · node record
   * u8 agent length ≤ 64 · agent (printable ASCII) · TLV list (≤ 16, ≤ 512 bytes)
   * </pre>
   *
   * @param bestId id of the best tip; the network id when there is no block yet
   * @param retentionFloorMinute every valid transaction of this minute (since 1970) and later is
   *     kept; what was evicted lies below
   * @param feeFloor lowest fee per 1,000 bytes that the pool now takes, 0 when it has room
   */
  record Hello(
      int versionMin,
      int versionMax,
      long features,
      long bestHeight,
      Hash256 bestId,
      long retentionFloorMinute,
      long feeFloor,
      NodeRecord record,
      String agent,
      List<Tlv> tlvs)
      implements Message {
    public static final int BYTES_MAX = 1024;
    public static final int AGENT_CHARS_MAX = 64;
    public static final int TLVS_MAX = 16;
    public static final int TLV_BYTES_MAX = 512;

    @Override
    public MessageType type() {
      return MessageType.HELLO;
    }
  }

  /**
   * Goodbye with a reason, last message of a side; may be skipped.
   *
   * <pre>u8 length ≤ 64 · reason key (printable ASCII)</pre>
   */
  record Bye(String reason) implements Message {
    public static final int REASON_CHARS_MAX = 64;

    @Override
    public MessageType type() {
      return MessageType.BYE;
    }
  }

  /**
   * <pre>u64 nonce · u64 t1</pre>
   *
   * @param t1Micros sender's wall clock in µs since 1970, 0 = not told
   */
  record Ping(long nonce, long t1Micros) implements Message {
    @Override
    public MessageType type() {
      return MessageType.PING;
    }
  }

  /**
   * Answer to a ping, with all four timestamps but the last, and the state of the last closed
   * minute, so that each side sees whether both hold the same set.
   *
   * <pre>u64 nonce · u64 t1 · u64 t2 · u64 t3 · u32 minute · 8 minute digest</pre>
   */
  record Pong(
      long nonce, long t1Micros, long t2Micros, long t3Micros, long minute, long minuteDigest)
      implements Message {
    @Override
    public MessageType type() {
      return MessageType.PONG;
    }
  }

  /**
   * Asks for node records, once per connection.
   *
   * <pre>u64 services (all bits that a record must have; 0 = any)</pre>
   */
  record GetPeers(long services) implements Message {
    @Override
    public MessageType type() {
      return MessageType.GETPEERS;
    }
  }

  /**
   * Node records: an answer, or fresh ones relayed.
   *
   * <pre>varint count ≤ 100 · count × (u16 length · node record)</pre>
   */
  record Peers(List<NodeRecord> records) implements Message {
    public static final int RECORDS_MAX = 100;

    @Override
    public MessageType type() {
      return MessageType.PEERS;
    }
  }

  /**
   * The sender's pool takes nothing below this fee now.
   *
   * <pre>u64 fee per 1,000 bytes</pre>
   */
  record FeeFloor(long feePerKilobyte) implements Message {
    @Override
    public MessageType type() {
      return MessageType.FEEFLOOR;
    }
  }

  /**
   * Announces items that the sender has accepted and will serve.
   *
   * <pre>varint count ≤ 1000 · count × (u8 kind · 32 hash · varint size · u16 age (ms))</pre>
   */
  record Inv(List<Entry> entries) implements Message {
    public static final int ENTRIES_MAX = 1000;

    /**
     * @param sizeBytes length of the item's encoding
     * @param ageMillis time since the item's birth as far as the path tells: 0 to 65,535,
     *     saturating, advisory
     */
    public record Entry(ItemId id, int sizeBytes, int ageMillis) {}

    @Override
    public MessageType type() {
      return MessageType.INV;
    }
  }

  /**
   * Asks for items.
   *
   * <pre>varint count ≤ 256 · count × (u8 kind · 32 hash)</pre>
   */
  record GetData(List<ItemId> ids) implements Message {
    public static final int IDS_MAX = 256;

    @Override
    public MessageType type() {
      return MessageType.GETDATA;
    }
  }

  /**
   * Items asked for that the sender does not have.
   *
   * <pre>varint count ≤ 256 · count × (u8 kind · 32 hash)</pre>
   */
  record NotFound(List<ItemId> ids) implements Message {
    @Override
    public MessageType type() {
      return MessageType.NOTFOUND;
    }
  }

  /**
   * A transaction that was asked for.
   *
   * <pre>u16 age (ms) · transaction</pre>
   */
  record Tx(int ageMillis, Transaction transaction) implements Message {
    @Override
    public MessageType type() {
      return MessageType.TX;
    }
  }

  /**
   * A chunk of a block that was asked for; chunks come in order, the first starts with the header.
   *
   * <pre>32 hash · u16 age (ms) · u32 size · u32 offset · bytes (1 to 65,536, to the end)</pre>
   *
   * @param sizeBytes length of the whole block
   * @param bytes read-only; readers duplicate it before they move its position
   */
  record BlockChunk(Hash256 hash, int ageMillis, int sizeBytes, int offset, ByteBuffer bytes)
      implements Message {
    public static final int CHUNK_BYTES_MAX = 65_536;

    @Override
    public MessageType type() {
      return MessageType.BLOCK;
    }
  }

  /**
   * A standing request: the receiver of this may push bodies up to the credit without being asked.
   * Reserved in version 1: ignored on receipt.
   *
   * <pre>u8 kind · u32 credit (bytes)</pre>
   */
  record Push(int kind, long creditBytes) implements Message {
    @Override
    public MessageType type() {
      return MessageType.PUSH;
    }
  }

  /**
   * Asks for headers after the first locator id that the receiver knows.
   *
   * <pre>varint count ≤ 32 · count × 32 block id (from the best tip back) · 32 stop id (0 = none)
   * </pre>
   */
  record GetHeaders(List<Hash256> locator, Hash256 stop) implements Message {
    public static final int LOCATOR_MAX = 32;

    @Override
    public MessageType type() {
      return MessageType.GETHEADERS;
    }
  }

  /**
   * Headers in ascending height, each the child of the one before it.
   *
   * <pre>varint count ≤ 256 · count × 204 header</pre>
   */
  record Headers(List<BlockHeader> headers) implements Message {
    public static final int HEADERS_MAX = 256;

    @Override
    public MessageType type() {
      return MessageType.HEADERS;
    }
  }

  /**
   * Asks for the digests of the minutes from {@code minuteMin} to {@code minuteMax}, both included.
   *
   * <pre>u32 first minute · u32 last minute</pre>
   */
  record GetDigests(long minuteMin, long minuteMax) implements Message {
    public static final int MINUTES_MAX = 1500;

    @Override
    public MessageType type() {
      return MessageType.GETDIGESTS;
    }
  }

  /**
   * The sender's tips, and a digest of each minute asked for that is not empty.
   *
   * <pre>
   * varint tip count ≤ 64 · tips × 32 block id
   * varint count ≤ 1500 · count × (u32 minute · u32 elements · 8 digest), minutes ascending
   * </pre>
   */
  record Digests(List<Hash256> tips, List<MinuteDigest> minutes) implements Message {
    public static final int TIPS_MAX = 64;

    @Override
    public MessageType type() {
      return MessageType.DIGESTS;
    }
  }

  /**
   * Digest of one minute: first 8 bytes of SHA-256("grapevine-minute-1" ‖ 0 ‖ u32 minute ‖ elements
   * ascending, 32 bytes each). An element is a transaction's id, or for a pair in conflict the
   * slot's conflict element.
   */
  record MinuteDigest(long minute, int elements, long digest) {}

  /**
   * Asks for the elements of one minute that are greater than {@code after} (zero = from the
   * first).
   *
   * <pre>u32 minute · 32 after</pre>
   */
  record GetIds(long minute, Hash256 after) implements Message {
    @Override
    public MessageType type() {
      return MessageType.GETIDS;
    }
  }

  /**
   * Elements of one minute, ascending; {@code last} when none follow.
   *
   * <pre>
   * u32 minute · u8 last (0, 1) · varint count ≤ 1000 · count × entry
   * entry: u8 0 · 32 transaction id · varint size
   *        u8 1 · 32 conflict element · 32 id · varint size · 32 id · varint size
   * </pre>
   */
  record Ids(long minute, boolean last, List<Element> elements) implements Message {
    public static final int ELEMENTS_MAX = 1000;

    /** What a set holds: see {@link MinuteDigest}. */
    public sealed interface Element {
      /** The 32 bytes that are digested and ordered by. */
      Hash256 hash();

      record Single(Hash256 hash, int sizeBytes) implements Element {}

      record Pair(Hash256 hash, Hash256 first, int firstBytes, Hash256 second, int secondBytes)
          implements Element {}
    }

    @Override
    public MessageType type() {
      return MessageType.IDS;
    }
  }

  /** A message of an unknown odd type: counted, and skipped. */
  record Unknown(int code, int bodyBytes) implements Message {
    @Override
    public MessageType type() {
      throw new IllegalStateException("message of unknown type " + code);
    }
  }
}
