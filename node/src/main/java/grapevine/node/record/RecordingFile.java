package grapevine.node.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A recording on its way to the disk. One thread appends frames to a buffer in memory; a thread of
 * its own writes it out, at least once a second, so that no input waits for a disk and a killed
 * process has lost a second at most. The file holds a secret seed, so only its owner may read it.
 *
 * <p>What always holds: frames are written whole and in order, the file never exceeds its bound,
 * and no more than {@link #PENDING_BYTES_MAX} wait in memory.
 */
final class RecordingFile implements AutoCloseable {
  static final int PENDING_BYTES_MAX = 64 << 20;
  private static final int WRITE_BYTES = 256 << 10;
  private static final long WRITE_NANOS = 1_000_000_000L;
  private static final long CLOSE_MILLIS = 2000;
  private static final int END_FRAME_BYTES =
      Frame.HEAD_BYTES + RecordedEnd.BYTES_MAX + Frame.TAIL_BYTES;

  private final FileChannel channel;
  private final long bytesMax;
  private final Thread writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private RecordOut pending = new RecordOut();
  private RecordOut spare = new RecordOut();
  private long bytes = Frame.FILE_HEAD_BYTES;
  private int lastCheck;
  private boolean closing;
  private boolean urgent;
  private @Nullable IOException trouble;

  private RecordingFile(FileChannel channel, long bytesMax) {
    this.channel = channel;
    this.bytesMax = bytesMax;
    pending.u64(Frame.MAGIC).u8(Frame.VERSION >> 8).u8(Frame.VERSION);
    writer = Thread.ofPlatform().daemon().name("grapevine-recording").unstarted(this::run);
  }

  /**
   * Begins a file. One that is there is kept beside it as {@code NAME.previous}: after a crash a
   * node that starts again must not write over what led to it.
   */
  static RecordingFile create(Path path, long bytesMax) throws IOException {
    if (Files.exists(path)) {
      Path previous = path.resolveSibling(path.getFileName() + ".previous");
      Files.move(path, previous, StandardCopyOption.REPLACE_EXISTING);
    }
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    FileChannel channel =
        FileChannel.open(
            path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
    RecordingFile file = new RecordingFile(channel, bytesMax);
    file.writer.start();
    return file;
  }

  /** Adds a frame, or says why it does not. */
  Optional<RecordedEnd.Reason> append(ByteBuffer payload) {
    lock.lock();
    try {
      long frameBytes = Frame.HEAD_BYTES + (long) payload.remaining() + Frame.TAIL_BYTES;
      if (bytes + frameBytes + END_FRAME_BYTES > bytesMax) {
        return Optional.of(RecordedEnd.Reason.FULL);
      }
      if (trouble != null || pending.size() > PENDING_BYTES_MAX) {
        return Optional.of(RecordedEnd.Reason.BEHIND);
      }
      add(payload);
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Adds the last frame, for which there is always room. */
  void finish(ByteBuffer payload) {
    lock.lock();
    try {
      add(payload);
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What is pending shall be written now: the node may not live for another second. */
  void hurry() {
    lock.lock();
    try {
      urgent = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private void add(ByteBuffer payload) {
    int head = Frame.headCheck(lastCheck, payload.remaining());
    lastCheck = Frame.check(head, payload);
    pending.u32(payload.remaining()).u32(head).bytes(payload).u32(lastCheck);
    bytes += Frame.HEAD_BYTES + (long) payload.remaining() + Frame.TAIL_BYTES;
    if (pending.size() >= WRITE_BYTES) {
      work.signal();
    }
  }

  /** What kept the file from being written, if anything did. */
  Optional<IOException> trouble() {
    lock.lock();
    try {
      return Optional.ofNullable(trouble);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try (channel) {
      boolean last;
      do {
        last = awaitWork();
        ByteBuffer out = spare.buffer();
        while (out.hasRemaining()) {
          channel.write(out);
        }
      } while (!last);
      channel.force(true);
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Takes what is pending into {@code spare}; whether it is the last. */
  private boolean awaitWork() {
    lock.lock();
    try {
      long leftNanos = WRITE_NANOS;
      while (!closing && !urgent && pending.size() < WRITE_BYTES && leftNanos > 0) {
        leftNanos = work.awaitNanos(leftNanos);
      }
      RecordOut taken = pending;
      urgent = false;
      pending = spare.clear();
      spare = taken;
      return closing;
    } catch (InterruptedException e) {
      spare.clear(); // nobody interrupts it; what was written is not written again
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private void fail(IOException e) {
    lock.lock();
    try {
      trouble = e;
      pending.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all is written, for {@value #CLOSE_MILLIS} ms at most. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
