package grapevine.node.wire;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Tlv;
import grapevine.node.model.Transaction;
import grapevine.node.wire.ProtocolViolation.Reason;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Everything that two nodes say to each other. On the wire a message is {@code u8 type · varint
 * body length · body}; integers are big-endian, a varint is unsigned LEB128 in its shortest form
 * (at most 5 bytes, below 2^31).
 */
public sealed interface Message {
  /** The type that stands at the head of this message; a skipped one has none. */
  default MessageType type() {
    return switch (this) {
      case Hello m -> MessageType.HELLO;
      case Bye m -> MessageType.BYE;
      case Ping m -> MessageType.PING;
      case Pong m -> MessageType.PONG;
      case GetPeers m -> MessageType.GETPEERS;
      case Peers m -> MessageType.PEERS;
      case FeeFloor m -> MessageType.FEEFLOOR;
      case Inv m -> MessageType.INV;
      case GetData m -> MessageType.GETDATA;
      case NotFound m -> MessageType.NOTFOUND;
      case Tx m -> MessageType.TX;
      case BlockChunk m -> MessageType.BLOCK;
      case Push m -> MessageType.PUSH;
      case GetHeaders m -> MessageType.GETHEADERS;
      case Headers m -> MessageType.HEADERS;
      case GetDigests m -> MessageType.GETDIGESTS;
      case Digests m -> MessageType.DIGESTS;
      case GetIds m -> MessageType.GETIDS;
      case Ids m -> MessageType.IDS;
      case Unknown m -> throw new IllegalStateException("message of unknown type " + m.code);
    };
  }

  /** Writes the body. */
  void write(WireWriter out);

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
    public void write(WireWriter out) {
      out.u16(versionMin).u16(versionMax).u64(features).u64(bestHeight).hash(bestId);
      out.u64(retentionFloorMinute).u64(feeFloor).nodeRecord(record).text(agent, AGENT_CHARS_MAX);
      out.put(Tlv.listBytes(tlvs), to -> Tlv.writeList(to, tlvs));
    }

    static Hello read(WireReader in) throws ProtocolViolation {
      return new Hello(
          in.u16("hello lowest version"),
          in.u16("hello highest version"),
          in.u64("hello features"),
          in.u63("hello best height"),
          in.hash("hello best id"),
          in.u63("hello retention floor"),
          in.u63("hello fee floor"),
          in.nodeRecord(),
          in.text(AGENT_CHARS_MAX, "hello agent"),
          in.tlvs(TLVS_MAX, TLV_BYTES_MAX));
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
    public void write(WireWriter out) {
      out.text(reason, REASON_CHARS_MAX);
    }

    static Bye read(WireReader in) throws ProtocolViolation {
      return new Bye(in.text(REASON_CHARS_MAX, "bye reason"));
    }
  }

  /**
   * <pre>u64 nonce · u64 t1</pre>
   *
   * @param t1Micros sender's wall clock in µs since 1970, 0 = not told
   */
  record Ping(long nonce, long t1Micros) implements Message {
    @Override
    public void write(WireWriter out) {
      out.u64(nonce).u64(t1Micros);
    }

    static Ping read(WireReader in) throws ProtocolViolation {
      return new Ping(in.u64("ping nonce"), in.u63("ping t1"));
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
    public void write(WireWriter out) {
      out.u64(nonce).u64(t1Micros).u64(t2Micros).u64(t3Micros).u32(minute).u64(minuteDigest);
    }

    static Pong read(WireReader in) throws ProtocolViolation {
      return new Pong(
          in.u64("pong nonce"),
          in.u63("pong t1"),
          in.u63("pong t2"),
          in.u63("pong t3"),
          in.u32("pong minute"),
          in.u64("pong digest"));
    }
  }

  /**
   * Asks for node records, once per connection.
   *
   * <pre>u64 services (all bits that a record must have; 0 = any)</pre>
   */
  record GetPeers(long services) implements Message {
    @Override
    public void write(WireWriter out) {
      out.u64(services);
    }

    static GetPeers read(WireReader in) throws ProtocolViolation {
      return new GetPeers(in.u64("getpeers services"));
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
    public void write(WireWriter out) {
      out.list(records, RECORDS_MAX, WireWriter::nodeRecord);
    }

    static Peers read(WireReader in) throws ProtocolViolation {
      return new Peers(in.list(RECORDS_MAX, 2, Reason.PEERS_SIZE, WireReader::nodeRecord));
    }
  }

  /**
   * The sender's pool takes nothing below this fee now.
   *
   * <pre>u64 fee per 1,000 bytes</pre>
   */
  record FeeFloor(long feePerKilobyte) implements Message {
    @Override
    public void write(WireWriter out) {
      out.u64(feePerKilobyte);
    }

