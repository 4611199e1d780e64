package grapevine.node.record;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.MalformedException;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemStore.PutResult;
import java.nio.ByteBuffer;

/**
 * What came back at once when a core asked its outbox or its store, in the order in which it asked.
 * An item that was put or answered before stands as {@link Known}: whoever replays has it. Written
 * as u8 kind and the value.
 */
public sealed interface Answer {
  record QueuedBytes(long bytes) implements Answer {}

  record Put(PutResult result) implements Answer {}

  record Contains(boolean held) implements Answer {}

  record Absent() implements Answer {}

  record Known() implements Answer {}

  record Found(Item item) implements Answer {}

  record Position(long position) implements Answer {}

  record Header(BlockHeader header) implements Answer {}

  record Loaded(Transaction transaction) implements Answer {}

  /** The store has given all that it had to give. */
  record EndOfScan() implements Answer {}

  /** The store or the outbox threw this instead of answering. */
  record Threw(String failure) implements Answer {}

  default void write(RecordOut out) {
    switch (this) {
      case QueuedBytes a -> out.u8(1).varint(a.bytes);
      case Put a -> out.u8(2).constant(a.result);
      case Contains a -> out.u8(3).u8(a.held ? 1 : 0);
      case Absent a -> out.u8(4);
      case Known a -> out.u8(5);
      case Found a -> out.u8(6).item(a.item);
      case Position a -> out.u8(7).varint(a.position);
      case Header a -> out.u8(8).bytes(ByteBuffer.wrap(a.header.toBytes()));
      case Loaded a -> out.u8(9).item(a.transaction);
      case EndOfScan a -> out.u8(10);
      case Threw a -> out.u8(11).text(a.failure);
    }
  }

  static Answer read(RecordIn in) throws MalformedException {
    int kind = in.u8("answer");
    return switch (kind) {
      case 1 -> new QueuedBytes(in.varint("queued bytes"));
      case 2 -> new Put(in.constant(PutResult.class, "result of a put"));
      case 3 -> new Contains(in.u8("contains") != 0);
      case 4 -> new Absent();
      case 5 -> new Known();
      case 6 -> new Found(in.item());
      case 7 -> new Position(in.varint("position"));
      case 8 -> new Header(in.header());
      case 9 -> loaded(in.item());
      case 10 -> new EndOfScan();
      case 11 -> new Threw(in.text("failure"));
      default -> throw new MalformedException("answer of kind " + kind + ", expected 1 to 11");
    };
  }

  private static Loaded loaded(Item item) throws MalformedException {
    if (item instanceof Transaction transaction) {
      return new Loaded(transaction);
    }
    throw new MalformedException("a block among the loaded transactions");
  }
}
