package grapevine.netlab.trace;

import grapevine.node.wire.MessageType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one node counted, or what several did together. Immutable. One array of numbers: a
 * simulation keeps 100,000 of them.
 *
 * <p>Bytes of messages are as framed, before records and tags; bytes of sockets hold these too.
 */
public final class NodeCosts {
  /** Labels of all message types, in the order of their codes, and {@link #OTHER} at the end. */
  public static final List<String> TYPES = types();

  /** Stands for types that this version does not know. */
  public static final String OTHER = "other";

  /** Counters of each type: messages and bytes sent, messages and bytes received. */
  private static final int PER_TYPE = 4;

  private static final int KINDS_START = MessageType.values().length * PER_TYPE + PER_TYPE;
  private static final int SOCKET_START = KINDS_START + Trace.KINDS.size() * KindCount.COUNT;
  static final int SOCKET_SENT = SOCKET_START;
  static final int SOCKET_RECEIVED = SOCKET_START + 1;
  static final int LENGTH = SOCKET_START + 2;

  private static final Map<String, Integer> TYPE_BY_LABEL = new HashMap<>();
  private static final long[] NOTHING = new long[LENGTH];

  static {
    for (int type = 0; type < TYPES.size(); type++) {
      TYPE_BY_LABEL.put(TYPES.get(type), type);
    }
  }

  public static final NodeCosts NONE = new NodeCosts(NOTHING);

  private final long[] counts;

  /** Keeps the array, which nobody may write to any more. */
  NodeCosts(long[] counts) {
    this.counts = counts;
  }

  private static List<String> types() {
    List<String> labels = new ArrayList<>();
    for (MessageType type : MessageType.values()) {
      labels.add(type.label());
    }
    labels.add(OTHER);
    return List.copyOf(labels);
  }

  /** A name for each counter that stays when positions change, in the order of positions. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (String type : TYPES) {
      names.addAll(
          List.of(
              type + ".messages.sent",
              type + ".bytes.sent",
              type + ".messages.received",
              type + ".bytes.received"));
    }
    for (String kind : Trace.KINDS) {
      for (KindCount count : KindCount.values()) {
        names.add(kind + "." + count.name());
      }
    }
    names.addAll(List.of("socket.sent", "socket.received"));
    return names;
  }

  /** Index of a type's first counter; of {@link #OTHER} when nobody knows the label. */
  static int typeStart(String label) {
    return PER_TYPE * TYPE_BY_LABEL.getOrDefault(label, TYPES.size() - 1);
  }

  @SuppressWarnings("EnumOrdinal") // positions in memory: a map would cost more than the counting
  static int typeStart(MessageType type) {
    return PER_TYPE * type.ordinal();
  }

  @SuppressWarnings("EnumOrdinal") // as above
  static int index(int kind, KindCount count) {
    return KINDS_START + kind * KindCount.COUNT + count.ordinal();
  }

  /**
   * @param kind one of {@link Trace#KINDS}
   */
  public long of(String kind, KindCount count) {
    return counts[index(Trace.kindIndex(kind), count)];
  }

  /** Messages of this type; an unknown label stands for {@link #OTHER}. */
  public long sentMessages(String type) {
    return counts[typeStart(type)];
  }

  public long sentBytes(String type) {
    return counts[typeStart(type) + 1];
  }

  public long receivedMessages(String type) {
    return counts[typeStart(type) + 2];
  }

  public long receivedBytes(String type) {
    return counts[typeStart(type) + 3];
  }

  /** Bytes of all messages that were sent. */
  public long sentBytes() {
    long sum = 0;
    for (int at = 1; at < KINDS_START; at += PER_TYPE) {
      sum += counts[at];
    }
    return sum;
  }

  /** All bytes given to sockets: records, tags and handshakes included. */
  public long socketBytesSent() {
    return counts[SOCKET_SENT];
  }

  public long socketBytesReceived() {
    return counts[SOCKET_RECEIVED];
  }

  /** What was counted since {@code earlier}. */
  public NodeCosts minus(NodeCosts earlier) {
    return combined(earlier, -1);
  }

  public NodeCosts plus(NodeCosts other) {
    return combined(other, 1);
  }

  private NodeCosts combined(NodeCosts other, int sign) {
    long[] result = counts.clone();
    for (int i = 0; i < LENGTH; i++) {
      result[i] += sign * other.counts[i];
    }
    return new NodeCosts(result);
  }

  /** The sum of all; one array for any number of nodes. */
  public static NodeCosts sum(Iterable<NodeCosts> all) {
    long[] result = new long[LENGTH];
    for (NodeCosts each : all) {
      for (int i = 0; i < LENGTH; i++) {
        result[i] += each.counts[i];
      }
    }
    return new NodeCosts(result);
  }

  /** A counter by position; positions mean the same within one version only. */
  long at(int index) {
    return counts[index];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeCosts that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }
}
