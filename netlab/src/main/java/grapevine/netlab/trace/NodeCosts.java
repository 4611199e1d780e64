package grapevine.netlab.trace;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one node counted, or what several did together. Immutable.
 *
 * @param kinds by {@link Trace#KINDS}; what is absent was not counted
 * @param sentBytesByType framed bytes of messages by the name of their type, before records
 * @param socketBytesSent all bytes given to sockets: records, tags and handshakes included
 */
public record NodeCosts(
    Map<String, KindCosts> kinds, SortedMap<String, Long> sentBytesByType, long socketBytesSent) {
  public static final NodeCosts NONE = new NodeCosts(Map.of(), new TreeMap<>(), 0);

  public NodeCosts {
    kinds = Collections.unmodifiableSortedMap(new TreeMap<>(kinds));
    sentBytesByType = Collections.unmodifiableSortedMap(new TreeMap<>(sentBytesByType));
  }

  public KindCosts of(String kind) {
    return kinds.getOrDefault(kind, KindCosts.NONE);
  }

  /** Bytes sent in messages of this type, 0 when there were none. */
  public long sentBytes(String type) {
    return sentBytesByType.getOrDefault(type, 0L);
  }

  /** What was counted since {@code earlier}. */
  public NodeCosts minus(NodeCosts earlier) {
    Map<String, KindCosts> byKind = new TreeMap<>();
    kinds.forEach((kind, costs) -> byKind.put(kind, costs.minus(earlier.of(kind))));
    SortedMap<String, Long> byType = new TreeMap<>();
    sentBytesByType.forEach((type, bytes) -> byType.put(type, bytes - earlier.sentBytes(type)));
    return new NodeCosts(byKind, byType, socketBytesSent - earlier.socketBytesSent);
  }

  public NodeCosts plus(NodeCosts other) {
    Map<String, KindCosts> byKind = new TreeMap<>(kinds);
    other.kinds.forEach((kind, costs) -> byKind.merge(kind, costs, KindCosts::plus));
    SortedMap<String, Long> byType = new TreeMap<>(sentBytesByType);
    other.sentBytesByType.forEach((type, bytes) -> byType.merge(type, bytes, Long::sum));
    return new NodeCosts(byKind, byType, socketBytesSent + other.socketBytesSent);
  }
}
