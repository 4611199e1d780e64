package grapevine.node.transport;

import grapevine.node.wire.Message;
import grapevine.node.wire.MessageCodec;
import java.util.concurrent.TimeUnit;

/**
 * The driver's bounds.
 *
 * @param connectTimeoutNanos a TCP connection that we dial is given up after this
 * @param handshakeTimeoutNanos from the TCP connection to the open channel: one and a half round
 *     trips, so that even 1 s each leave room; a silent stranger holds a place so long at most
 * @param frameTimeoutNanos from the first byte of a message or record to its last: the longest
 *     message passes at 9 KB/s, a peer that drips bytes does not
 * @param writeStallNanos a peer that takes nothing for so long while something waits is not reading
 * @param lingerNanos a closing connection has so long to take what is queued
 * @param tickNanos how often the core hears the wall clock and the loop's lag is taken
 * @param pendingMax inbound connections in their handshake or closing; bounds what strangers cost
 *     before they have proven a key, and after
 * @param callsMax calls from other threads that wait for the loop; at 10 µs each a tenth of a
 *     second of work
 * @param bodyBytesBeforeHelloMax a peer that has not introduced itself may say no more at once
 * @param bodyBytesMax longest message body that is accepted
 * @param recordBytesMax plaintext in one record: 16 KiB keeps the tag at 0.1 % and lets the
 *     receiver work on the first while the next is under way; at most 65,519
 * @param queuedBytesMax queued for one peer: the core stops serving at 1 MiB, so that beyond 2 MiB
 *     and one chunk something is wrong and the connection ends
 * @param readPauseBytes nothing is read from a peer for which more than this is queued, so that one
 *     who asks and never reads cannot make us queue more; above the 1 MiB at which the core stops
 *     serving, or two honest nodes that serve each other could both stop reading for ever
 * @param writableBytes the core is told when a queue falls below this
 */
public record TransportLimits(
    long connectTimeoutNanos,
    long handshakeTimeoutNanos,
    long frameTimeoutNanos,
    long writeStallNanos,
    long lingerNanos,
    long tickNanos,
    int pendingMax,
    int callsMax,
    int bodyBytesBeforeHelloMax,
    int bodyBytesMax,
    int recordBytesMax,
    long queuedBytesMax,
    long readPauseBytes,
    long writableBytes) {

  /** The values of a node. */
  public static TransportLimits defaults() {
    return new TransportLimits(
        TimeUnit.SECONDS.toNanos(5),
        TimeUnit.SECONDS.toNanos(5),
        TimeUnit.SECONDS.toNanos(30),
        TimeUnit.SECONDS.toNanos(60),
        TimeUnit.SECONDS.toNanos(1),
        TimeUnit.SECONDS.toNanos(1),
        16,
        10_000,
        Message.Hello.BYTES_MAX,
        MessageCodec.BODY_BYTES_MAX,
        16 << 10,
        (2 << 20) + Message.BlockChunk.CHUNK_BYTES_MAX + 64,
        3 << 19,
        64 << 10);
  }
}
