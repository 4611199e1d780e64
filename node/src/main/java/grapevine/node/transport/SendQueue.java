package grapevine.node.transport;

import grapevine.crypto.SecureChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent on one connection. Confined to the loop's thread.
 *
 * <p>Frames are gathered into plaintexts of one record each. {@link #drain} seals them and gives
 * them to Netty as long as that finds the socket writable, so that Netty's own queue, which has no
 * bound, holds its high-water mark and one record at most; the rest stays here, counted.
 *
 * <p>What always holds: {@link #bytes} is exactly what was added and has not been taken by the
 * socket.
 */
final class SendQueue {
  /** A ping and its neighbours; grows to a whole record. */
  private static final int PLAIN_BYTES_INITIAL = 256;

  /** Hears of each write when the socket has taken it, or when it never will. */
  interface Listener {
    /**
     * @param frameBytes what of {@link #bytes} went with it
     * @param socketBytes what the socket took
     * @param failure null when the write succeeded
     */
    void onWritten(int frameBytes, int socketBytes, @Nullable Throwable failure);
  }

  private final Channel channel;
  private final SecureChannel secure;
  private final int recordBytesMax;
  private final Listener listener;
  private final ArrayDeque<ByteBuf> plaintexts = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  SendQueue(Channel channel, SecureChannel secure, int recordBytesMax, Listener listener) {
    this.channel = channel;
    this.secure = secure;
    this.recordBytesMax = recordBytesMax;
    this.listener = listener;
  }

  long bytes() {
    return bytes;
  }

  /** Copies the frame; it is sent by a later {@link #drain}. */
  void add(ByteBuffer frame) {
    bytes += frame.remaining();
    while (frame.hasRemaining()) {
      ByteBuf last = plaintexts.peekLast();
      if (last == null || last.readableBytes() == recordBytesMax) {
        int wanted = Math.max(frame.remaining(), PLAIN_BYTES_INITIAL);
        last = channel.alloc().heapBuffer(Math.min(wanted, recordBytesMax), recordBytesMax);
        plaintexts.add(last);
      }
      int part = Math.min(frame.remaining(), recordBytesMax - last.readableBytes());
      last.writeBytes(frame.slice(frame.position(), part));
      frame.position(frame.position() + part);
    }
  }

  /** Seals and writes what the socket has room for. */
  void drain() {
    boolean wrote = false;
    while (channel.isWritable()) {
      ByteBuf plain = plaintexts.poll();
      if (plain == null) {
        break;
      }
      writeRecord(plain);
      wrote = true;
    }
    if (wrote) {
      channel.flush();
    }
  }

  private void writeRecord(ByteBuf plain) {
    int frameBytes = plain.readableBytes();
    int recordBytes = frameBytes + SecureChannel.OVERHEAD_BYTES;
    ByteBuf record = channel.alloc().ioBuffer(recordBytes, recordBytes);
    boolean sealed = false;
    try {
      secure.seal(plain.nioBuffer(), record.nioBuffer(0, recordBytes));
      sealed = true;
    } finally {
      plain.release();
      if (!sealed) {
        record.release();
      }
    }
    write(record.writerIndex(recordBytes), frameBytes);
  }

  /** Writes and flushes bytes of the channel's handshake, which go out as they are. */
  void writeHandshake(ByteBuffer handshake) {
    if (handshake.hasRemaining()) {
      write(channel.alloc().ioBuffer(handshake.remaining()).writeBytes(handshake), 0);
      channel.flush();
    }
  }

  private void write(ByteBuf out, int frameBytes) {
    int socketBytes = out.readableBytes();
    channel
        .write(out)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (!closed) {
                    bytes -= frameBytes;
                    listener.onWritten(frameBytes, socketBytes, written.cause());
                  }
                });
  }

  /** Forgets what waits; nothing is told any more. */
  void close() {
    closed = true;
    bytes = 0;
    for (ByteBuf plain : plaintexts) {
      plain.release();
    }
    plaintexts.clear();
  }
}
