package grapevine.node.wire;

import grapevine.node.wire.ProtocolViolation.Reason;
import java.nio.ByteBuffer;

/**
 * Cuts one connection's stream of plaintext into messages. Confined to one thread. Holds nothing
 * between messages; a message in parts is held in a buffer that grows with what has come, never
 * with what a peer has announced. The same bytes give the same messages, however they are cut.
 */
public final class MessageReader {
  private static final int PART_BYTES_INITIAL = 256;

  /** Takes messages as they come; {@code false} ends the reading: the connection is over. */
  public interface Sink {
    /** {@code frameBytes}: length of the message on the wire, head included. */
    boolean onMessage(Message message, int frameBytes);
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer part = NOTHING;
  private int bodyBytesMax;

  /** {@code bodyBytesMax}: bodies longer than this are refused at their head. */
  public MessageReader(int bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /** From now on another bound holds: before hello a smaller one does. */
  public void limit(int bytesMax) {
    bodyBytesMax = bytesMax;
  }

  /** Whether a message has begun and not ended. */
  public boolean isMidMessage() {
    return part.position() > 0;
  }

  /** Bytes held of a message that has not ended. */
  public int heldBytes() {
    return part.capacity();
  }

  /** Consumes {@code in} whole, unless the sink ends the reading. */
  public void read(ByteBuffer in, Sink sink) throws ProtocolViolation {
    if (isMidMessage() && !completePart(in, sink)) {
      return;
    }
    while (in.hasRemaining()) {
      int frameBytes = frameBytes(in);
      if (frameBytes < 0 || frameBytes > in.remaining()) {
        keep(in, in.remaining());
        return;
      }
      ByteBuffer frame = in.slice(in.position(), frameBytes);
      in.position(in.position() + frameBytes);
      if (!deliver(frame, sink)) {
        return;
      }
    }
  }

  /** Goes on with the message held in part; false when more is needed or the reading is over. */
  private boolean completePart(ByteBuffer in, Sink sink) throws ProtocolViolation {
    int frameBytes = frameBytes(part.duplicate().flip());
    while (frameBytes < 0 && in.hasRemaining()) {
      keep(in, 1);
      frameBytes = frameBytes(part.duplicate().flip());
    }
    if (frameBytes < 0) {
      return false;
    }
    keep(in, Math.min(in.remaining(), frameBytes - part.position()));
    if (part.position() < frameBytes) {
      return false;
    }
    ByteBuffer frame = part.flip();
    part = NOTHING;
    return deliver(frame, sink);
  }

  private void keep(ByteBuffer in, int bytes) {
    if (part.remaining() < bytes) {
      int capacity = Math.max(PART_BYTES_INITIAL, part.capacity() * 2);
      ByteBuffer larger = ByteBuffer.allocate(Math.max(capacity, part.position() + bytes));
      part = larger.put(part.flip());
    }
    part.put(in.slice(in.position(), bytes));
    in.position(in.position() + bytes);
  }

  private static boolean deliver(ByteBuffer frame, Sink sink) throws ProtocolViolation {
    int frameBytes = frame.remaining();
    int typeCode = Byte.toUnsignedInt(frame.get());
    while (frame.get() < 0) {
      // The length has been read; its continuation bytes are passed over.
    }
    return sink.onMessage(MessageCodec.decode(typeCode, frame), frameBytes);
  }

  /** Length of the frame that starts at the position, -1 while its head is incomplete. */
  private int frameBytes(ByteBuffer in) throws ProtocolViolation {
    int at = in.position() + 1;
    int bodyBytes = 0;
    for (int shift = 0; at < in.limit(); shift += 7, at++) {
      int next = Byte.toUnsignedInt(in.get(at));
      if (shift == 28 && next > 7) {
        throw new ProtocolViolation(
            Reason.FRAME_TOO_LARGE, "length of 2^31 or more>" + bodyBytesMax);
      }
      if (shift > 0 && next == 0) {
        throw WireReader.malformed("frame length is no varint: expected its shortest form");
      }
      bodyBytes |= (next & 0x7F) << shift;
      if (bodyBytes > bodyBytesMax) {
        throw new ProtocolViolation(Reason.FRAME_TOO_LARGE, bodyBytes + ">" + bodyBytesMax);
      }
      if (next < 0x80) {
        return at + 1 - in.position() + bodyBytes;
      }
    }
    return -1;
  }
}
