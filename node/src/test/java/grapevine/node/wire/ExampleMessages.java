package grapevine.node.wire;

import static grapevine.node.Samples.NETWORK;
import static grapevine.node.Samples.NODE_RECORD;
import static grapevine.node.Samples.NOW_MILLIS;
import static grapevine.node.Samples.block;
import static grapevine.node.Samples.transaction;

import grapevine.crypto.Hash256;
import grapevine.node.model.Block;
import grapevine.node.model.Tlv;
import grapevine.node.model.Transaction;
import grapevine.node.wire.Message.Ids.Element;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * At least one message of each type, by name: the label of its type, and a word more for a second
 * form. Whoever adds a type adds an example, or {@link GoldenVectorsTest} fails; all other tests of
 * this package then cover it.
 */
final class ExampleMessages {
  private static final long MICROS = NOW_MILLIS * 1_000;
  private static final long MINUTE = NOW_MILLIS / Transaction.MINUTE_MILLIS;
  private static final long SLICE = Message.GetDigests.SLICES + NOW_MILLIS / 4_000;

  static final Map<String, Message> ALL = new LinkedHashMap<>();

  static {
    ALL.put("hello", hello(List.of()));
    ALL.put(
        "hello-tlvs", hello(List.of(new Tlv(1, new byte[0]), new Tlv(770, new byte[] {9, 8, 7}))));
    ALL.put("bye", new Message.Bye("shutdown"));
    ALL.put("ping", new Message.Ping(0x8182838485868788L, MICROS));
    ALL.put(
        "pong",
        new Message.Pong(
            0x8182838485868788L,
            MICROS,
            MICROS + 250,
            MICROS + 260,
            MINUTE - 1,
            0xF1F2F3F4F5F6F7F8L));
    ALL.put("getpeers", new Message.GetPeers(1));
    ALL.put("peers", new Message.Peers(List.of(NODE_RECORD)));
    ALL.put("feefloor", new Message.FeeFloor(5_000));
    ALL.put("inv", inv());
    ALL.put("getdata", new Message.GetData(List.of(transaction(0).id(), block().id())));
    ALL.put("notfound", new Message.NotFound(List.of(transaction(1).id())));
    ALL.put("tx", new Message.Tx(300, transaction(0)));
    ALL.put("block", chunk(0, block().sizeBytes()));
    ALL.put("block-second", chunk(400, block().sizeBytes()));
    ALL.put("push", new Message.Push(1, 0xFFFFFFFFL));
    ALL.put("getheaders", new Message.GetHeaders(List.of(block().header().hash()), Hash256.ZERO));
    ALL.put("headers", new Message.Headers(List.of(block().header())));
    ALL.put("headers-none", new Message.Headers(List.of()));
    ALL.put("getdigests", new Message.GetDigests(MINUTE - 10, MINUTE));
    ALL.put("getdigests-slices", new Message.GetDigests(SLICE - 14, SLICE));
    ALL.put("digests", digests());
    ALL.put("getids", new Message.GetIds(MINUTE, Hash256.ZERO));
    ALL.put("ids", ids());
    ALL.put("ids-none", new Message.Ids(MINUTE, true, List.of()));
  }

  private ExampleMessages() {}

  private static Message hello(List<Tlv> tlvs) {
    return new Message.Hello(
        1, 1, 0, 0, NETWORK.id(), MINUTE - 10, 0, NODE_RECORD, "grapevine/0.1.0", tlvs);
  }

  private static Message inv() {
    return new Message.Inv(
        List.of(
            new Message.Inv.Entry(transaction(0).id(), transaction(0).sizeBytes(), 0),
            new Message.Inv.Entry(block().id(), block().sizeBytes(), 65_535)));
  }

  private static Message chunk(int from, int to) {
    Block block = block();
    return new Message.BlockChunk(
        block.header().hash(),
        12,
        block.sizeBytes(),
        from,
        ByteBuffer.wrap(block.toBytes()).slice(from, to - from).asReadOnlyBuffer());
  }

  private static Message digests() {
    return new Message.Digests(
        List.of(block().header().hash()),
        List.of(
            new Message.SpanDigest(MINUTE - 1, 1, 0x0102030405060708L),
            new Message.SpanDigest(MINUTE, 70_000, -1)));
  }

  /** A transaction by itself, and two of one slot as one element. */
  private static Message ids() {
    Transaction single = transaction(0);
    Transaction first = transaction(NOW_MILLIS, 1, "one");
    Transaction second = transaction(NOW_MILLIS, 1, "another");
    List<Element> elements = new ArrayList<>();
    elements.add(new Element.Single(single.hash(), single.sizeBytes()));
    elements.add(
        new Element.Pair(
            first.slot().conflictElement(),
            first.hash(),
            first.sizeBytes(),
            second.hash(),
            second.sizeBytes()));
    elements.sort(Comparator.comparing(Element::hash));
    return new Message.Ids(MINUTE, false, elements);
  }

  /** The longest message that version 1 sends: a full page of conflicts between great items. */
  static Message longest() {
    Hash256 hash = NETWORK.id();
    Element pair = new Element.Pair(hash, hash, Transaction.BYTES_MAX, hash, Transaction.BYTES_MAX);
    return new Message.Ids(0xFFFFFFFFL, true, Collections.nCopies(Message.Ids.ELEMENTS_MAX, pair));
  }

  static byte[] frame(Message message) {
    return bytes(MessageCodec.encode(message, new WireWriter()));
  }

  /** A frame of any type code and body, however wrong. */
  static byte[] frame(int typeCode, byte[] body) {
    return bytes(
        new WireWriter().u8(typeCode).varint(body.length).bytes(ByteBuffer.wrap(body)).slice(0));
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static byte[] body(Message message) {
    WireWriter out = new WireWriter();
    message.write(out);
    return bytes(out.slice(0));
  }

  static byte[] join(byte[]... parts) {
    byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    ByteBuffer out = ByteBuffer.wrap(all);
    for (byte[] part : parts) {
      out.put(part);
    }
    return all;
  }
}
