package grapevine.netlab.local.net;

import java.io.IOException;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.uintptr_t;
import org.jspecify.annotations.Nullable;

/** What the emulator needs of Linux and Java does not offer. */
final class Libc {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int AF_INET = 2;
  static final int SOCK_DGRAM = 2;
  static final int CLONE_NEWNET = 0x40000000;
  static final short POLLIN = 1;
  static final int SCHED_FIFO = 1;

  private Libc() {}

  /** The functions, as the C library has them; public for those who bind it only. */
  public interface Calls {
    int open(String path, int flags);

    int close(int fd);

    @ssize_t
    long read(int fd, @uintptr_t long buffer, @size_t long count);

    @ssize_t
    long write(int fd, @uintptr_t long buffer, @size_t long count);

    int ioctl(int fd, @size_t long request, Pointer argument);

    int socket(int domain, int type, int protocol);

    int setns(int fd, int type);

    int ppoll(Pointer polled, @size_t long count, Pointer timeout, @Nullable Pointer signals);

    int setpriority(int which, int who, int priority);

    int sched_setscheduler(int thread, int policy, Pointer parameters);

    String strerror(int error);
  }

  /** Bound on first use, so that other systems never try. */
  private static final class Bound {
    static final Calls CALLS = LibraryLoader.create(Calls.class).load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(CALLS);
  }

  static Calls calls() {
    return Bound.CALLS;
  }

  /** Zeroed memory outside the heap, free again with its pointer. */
  static Pointer memory(int bytes) {
    return Bound.RUNTIME.getMemoryManager().allocateDirect(bytes, true);
  }

  /** Why the last call of this thread failed. */
  static int lastError() {
    return Bound.RUNTIME.getLastError();
  }

  /**
   * The result, if it is none of failure.
   *
   * @throws IOException that says what failed and why
   */
  static int check(int result, String what) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": " + Bound.CALLS.strerror(lastError()));
    }
    return result;
  }
}