    static FeeFloor read(WireReader in) throws ProtocolViolation {
      return new FeeFloor(in.u63("fee floor"));
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
    public void write(WireWriter out) {
      out.list(
          entries,
          ENTRIES_MAX,
          (to, entry) -> to.itemId(entry.id).varint(entry.sizeBytes).u16(entry.ageMillis));
    }

    static Inv read(WireReader in) throws ProtocolViolation {
      return new Inv(
          in.list(
              ENTRIES_MAX,
              ItemId.BYTES + 3,
              Reason.INV_SIZE,
              from ->
                  new Entry(
                      from.itemId("inv entry"),
                      from.varint("inv entry size"),
                      from.u16("inv entry age"))));
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
    public void write(WireWriter out) {
      out.list(ids, IDS_MAX, WireWriter::itemId);
    }

    static GetData read(WireReader in) throws ProtocolViolation {
      return new GetData(
          in.list(
              IDS_MAX, ItemId.BYTES, Reason.GETDATA_SIZE, from -> from.itemId("getdata entry")));
    }
  }

  /**
   * Items asked for that the sender does not have.
   *
   * <pre>varint count ≤ 256 · count × (u8 kind · 32 hash)</pre>
   */
  record NotFound(List<ItemId> ids) implements Message {
    @Override
    public void write(WireWriter out) {
      out.list(ids, GetData.IDS_MAX, WireWriter::itemId);
    }

    static NotFound read(WireReader in) throws ProtocolViolation {
      return new NotFound(
          in.list(
              GetData.IDS_MAX,
              ItemId.BYTES,
              Reason.GETDATA_SIZE,
              from -> from.itemId("notfound entry")));
    }
  }

  /**
   * A transaction that was asked for.
   *
   * <pre>u16 age (ms) · transaction</pre>
   */
  record Tx(int ageMillis, Transaction transaction) implements Message {
    @Override
    public void write(WireWriter out) {
      out.u16(ageMillis);
      out.put(transaction.sizeBytes(), transaction::write);
    }

    static Tx read(WireReader in) throws ProtocolViolation {
      return new Tx(in.u16("tx age"), in.transaction());
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
    public void write(WireWriter out) {
      out.hash(hash).u16(ageMillis).u32(sizeBytes).u32(offset).bytes(bytes);
    }

    static BlockChunk read(WireReader in) throws ProtocolViolation {
      return new BlockChunk(
          in.hash("block hash"),
          in.u16("block age"),
          in.u31("block size"),
          in.u31("block offset"),
          in.rest(1, CHUNK_BYTES_MAX, "block chunk"));
    }
  }

  /**
   * A standing request: the receiver of this may push bodies of so many more bytes without being
   * asked. Who does not push ignores it.
   *
   * <pre>u8 kind · u32 credit (bytes). docs/protocol.md#push</pre>
   */
  record Push(int kind, long creditBytes) implements Message {
    @Override
    public void write(WireWriter out) {
      out.u8(kind).u32(creditBytes);
    }

    static Push read(WireReader in) throws ProtocolViolation {
      return new Push(in.u8("push kind"), in.u32("push credit"));
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
    public void write(WireWriter out) {
      out.list(locator, LOCATOR_MAX, WireWriter::hash).hash(stop);
    }

    static GetHeaders read(WireReader in) throws ProtocolViolation {
      return new GetHeaders(
          in.list(
              LOCATOR_MAX, Hash256.BYTES, Reason.HEADERS_SIZE, from -> from.hash("locator entry")),
          in.hash("getheaders stop"));
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
    public void write(WireWriter out) {
      out.list(headers, HEADERS_MAX, (to, header) -> to.put(BlockHeader.BYTES, header::write));
    }

    static Headers read(WireReader in) throws ProtocolViolation {
      return new Headers(
          in.list(HEADERS_MAX, BlockHeader.BYTES, Reason.HEADERS_SIZE, WireReader::header));
    }
  }

  /**
   * Asks for the digests of the spans from {@code first} to {@code last}, both included.
   *
   * <p>A span is what sets are compared by, a minute or a slice of one: its number is that of the
   * minute, or from {@link #SLICES} on that much and the number of the slice of 4 s, both counted
   * from 1970.
   *
   * <pre>u32 first span · u32 last span</pre>
   */
  record GetDigests(long first, long last) implements Message {
    public static final int SPANS_MAX = 1500;

    /** Number of the first slice; all below are minutes. */
    public static final long SLICES = 1L << 31;

    @Override
    public void write(WireWriter out) {
      out.u32(first).u32(last);
    }

    static GetDigests read(WireReader in) throws ProtocolViolation {
      return new GetDigests(in.u32("getdigests first span"), in.u32("getdigests last span"));
    }
  }

  /**
   * The sender's tips, and a digest of each span asked for that is not empty.
   *
   * <pre>
   * varint tip count ≤ 64 · tips × 32 block id
   * varint count ≤ 1500 · count × (u32 span · u31 elements · 8 digest), spans ascending
   * </pre>
   */
  record Digests(List<Hash256> tips, List<SpanDigest> spans) implements Message {
    public static final int TIPS_MAX = 64;

    @Override
    public void write(WireWriter out) {
      out.list(tips, TIPS_MAX, WireWriter::hash);
      out.list(
          spans,
          GetDigests.SPANS_MAX,
          (to, each) -> to.u32(each.span).u32(each.elements).u64(each.digest));
    }

    static Digests read(WireReader in) throws ProtocolViolation {
      return new Digests(
          in.list(TIPS_MAX, Hash256.BYTES, Reason.REPAIR_SIZE, from -> from.hash("tip")),
          in.list(
              GetDigests.SPANS_MAX,
              16,
              Reason.REPAIR_SIZE,
              from ->
                  new SpanDigest(
                      from.u32("digest span"), from.u31("digest elements"), from.u64("digest"))));
    }
  }

  /**
   * Digest of one span: first 8 bytes of SHA-256("grapevine-minute-1" ‖ 0 ‖ u32 span ‖ elements
   * ascending, 32 bytes each). An element is a transaction's id, in the minute and the slice of its
   * time, or for a pair in conflict the slot's conflict element, in the first slice of its minute.
   */
  record SpanDigest(long span, int elements, long digest) {}

  /**
   * Asks for the elements of one span that are greater than {@code after} (zero = from the first).
   *
   * <pre>u32 span · 32 after</pre>
   */
  record GetIds(long span, Hash256 after) implements Message {
    @Override
    public void write(WireWriter out) {
      out.u32(span).hash(after);
    }

    static GetIds read(WireReader in) throws ProtocolViolation {
      return new GetIds(in.u32("getids span"), in.hash("getids after"));
    }
  }

  /**
   * Elements of one span, ascending; {@code last} when none follow.
   *
   * <pre>
   * u32 span · u8 last (0, 1) · varint count ≤ 1000 · count × entry
   * entry: u8 0 · 32 transaction id · varint size
   *        u8 1 · 32 conflict element · 32 id · varint size · 32 id · varint size
   * </pre>
   */
  record Ids(long span, boolean last, List<Element> elements) implements Message {
    public static final int ELEMENTS_MAX = 1000;

    /** What a set holds: see {@link SpanDigest}. */
    public sealed interface Element {
      /** The 32 bytes that are digested and ordered by. */
      Hash256 hash();

      record Single(Hash256 hash, int sizeBytes) implements Element {}

      record Pair(Hash256 hash, Hash256 first, int firstBytes, Hash256 second, int secondBytes)
          implements Element {}

      private void write(WireWriter out) {
        switch (this) {
          case Single s -> out.u8(0).hash(s.hash).varint(s.sizeBytes);
          case Pair p -> {
            out.u8(1).hash(p.hash).hash(p.first).varint(p.firstBytes);
            out.hash(p.second).varint(p.secondBytes);
          }
        }
      }

      private static Element read(WireReader in) throws ProtocolViolation {
        int form = in.u8("ids entry form");
        return switch (form) {
          case 0 -> new Single(in.hash("ids element"), in.varint("ids size"));
          case 1 ->
              new Pair(
                  in.hash("ids conflict element"),
                  in.hash("ids first"),
                  in.varint("ids first size"),
                  in.hash("ids second"),
                  in.varint("ids second size"));
          default -> throw WireReader.malformed("ids entry form " + form + ", expected 0 or 1");
        };
      }
    }

    @Override
    public void write(WireWriter out) {
      out.u32(span)
          .u8(last ? 1 : 0)
          .list(elements, ELEMENTS_MAX, (to, element) -> element.write(to));
    }

    static Ids read(WireReader in) throws ProtocolViolation {
      long span = in.u32("ids span");
      int last = in.u8("ids last");
      if (last > 1) {
        throw WireReader.malformed("ids last " + last + ", expected 0 or 1");
      }
      return new Ids(span, last == 1, in.list(ELEMENTS_MAX, 34, Reason.REPAIR_SIZE, Element::read));
    }
  }

  /** A message of an unknown odd type: counted, and skipped. */
  record Unknown(int code, int bodyBytes) implements Message {
    @Override
    public void write(WireWriter out) {
      throw new IllegalStateException("message of unknown type " + code);
    }
  }
}
