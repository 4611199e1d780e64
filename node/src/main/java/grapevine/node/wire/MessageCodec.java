package grapevine.node.wire;

import grapevine.node.wire.ProtocolViolation.Reason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages to frames and back. A frame is {@code u8 type · varint body length · body}; the frames
 * of a connection form one stream, however they are cut into records.
 */
public final class MessageCodec {
  /**
   * Longest body of any message. The longest that version 1 sends is 107 KB (ids in conflict);
   * twice that leaves room for later ones and keeps what a slow frame can hold small.
   */
  public static final int BODY_BYTES_MAX = 256 << 10;

  /** u8 type, varint of at most 5 bytes. */
  public static final int HEAD_BYTES_MAX = 6;

  private MessageCodec() {}

  /**
   * Frames a message in {@code scratch}.
   *
   * @return the frame, valid until {@code scratch} is used again
   * @throws IllegalArgumentException when a list or text in it is longer than its bound, or the
   *     body than {@link #BODY_BYTES_MAX}: our mistake, not a peer's
   */
  public static ByteBuffer encode(Message message, WireWriter scratch) {
    int bodyBytes = writeBody(message, scratch);
    // The head is written backwards from the body, so that the body never moves.
    int head = HEAD_BYTES_MAX - varintBytes(bodyBytes);
    int rest = bodyBytes;
    for (int at = head; at < HEAD_BYTES_MAX; at++) {
      scratch.u8At(at, at == HEAD_BYTES_MAX - 1 ? rest : (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    scratch.u8At(head - 1, message.type().code());
    return scratch.slice(head - 1);
  }

  /**
   * Length of the frame that {@link #encode} would make; no byte of it is written.
   *
   * @param measuring a {@link WireWriter#measuring} one
   */
  public static int measure(Message message, WireWriter measuring) {
    return frameBytes(writeBody(message, measuring));
  }

  /** Writes the body behind room for the longest head; its length. */
  private static int writeBody(Message message, WireWriter to) {
    to.clear();
    to.skip(HEAD_BYTES_MAX);
    message.write(to);
    int bodyBytes = to.position() - HEAD_BYTES_MAX;
    if (bodyBytes > BODY_BYTES_MAX) {
      throw new IllegalArgumentException(
          message.type() + " of " + bodyBytes + " bytes, expected at most " + BODY_BYTES_MAX);
    }
    return bodyBytes;
  }

  /** Length of a frame whose body has so many bytes. */
  public static int frameBytes(int bodyBytes) {
    return 1 + varintBytes(bodyBytes) + bodyBytes;
  }

  private static int varintBytes(int value) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
  }

  /**
   * Reads the body of a message; an unknown odd type becomes {@link Message.Unknown}.
   *
   * @param body from its position to its limit; consumed
   */
  public static Message decode(int typeCode, ByteBuffer body) throws ProtocolViolation {
    @Nullable MessageType type = MessageType.of(typeCode);
    if (type == null) {
      if (typeCode % 2 == 0) {
        throw new ProtocolViolation(Reason.UNKNOWN_TYPE, "type " + typeCode);
      }
      return new Message.Unknown(typeCode, body.remaining());
    }
    WireReader in = new WireReader(body);
    Message message = type.read(in);
    in.end();
    return message;
  }
}
