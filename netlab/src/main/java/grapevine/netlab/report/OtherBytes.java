package grapevine.netlab.report;

/**
 * Bytes that no item caused, sent by one node on average during the measurement.
 *
 * @param keepalive ping and pong
 * @param repair digests and lists of ids
 * @param headers headers and the requests for them
 * @param session hello, bye, peers, fee floor and whatever else is a message
 * @param records lengths, tags and handshakes of the channels: the socket's bytes less all messages
 */
public record OtherBytes(
    double keepalive, double repair, double headers, double session, double records) {
  public double total() {
    return keepalive + repair + headers + session + records;
  }
}
