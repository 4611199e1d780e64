package grapevine.netlab.trace;

import grapevine.crypto.Hash256;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A trace as a file, so that the propagation tree can be drawn and figures be computed again later.
 * Integers are big-endian, a text is a u16 length and UTF-8.
 *
 * <pre>
 * "GVTRACE" · u8 version = 1
 * i64 start · i64 end (nanoseconds of the trace's clock) · i64 lost events · i64 died unpromised
 * u32 counters · a text for the name of each
 * u32 nodes · for each: i64 up since (2^63 − 1: not up) · u8 flags (1 restarted, 2 has counters)
 *                       [ an i64 for each counter ]
 * u32 items · for each: u8 kind · 32-byte hash · u32 bytes · i64 born · i64 first delivery (µs)
 *                       u32 deliveries · u32 column of nodes · i32 column of parents
 *                       u32 column of microseconds since the first delivery
 *                       u32 words · u64 words of a set of bits: who held it at the end
 * </pre>
 *
 * <p>So a delivery takes 12 bytes. A reader passes over counters whose names it does not know.
 */
public final class TraceFile {
  public static final String NAME = "trace.gvt";

  private static final byte[] MAGIC = "GVTRACE".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int RESTARTED = 1;
  private static final int COUNTED = 2;

  private TraceFile() {}

  public static void write(Path file, Trace trace) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.write(MAGIC);
      out.writeByte(VERSION);
      out.writeLong(trace.startNanos());
      out.writeLong(trace.endNanos());
      out.writeLong(trace.lostEvents());
      out.writeLong(trace.diedUnpromised());
      List<String> names = NodeCosts.names();
      out.writeInt(names.size());
      for (String name : names) {
        out.writeUTF(name);
      }
      out.writeInt(trace.nodes().size());
      for (NodeTrace node : trace.nodes()) {
        writeNode(out, node);
      }
      out.writeInt(trace.items().size());
      for (ItemTrace item : trace.items()) {
        writeItem(out, item);
      }
    }
  }

  private static void writeNode(DataOutputStream out, NodeTrace node) throws IOException {
    NodeCosts costs = node.costs();
    out.writeLong(node.upSinceNanos());
    out.writeByte((node.restarted() ? RESTARTED : 0) | (costs == null ? 0 : COUNTED));
    for (int i = 0; costs != null && i < NodeCosts.LENGTH; i++) {
      out.writeLong(costs.at(i));
    }
  }

  private static void writeItem(DataOutputStream out, ItemTrace item) throws IOException {
    out.writeByte(item.id().kind().code());
    out.write(item.id().hash().toBytes());
    out.writeInt(item.bytes());
    out.writeLong(item.bornNanos());
    Deliveries deliveries = item.deliveries();
    out.writeLong(deliveries.firstMicros());
    out.writeInt(deliveries.size());
    ByteBuffer columns = ByteBuffer.allocate(3 * Integer.BYTES * deliveries.size());
    for (int i = 0; i < deliveries.size(); i++) {
      columns.putInt(deliveries.node(i));
    }
    for (int i = 0; i < deliveries.size(); i++) {
      columns.putInt(deliveries.parent(i));
    }
    for (int i = 0; i < deliveries.size(); i++) {
      columns.putInt(deliveries.offset(i));
    }
    out.write(columns.array());
    long[] words = item.holders().toLongArray();
    out.writeInt(words.length);
    for (long word : words) {
      out.writeLong(word);
    }
  }

  /**
   * @throws IOException naming what was found where something else was expected
   */
  public static Trace read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      return new Reader(in, Files.size(file)).trace();
    } catch (EOFException e) {
      throw new IOException(file + " ends early, after " + Files.size(file) + " bytes", e);
    } catch (MalformedException e) {
      throw new IOException(file + ": " + e.detail(), e);
    }
  }

  /** Reads one file; a count is believed only as far as the file is long. */
  private record Reader(DataInputStream in, long fileBytes) {
    Trace trace() throws IOException, MalformedException {
      byte[] magic = in.readNBytes(MAGIC.length);
      require(Arrays.equals(magic, MAGIC), "this is no trace, it does not begin GVTRACE");
      int version = in.readUnsignedByte();
      require(version == VERSION, "version " + version + ", expected " + VERSION);
      long startNanos = in.readLong();
      long endNanos = in.readLong();
      long lostEvents = in.readLong();
      long diedUnpromised = in.readLong();
      int[] positions = new int[count(Short.BYTES, "counters")];
      for (int i = 0; i < positions.length; i++) {
        positions[i] = NodeCosts.names().indexOf(in.readUTF());
      }
      int nodeCount = count(Long.BYTES + 1, "nodes");
      List<NodeTrace> nodes = new ArrayList<>(nodeCount);
      for (int i = 0; i < nodeCount; i++) {
        nodes.add(node(positions));
      }
      int itemCount = count(Hash256.BYTES, "items");
      List<ItemTrace> items = new ArrayList<>(itemCount);
      for (int i = 0; i < itemCount; i++) {
        items.add(item(nodeCount));
      }
      return new Trace(startNanos, endNanos, nodes, items, lostEvents, diedUnpromised);
    }

    private NodeTrace node(int[] positions) throws IOException {
      long upSinceNanos = in.readLong();
      int flags = in.readUnsignedByte();
      return new NodeTrace(
          upSinceNanos, (flags & RESTARTED) != 0, (flags & COUNTED) == 0 ? null : costs(positions));
    }

    private NodeCosts costs(int[] positions) throws IOException {
      long[] counts = new long[NodeCosts.LENGTH];
      for (int index : positions) {
        long value = in.readLong();
        if (index >= 0) {
          counts[index] = value;
        }
      }
      return new NodeCosts(counts);
    }

    private ItemTrace item(int nodeCount) throws IOException, MalformedException {
      ItemKind kind = ItemKind.of(in.readUnsignedByte());
      byte[] hash = new byte[Hash256.BYTES];
      in.readFully(hash);
      ItemId id = new ItemId(kind, Hash256.of(hash));
      int bytes = in.readInt();
      long bornNanos = in.readLong();
      long firstMicros = in.readLong();
      int size = count(3 * Integer.BYTES, "deliveries");
      int[] nodes = column(size);
      int[] parents = column(size);
      int[] offsets = column(size);
      for (int i = 0; i < size; i++) {
        if (nodes[i] < 0 || nodes[i] >= nodeCount || parents[i] >= nodeCount) {
          throw new MalformedException(
              "a delivery to %d by %d among %d nodes".formatted(nodes[i], parents[i], nodeCount));
        }
      }
      long[] words = new long[count(Long.BYTES, "words")];
      for (int i = 0; i < words.length; i++) {
        words[i] = in.readLong();
      }
      return new ItemTrace(
          id,
          bytes,
          bornNanos,
          new Deliveries(firstMicros, nodes, parents, offsets),
          BitSet.valueOf(words));
    }

    private int[] column(int size) throws IOException {
      byte[] bytes = in.readNBytes(size * Integer.BYTES);
      if (bytes.length < size * Integer.BYTES) {
        throw new EOFException();
      }
      int[] column = new int[size];
      ByteBuffer.wrap(bytes).asIntBuffer().get(column);
      return column;
    }

    private int count(int bytesEach, String what) throws IOException, MalformedException {
      int count = in.readInt();
      require(
          count >= 0 && (long) count * bytesEach <= fileBytes,
          "%d %s in %d bytes".formatted(count, what, fileBytes));
      return count;
    }

    private static void require(boolean condition, String found) throws MalformedException {
      if (!condition) {
        throw new MalformedException(found);
      }
    }
  }
}
