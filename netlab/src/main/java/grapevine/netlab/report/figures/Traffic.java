package grapevine.netlab.report.figures;

import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.Trace;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one node sent on average while measuring. Immutable.
 *
 * <p>TCP and IP are estimated from above: each message takes as many full segments as its bytes
 * need and at least one of its own, although messages do share segments; every second segment that
 * comes is acknowledged by a bare one.
 *
 * @param byType messages and framed bytes by type, without those that were not sent
 * @param socketBytes all bytes given to sockets
 * @param tcpIpBytes estimate of headers and bare acknowledgements, not part of the socket's bytes
 */
public record Traffic(Map<String, Sent> byType, double socketBytes, double tcpIpBytes) {
  /** Of one type. */
  public record Sent(double messages, double bytes) {}

  private static final double SEGMENT_BYTES = 1_448;

  /** IPv4 20, TCP 20, timestamps 12. */
  private static final double HEADER_BYTES = 52;

  private static final List<String> KEEPALIVE = List.of("ping", "pong");
  private static final List<String> REPAIR = List.of("getdigests", "digests", "getids", "ids");
  private static final List<String> HEADERS = List.of("getheaders", "headers");

  /** Messages that name items of both kinds. */
  private static final List<String> SHARED = List.of("inv", "getdata", "notfound");

  /** All types that belong to one of the sums; the session's are the rest. */
  private static final Set<String> NAMED =
      Stream.of(
              KEEPALIVE,
              REPAIR,
              HEADERS,
              SHARED,
              Trace.KINDS.stream().map(Traffic::bodyType).toList())
          .flatMap(List::stream)
          .collect(Collectors.toSet());

  public Traffic {
    byType = Collections.unmodifiableMap(new LinkedHashMap<>(byType));
  }

  /**
   * @param sum of all nodes that were counted
   * @param nodes how many these are, at least 1
   */
  static Traffic of(NodeCosts sum, int nodes) {
    Map<String, Sent> byType = new LinkedHashMap<>();
    double sentSegments = 0;
    double receivedSegments = 0;
    for (String type : NodeCosts.TYPES) {
      long messages = sum.sentMessages(type);
      long bytes = sum.sentBytes(type);
      sentSegments += segments(messages, bytes);
      receivedSegments += segments(sum.receivedMessages(type), sum.receivedBytes(type));
      if (messages > 0 || bytes > 0) {
        byType.put(type, new Sent((double) messages / nodes, (double) bytes / nodes));
      }
    }
    return new Traffic(
        byType,
        (double) sum.socketBytesSent() / nodes,
        HEADER_BYTES * (sentSegments + receivedSegments / 2) / nodes);
  }

  private static double segments(long messages, long bytes) {
    return Math.max((double) messages, (double) bytes / SEGMENT_BYTES);
  }

  /** The type of the messages that carry bodies of this kind. */
  static String bodyType(String kind) {
    return kind.equals("transaction") ? "tx" : kind;
  }

  /** Bytes of the messages that name items of both kinds. */
  static long sharedBytes(NodeCosts sum) {
    return SHARED.stream().mapToLong(sum::sentBytes).sum();
  }

  public double bytes(String type) {
    Sent sent = byType.get(type);
    return sent == null ? 0 : sent.bytes();
  }

  /** Bytes of all messages, before records. */
  public double messageBytes() {
    return byType.values().stream().mapToDouble(Sent::bytes).sum();
  }

  public double keepalive() {
    return sum(KEEPALIVE);
  }

  public double repair() {
    return sum(REPAIR);
  }

  public double headers() {
    return sum(HEADERS);
  }

  /** What names items. */
  public double shared() {
    return sum(SHARED);
  }

  public double bodies() {
    return Trace.KINDS.stream().mapToDouble(kind -> bytes(bodyType(kind))).sum();
  }

  /** Whatever else is a message: hello, bye, peers, fee floor. */
  public double session() {
    return byType.entrySet().stream()
        .filter(entry -> !NAMED.contains(entry.getKey()))
        .mapToDouble(entry -> entry.getValue().bytes())
        .sum();
  }

  /** Lengths, tags and handshakes of the channels. */
  public double records() {
    return socketBytes - messageBytes();
  }

  private double sum(List<String> types) {
    return types.stream().mapToDouble(this::bytes).sum();
  }

  /** Divided by the seconds measured. */
  Map<Metric, Double> perSecond(double seconds) {
    Map<Metric, Double> figures = new LinkedHashMap<>();
    figures.put(Metric.SOCKET, socketBytes / seconds);
    figures.put(Metric.KEEPALIVE, keepalive() / seconds);
    figures.put(Metric.REPAIR, repair() / seconds);
    figures.put(Metric.HEADERS, headers() / seconds);
    figures.put(Metric.SESSION, session() / seconds);
    figures.put(Metric.RECORDS, records() / seconds);
    figures.put(Metric.TCP_IP, tcpIpBytes / seconds);
    return figures;
  }

  /** The mean of several runs. */
  static Traffic mean(List<Traffic> runs) {
    Map<String, Sent> byType = new LinkedHashMap<>();
    for (String type : NodeCosts.TYPES) {
      double messages = 0;
      double bytes = 0;
      for (Traffic run : runs) {
        Sent sent = run.byType.getOrDefault(type, new Sent(0, 0));
        messages += sent.messages() / runs.size();
        bytes += sent.bytes() / runs.size();
      }
      if (messages > 0 || bytes > 0) {
        byType.put(type, new Sent(messages, bytes));
      }
    }
    return new Traffic(
        byType,
        runs.stream().mapToDouble(Traffic::socketBytes).average().orElse(Double.NaN),
        runs.stream().mapToDouble(Traffic::tcpIpBytes).average().orElse(Double.NaN));
  }
}
