package grapevine.netlab.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Changes a recording and mends all its checksums, by nothing but what is written of its format.
 */
final class Forgery {
  private static final int FILE_HEAD_BYTES = 10;

  private Forgery() {}

  /** The seed is the end of the first frame; with another, a core makes other random choices. */
  static void withOtherSeed(Path from, Path to) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(from));
    int before = 0;
    int at = FILE_HEAD_BYTES;
    while (at < file.limit()) {
      int length = file.getInt(at);
      if (at == FILE_HEAD_BYTES) {
        int last = at + 8 + length - 1;
        file.put(last, (byte) ~file.get(last));
      }
      int head = crc(before, ByteBuffer.allocate(4).putInt(length).flip());
      file.putInt(at + 4, head);
      before = crc(head, file.slice(at + 8, length));
      file.putInt(at + 8 + length, before);
      at += 8 + length + 4;
    }
    Files.write(to, file.array());
  }

  private static int crc(int before, ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(4).putInt(before).flip());
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
