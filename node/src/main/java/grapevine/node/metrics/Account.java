package grapevine.node.metrics;

import grapevine.node.wire.MessageType;
import java.util.EnumMap;
import java.util.Map;

/**
 * What has passed between this node and one peer, or all of them. Immutable.
 *
 * @param types messages of each type that has come or gone
 * @param announced items that its invs named
 * @param requested items that we asked of it
 * @param first bodies that came from it first
 * @param duplicates bodies that it gave and we held already
 * @param served bodies that we gave it
 */
public record Account(
    Map<MessageType, Traffic> types,
    long announced,
    long requested,
    long first,
    long duplicates,
    long served) {
  public static final Account EMPTY = new Account(Map.of(), 0, 0, 0, 0, 0);

  public Account {
    types = types.isEmpty() ? Map.of() : new EnumMap<>(types);
  }

  /**
   * Messages of one type, as framed, before records and tags.
   *
   * @param messagesIn those that came
   */
  public record Traffic(long messagesIn, long bytesIn, long messagesOut, long bytesOut) {
    static final Traffic NONE = new Traffic(0, 0, 0, 0);

    Traffic plus(Traffic more) {
      return new Traffic(
          messagesIn + more.messagesIn,
          bytesIn + more.bytesIn,
          messagesOut + more.messagesOut,
          bytesOut + more.bytesOut);
    }
  }

  /** Of all types together. */
  public Traffic total() {
    return types.values().stream().reduce(Traffic.NONE, Traffic::plus);
  }
}
