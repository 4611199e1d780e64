package grapevine.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream that arrives in pieces into units of known size. Confined to one thread. What lies
 * complete in the input is not copied; of a unit cut in two the beginning is kept, in an array that
 * grows with the bytes that came and not with the size that was announced, so that a length alone
 * reserves nothing.
 */
final class RecordBuffer {
  /** What an idle connection may keep; most records are shorter. */
  private static final int RETAINED_BYTES = 4096;

  private static final byte[] NONE = new byte[0];

  private byte[] bytes = NONE;
  private int size;

  /**
   * The next unit, or null if more bytes are needed; then all of the input was taken. The unit is
   * big-endian and valid until the next call; it must be asked for with the same number until it is
   * complete.
   */
  @Nullable ByteBuffer take(ByteBuffer in, int wanted) {
    if (size == 0 && in.remaining() >= wanted) {
      ByteBuffer unit = in.slice(in.position(), wanted);
      in.position(in.position() + wanted);
      return unit;
    }
    int added = Math.min(wanted - size, in.remaining());
    if (bytes.length < size + added) {
      bytes = Arrays.copyOf(bytes, Math.min(wanted, Math.max(2 * bytes.length, size + added)));
    }
    in.get(bytes, size, added);
    size += added;
    if (size < wanted) {
      return null;
    }
    size = 0;
    return ByteBuffer.wrap(bytes, 0, wanted);
  }

  /** The bytes of the incomplete unit. */
  ByteBuffer pending() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  /** Gives up what is not needed between two inputs. */
  void trim() {
    if (size == 0 && bytes.length > RETAINED_BYTES) {
      bytes = NONE;
    }
  }

  /** Forgets everything. */
  void clear() {
    bytes = NONE;
    size = 0;
  }
}
