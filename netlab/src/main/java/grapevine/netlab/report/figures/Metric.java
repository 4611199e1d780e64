package grapevine.netlab.report.figures;

import java.util.ArrayList;
import java.util.List;

/**
 * One figure of a report: its name in files, how people read it, and which direction is good.
 *
 * @param key its name in JSON and CSV
 * @param head of its column
 * @param unit below the head
 * @param decimals shown to people; files carry three
 * @param higherIsBetter whether a rise is an improvement
 * @param meaning in a line, for whoever reads a report
 */
public record Metric(
    String key, String head, String unit, int decimals, boolean higherIsBetter, String meaning) {
  public static final Metric DELIVERED =
      new Metric(
          "deliveredPercent",
          "delivered",
          "%",
          2,
          true,
          "share of the items that every live node holds at the end, by comparing sets");
  public static final Metric HOPS_MEDIAN =
      cost("hopsMedian", "hops", "median", 0, "nodes passed on the way from birth, median");
  public static final Metric HOPS_MAX =
      cost("hopsMax", "hops", "max", 0, "the longest way that any item took to any node");
  public static final Metric COPIES =
      cost(
          "bodyCopiesPerNode",
          "copies",
          "/node",
          2,
          "bodies received / those of them that were lacking; 1.00 is ideal");
  public static final Metric ANNOUNCED =
      cost(
          "announcementsPerNodeAndItem",
          "announced",
          "/node,item",
          2,
          "entries of inv messages received");
  public static final Metric REQUESTED =
      cost("requestsPerNodeAndItem", "requests", "/node,item", 2, "entries of getdata sent");
  public static final Metric VERIFIED =
      cost(
          "verificationsPerNodeAndItem",
          "verified",
          "/node,item",
          2,
          "checks of an item's signatures; 1.00 is ideal");
  public static final Metric BYTES =
      cost(
          "bytesPerNodeAndItem",
          "bytes",
          "/node,item",
          0,
          "sent: bodies, and the kind's share of inv, getdata and notfound, before records");
  public static final Metric BYTES_OVER_BODY =
      cost("bytesOverBody", "bytes", "/body", 3, "these bytes over the size of the item's body");
  public static final Metric RELAY_DELAY =
      cost(
          "relayDelayMillis",
          "held",
          "ms/inv",
          2,
          "deliberate: from acceptance to announcing, mean over announcements; not transport");
  public static final Metric REQUEST_DELAY =
      cost(
          "requestDelayMillis",
          "waited",
          "ms/getdata",
          2,
          "deliberate: from first announcement to request, mean over requests; not transport");

  /** Of a node in a second, sent, whatever the kind of item. */
  public static final Metric SOCKET =
      perSecond("socketBytesPerNodeAndSecond", "socket", "all bytes given to sockets");

  public static final Metric TCP_IP =
      perSecond(
          "tcpIpBytesPerNodeAndSecond",
          "TCP/IP",
          "estimate of headers and acknowledgements, not part of the socket's bytes");
  public static final Metric KEEPALIVE =
      perSecond("keepaliveBytesPerNodeAndSecond", "keepalive", "ping and pong");
  public static final Metric REPAIR =
      perSecond("repairBytesPerNodeAndSecond", "repair", "digests and lists of ids");
  public static final Metric HEADERS =
      perSecond("headerBytesPerNodeAndSecond", "headers", "headers and requests for them");
  public static final Metric SESSION =
      perSecond("sessionBytesPerNodeAndSecond", "session", "hello, bye, peers, and the rest");
  public static final Metric RECORDS =
      perSecond("recordBytesPerNodeAndSecond", "records", "lengths, tags and handshakes");

  public static final List<Metric> PER_NODE =
      List.of(SOCKET, KEEPALIVE, REPAIR, HEADERS, SESSION, RECORDS, TCP_IP);

  private static Metric cost(String key, String head, String unit, int decimals, String meaning) {
    return new Metric(key, head, unit, decimals, false, meaning);
  }

  private static Metric perSecond(String key, String head, String meaning) {
    return cost(key, head, "B/node,s", 1, meaning);
  }

  /** When that share of the nodes holds an item. */
  public static Metric latency(int percent) {
    return cost(
        "t" + percent + "Millis",
        "t" + percent,
        "ms",
        1,
        "from birth until %d %% of the nodes up since then hold it, median over items"
            .formatted(percent));
  }

  /** All of a kind of item, in the order of a table. */
  public static List<Metric> ofKind(List<Integer> percents) {
    List<Metric> all = new ArrayList<>(List.of(DELIVERED));
    percents.forEach(percent -> all.add(latency(percent)));
    all.addAll(List.of(HOPS_MEDIAN, HOPS_MAX, COPIES, ANNOUNCED, REQUESTED, VERIFIED, BYTES));
    all.addAll(List.of(BYTES_OVER_BODY, RELAY_DELAY, REQUEST_DELAY));
    return all;
  }
}
