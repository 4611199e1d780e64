package grapevine.node.storage;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.MalformedException;
import grapevine.node.model.NodeRecord;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The node records that a node knew when it stopped, so that it finds its way back without seeds.
 * Any thread, one at a time. Replaced whole; a file that does not hold is put aside and counts as
 * empty, because addresses can be learnt again and a node that does not start learns nothing.
 *
 * <pre>
 * u32 magic "GVAF" · u16 version = 1 · u16 count · count × (u16 length · node record)
 * 32 SHA-256("grapevine-address-file-1" ‖ 0x00 ‖ everything before)
 * </pre>
 *
 * <p>Signatures of the records are not checked here: the hash finds accidents, and whoever can
 * write to the directory holds the node's key anyway.
 */
public final class AddressFile {
  /** Longest file; far above what a full peer table of short addresses needs. */
  public static final int BYTES_MAX = 1 << 20;

  /** Suffix of a file that was put aside. */
  public static final String BAD_SUFFIX = ".bad";

  private static final int MAGIC = 0x47564146;
  private static final int VERSION = 1;
  private static final int PREFIX_BYTES = 4 + 2 + 2;
  private static final int RECORDS_MAX = 0xFFFF;
  private static final String TAG = "grapevine-address-file-1";

  /**
   * What was read.
   *
   * @param problem what was wrong with the file, and what became of it; then there are no records
   */
  public record Loaded(List<NodeRecord> records, Optional<String> problem) {}

  private final Path path;

  public AddressFile(Path path) {
    this.path = path;
  }

  /** Writes the records, the first ones as far as they fit. */
  public void save(List<NodeRecord> records) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
    out.putInt(MAGIC).putShort((short) VERSION).putShort((short) 0);
    int count = 0;
    for (NodeRecord record : records) {
      if (count == RECORDS_MAX || out.remaining() < 2 + record.sizeBytes() + Hash256.BYTES) {
        break;
      }
      out.putShort((short) record.sizeBytes());
      record.write(out);
      count++;
    }
    out.putShort(PREFIX_BYTES - 2, (short) count);
    hash(out.array(), out.position()).write(out);
    DurableFile.replace(path, Arrays.copyOf(out.array(), out.position()));
  }

  private static Hash256 hash(byte[] bytes, int length) {
    return Sha256.hash(TAG, ByteBuffer.wrap(bytes, 0, length));
  }

  /** Reads what was saved; no file is no problem. */
  public Loaded load() {
    try {
      long length = Files.size(path);
      if (length > BYTES_MAX) {
        return putAside(length + " bytes, expected at most " + BYTES_MAX);
      }
      return new Loaded(parse(Files.readAllBytes(path)), Optional.empty());
    } catch (NoSuchFileException e) {
      return new Loaded(List.of(), Optional.empty());
    } catch (MalformedException e) {
      return putAside(e.detail());
    } catch (IOException e) {
      return problem("cannot be read: " + e);
    }
  }

  private static List<NodeRecord> parse(byte[] bytes) throws MalformedException {
    int hashed = bytes.length - Hash256.BYTES;
    if (hashed < PREFIX_BYTES) {
      throw new MalformedException(
          bytes.length + " bytes, expected at least " + (PREFIX_BYTES + Hash256.BYTES));
    }
    if (!hash(bytes, hashed).equals(Hash256.read(ByteBuffer.wrap(bytes, hashed, Hash256.BYTES)))) {
      throw new MalformedException("contents do not match the hash at the end");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, hashed);
    int magic = in.getInt();
    int version = in.getShort();
    if (magic != MAGIC || version != VERSION) {
      throw new MalformedException(
          "magic %08x, version %d, expected %08x, %d".formatted(magic, version, MAGIC, VERSION));
    }
    int count = Short.toUnsignedInt(in.getShort());
    List<NodeRecord> records = new ArrayList<>(count);
    try {
      for (int i = 0; i < count; i++) {
        records.add(NodeRecord.read(in, Short.toUnsignedInt(in.getShort())));
      }
    } catch (BufferUnderflowException e) {
      throw new MalformedException("ends within record " + records.size() + " of " + count);
    }
    if (in.hasRemaining()) {
      throw new MalformedException(in.remaining() + " bytes after the records, expected 0");
    }
    return records;
  }

  private Loaded putAside(String found) {
    Path bad = path.resolveSibling(path.getFileName() + BAD_SUFFIX);
    try {
      Files.move(path, bad, StandardCopyOption.REPLACE_EXISTING);
      return problem(found + "; moved to " + bad.getFileName() + ", starting without it");
    } catch (IOException e) {
      return problem(found + "; could not be moved aside: " + e);
    }
  }

  private Loaded problem(String what) {
    return new Loaded(List.of(), Optional.of("address file " + path + ": " + what));
  }
}
