package grapevine.node.metrics;

import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.wire.MessageType;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.util.Map;
import java.util.Set;

/** What {@link PrometheusEvents} counts of connections and of what passes through them. */
final class PeerSeries {
  /** Announcements, answers and messages that a peer does not get because it reads too slowly. */
  static final Set<String> SEND_QUEUE_DROPS =
      Set.of("announce-queue", "notfound-paused", "send-queue-full");

  final Map<Direction, Counter.Child> ready;
  final Counter.Child neverReady;
  final Counter.Child dialFailed;
  final Map<DisconnectReason, Counter.Child> disconnects;
  final WordCounters addresses;
  final WordCounters limited;
  final WordCounters sendQueueDropped;
  final Histogram roundTrip;
  final Traffic in;
  final Traffic out;

  /** Messages of one direction, by type, and the bytes of its side of the sockets. */
  record Traffic(
      Map<MessageType, Counter.Child> messages,
      Map<MessageType, Counter.Child> bytes,
      Counter.Child socketBytes) {
    void onMessage(MessageType type, int size) {
      Series.of(messages, type).inc();
      Series.of(bytes, type).inc(size);
    }
  }

  PeerSeries(Exposition to) {
    Counter connections =
        to.counter(
            "grapevine_peer_connections_total",
            "Connections by what became of them; before-ready: ended before the hello.",
            "direction",
            "result");
    ready = Series.each(Direction.class, each -> connections.labels(each.label(), "ready"));
    dialFailed = connections.labels(Direction.OUTBOUND.label(), "dial-failed");
    // The event does not say who dialled; why it ended is in the next metric.
    neverReady = connections.labels("unknown", "before-ready");
    Counter ended =
        to.counter("grapevine_peer_disconnects_total", "Connections that ended.", "reason");
    disconnects = Series.each(DisconnectReason.class, each -> ended.labels(each.key()));
    addresses =
        new WordCounters(
            to.counter(
                "grapevine_peer_exchange_addresses_total",
                "Addresses that peers offered, by what became of them.",
                "result"));
    limited =
        new WordCounters(
            to.counter("grapevine_limited_total", "What was dropped at a bound.", "reason"));
    sendQueueDropped =
        new WordCounters(
            to.counter(
                "grapevine_send_queue_dropped_total",
                "What was to be sent and found no room in a queue; part of the limited.",
                "reason"));
    SEND_QUEUE_DROPS.forEach(reason -> sendQueueDropped.add(reason, 0));
    roundTrip = to.seconds("grapevine_peer_rtt_seconds", "Round trips of pings.");
    Counter messages =
        to.counter("grapevine_network_messages_total", "Messages.", "direction", "type");
    Counter bytes =
        to.counter(
            "grapevine_network_bytes_total",
            "Bytes of messages, before encryption.",
            "direction",
            "type");
    Counter sockets =
        to.counter(
            "grapevine_socket_bytes_total", "Bytes taken from and given to sockets.", "direction");
    in = traffic("in", messages, bytes, sockets);
    out = traffic("out", messages, bytes, sockets);
  }

  private static Traffic traffic(
      String direction, Counter messages, Counter bytes, Counter sockets) {
    return new Traffic(
        Series.each(MessageType.class, type -> messages.labels(direction, type.label())),
        Series.each(MessageType.class, type -> bytes.labels(direction, type.label())),
        sockets.labels(direction));
  }
}
