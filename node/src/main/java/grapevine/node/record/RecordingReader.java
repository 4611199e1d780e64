package grapevine.node.record;

import grapevine.node.model.MalformedException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recording from its beginning, input by input. Confined to one thread.
 *
 * <p>A file may end anywhere, as a killed process leaves it: what is whole before is given, and
 * {@link #ending} tells the rest. A byte that was changed is an error, and so is everything after
 * it.
 */
public final class RecordingReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  /** One input, what was known of it, and what it did; numbers count from 1. */
  public record Entry(long number, long nowNanos, RecordedInput input, RecordedResult result) {}

  /** How the file ends. */
  public sealed interface Ending {
    /** In good order. */
    record Whole(RecordedEnd end) implements Ending {}

    /**
     * Cut off; the node was killed, or the file copied while it grew.
     *
     * @param what where, in words
     * @param unfinished an input that has no result; null when there is none
     */
    record Cut(String what, @Nullable RecordedInput unfinished) implements Ending {}
  }

  private final Path path;
  private final DataInputStream in;
  private final long fileBytes;
  private final RecordedNode node;
  private long offset;
  private int lastCheck;
  private long number;
  private long nowNanos;
  private @Nullable Ending ending;

  private RecordingReader(Path path, DataInputStream in, long fileBytes)
      throws IOException, RecordingException {
    this.path = path;
    this.in = in;
    this.fileBytes = fileBytes;
    readFileHead();
    ByteBuffer payload = frame();
    if (payload == null) {
      throw new RecordingException(path + " ends before its first input");
    }
    RecordIn fields = fields(payload);
    try {
      expect(payload.get(), Frame.NODE);
      node = RecordedNode.read(fields);
      fields.end();
    } catch (MalformedException e) {
      throw damaged("its first frame: " + e.detail());
    }
    nowNanos = node.clock().nowNanos();
  }

  /**
   * Opens a file.
   *
   * @throws RecordingException when it is no recording, of a later version, or its head is damaged
   */
  public static RecordingReader open(Path path) throws IOException, RecordingException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES));
    try {
      return new RecordingReader(path, in, Files.size(path));
    } catch (IOException | RecordingException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static RecordIn fields(ByteBuffer payload) {
    return new RecordIn(payload);
  }

  private void readFileHead() throws IOException, RecordingException {
    if (fileBytes < Frame.FILE_HEAD_BYTES) {
      throw new RecordingException(
          path + " has " + fileBytes + " bytes: not a recording of a node");
    }
    long magic = in.readLong();
    if (magic != Frame.MAGIC) {
      throw new RecordingException(
          "%s begins with %016x, expected %016x: not a recording of a node"
              .formatted(path, magic, Frame.MAGIC));
    }
    int version = in.readUnsignedShort();
    if (version != Frame.VERSION) {
      throw new RecordingException(
          "%s has format version %d, expected %d: replay it with the build that recorded it"
              .formatted(path, version, Frame.VERSION));
    }
    offset = Frame.FILE_HEAD_BYTES;
  }

  private RecordingException damaged(String what) {
    return new RecordingException(
        "%s is damaged after input %d, at byte %d: %s".formatted(path, number, offset, what));
  }

  /** Who was recorded. */
  public RecordedNode node() {
    return node;
  }

  /** How the file ends, once {@link #next} has come to it. */
  public Ending ending() {
    if (ending == null) {
      throw new IllegalStateException("the end has not been read");
    }
    return ending;
  }

  /**
   * The next input; empty at the end.
   *
   * @throws RecordingException naming what is damaged, and where
   */
  public Optional<Entry> next() throws IOException, RecordingException {
    if (ending != null) {
      return Optional.empty();
    }
    ByteBuffer payload = frame();
    if (payload == null) {
      return Optional.empty();
    }
    try {
      int code = Byte.toUnsignedInt(payload.get());
      return code == Frame.END ? end(fields(payload)) : input(code, fields(payload));
    } catch (MalformedException e) {
      throw damaged(e.detail());
    }
  }

  private Optional<Entry> input(int code, RecordIn fields)
      throws MalformedException, IOException, RecordingException {
    RecordedInput.Kind kind = RecordedInput.Kind.of(code);
    nowNanos += fields.varint("time passed");
    RecordedInput input = kind.read(fields);
    fields.end();
    ByteBuffer payload = frame();
    if (payload == null) {
      if (ending instanceof Ending.Cut cut) {
        ending = new Ending.Cut(cut.what, input);
      }
      return Optional.empty();
    }
    int next = Byte.toUnsignedInt(payload.get());
    if (next == Frame.END) {
      return end(fields(payload)); // recording stopped within this input
    }
    expect(next, Frame.RESULT);
    number++;
    return Optional.of(new Entry(number, nowNanos, input, RecordedResult.read(fields(payload))));
  }

  private Optional<Entry> end(RecordIn fields) throws MalformedException, RecordingException {
    RecordedEnd end = RecordedEnd.read(fields);
    fields.end();
    if (offset < fileBytes) {
      throw damaged((fileBytes - offset) + " bytes after the last frame");
    }
    if (end.inputs() != number) {
      throw damaged("it counts " + end.inputs() + " inputs, found " + number);
    }
    ending = new Ending.Whole(end);
    return Optional.empty();
  }

  private static void expect(int found, int expected) throws MalformedException {
    if (found != expected) {
      throw new MalformedException("frame of kind " + found + ", expected " + expected);
    }
  }

  /** The payload of the next frame; null at the end of the file, which is then known. */
  private @Nullable ByteBuffer frame() throws IOException, RecordingException {
    long left = fileBytes - offset;
    if (left == 0) {
      return cut("without a last frame");
    }
    if (left < Frame.HEAD_BYTES) {
      return cut("within the head of a frame");
    }
    int length = in.readInt();
    int head = in.readInt();
    if (head != Frame.headCheck(lastCheck, length)) {
      if (length == 0 && head == 0 && restIsZero()) {
        return cut("in zeros, as a machine that lost power leaves it");
      }
      throw damaged("the head of the next frame does not match its checksum");
    }
    if (length < 1 || length > left - Frame.HEAD_BYTES - Frame.TAIL_BYTES) {
      return cut("within a frame");
    }
    byte[] payload = in.readNBytes(length);
    int check = in.readInt();
    if (check != Frame.check(head, ByteBuffer.wrap(payload))) {
      throw damaged("the next frame does not match its checksum");
    }
    lastCheck = check;
    offset += Frame.HEAD_BYTES + (long) length + Frame.TAIL_BYTES;
    return ByteBuffer.wrap(payload);
  }

  private boolean restIsZero() throws IOException {
    int next = in.read();
    while (next == 0) {
      next = in.read();
    }
    return next < 0;
  }

  private @Nullable ByteBuffer cut(String where) {
    ending =
        new Ending.Cut(
            "the file ends %s, at byte %d of %d".formatted(where, offset, fileBytes), null);
    return null;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
