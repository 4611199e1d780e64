package grapevine.node.metrics;

import grapevine.node.model.ItemId;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link Account} of each ready peer, and of all since the start. Confined to the core's
 * thread. Per-peer figures belong here and not to Prometheus, where each peer would be a series.
 */
public final class Accounts implements NodeEvents {
  private final Book total = new Book();
  private long socketBytesIn;
  private long socketBytesOut;

  /** Of connections that are ready; their number is bounded by the core. */
  private final Map<PeerId, Book> peers = new HashMap<>();

  /** Messages of one type. */
  private static final class Tally {
    private long messagesIn;
    private long bytesIn;
    private long messagesOut;
    private long bytesOut;
  }

  private static final class Book {
    private final Map<MessageType, Tally> types = new EnumMap<>(MessageType.class);
    private long announced;
    private long requested;
    private long first;
    private long duplicates;
    private long served;

    Tally tally(MessageType type) {
      return types.computeIfAbsent(type, first -> new Tally());
    }

    Account toAccount() {
      Map<MessageType, Account.Traffic> traffic = new EnumMap<>(MessageType.class);
      types.forEach(
          (type, tally) ->
              traffic.put(
                  type,
                  new Account.Traffic(
                      tally.messagesIn, tally.bytesIn, tally.messagesOut, tally.bytesOut)));
      return new Account(traffic, announced, requested, first, duplicates, served);
    }
  }

  /** Of one peer; empty when it is not ready. */
  public Account of(PeerId peer) {
    Book book = peers.get(peer);
    return book == null ? Account.EMPTY : book.toAccount();
  }

  /** Of all peers since the start, also those that have gone. */
  public Account total() {
    return total.toAccount();
  }

  /** Bytes of sockets since the start, records, tags and handshakes included. */
  public long socketBytes(Direction direction) {
    return direction == Direction.INBOUND ? socketBytesIn : socketBytesOut;
  }

  private void count(PeerId peer, Consumer<Book> entry) {
    entry.accept(total);
    Book book = peers.get(peer);
    if (book != null) {
      entry.accept(book);
    }
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    peers.put(peer.id(), new Book());
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    peers.remove(peer);
  }

  @Override
  public void onMessageSent(PeerId to, MessageType type, int bytes, long nowNanos) {
    count(
        to,
        book -> {
          Tally tally = book.tally(type);
          tally.messagesOut++;
          tally.bytesOut += bytes;
        });
  }

  @Override
  public void onMessageReceived(PeerId from, MessageType type, int bytes, long nowNanos) {
    count(
        from,
        book -> {
          Tally tally = book.tally(type);
          tally.messagesIn++;
          tally.bytesIn += bytes;
        });
  }

  @Override
  public void onSocketBytes(Direction direction, long bytes, long nowNanos) {
    if (direction == Direction.INBOUND) {
      socketBytesIn += bytes;
    } else {
      socketBytesOut += bytes;
    }
  }

  @Override
  public void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
    count(from, book -> book.announced++);
  }

  @Override
  public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
    count(to, book -> book.requested++);
  }

  @Override
  public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
    count(
        from,
        book -> {
          book.first += result == ReceiveResult.NEW ? 1 : 0;
          book.duplicates += result == ReceiveResult.DUPLICATE ? 1 : 0;
        });
  }

  @Override
  public void onServed(PeerId to, ItemId id, int bytes, long nowNanos) {
    count(to, book -> book.served++);
  }
}
