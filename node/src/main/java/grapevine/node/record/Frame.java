package grapevine.node.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The frames of a recording. Each checksum covers the one before it too, so that a frame that is
 * changed, missing, doubled or moved is noticed where it stands.
 *
 * <pre>
 * file:  8 magic "gvrecord" · u16 version · frame · frame …
 * frame: u32 payload length · u32 CRC-32C(checksum before · length)
 *        payload: u8 kind · fields · u32 CRC-32C(that of the head · payload)
 * </pre>
 */
final class Frame {
  static final long MAGIC = 0x67767265636f7264L;
  static final int VERSION = 1;
  static final int FILE_HEAD_BYTES = 10;
  static final int HEAD_BYTES = 8;
  static final int TAIL_BYTES = 4;

  /** Kinds of payload below 64 are inputs. */
  static final int NODE = 64;

  static final int RESULT = 65;
  static final int END = 66;

  private Frame() {}

  static int headCheck(int before, int length) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(8).putInt(before).putInt(length).flip());
    return (int) crc.getValue();
  }

  static int check(int headCheck, ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(4).putInt(headCheck).flip());
    crc.update(payload.duplicate());
    return (int) crc.getValue();
  }
}
