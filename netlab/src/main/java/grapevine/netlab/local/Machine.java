package grapevine.netlab.local;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * What this machine has, and how many nodes that is enough for. Immutable.
 *
 * @param system name and version
 * @param processors as given to this process
 * @param java the lab's own, with which nodes run too
 * @param memoryBytes that are not in use
 * @param openFilesMax of one process; {@link Long#MAX_VALUE} if not known, as of all below
 * @param threadsMax of this user
 * @param portsFree in the range that nodes are given
 */
public record Machine(
    String system,
    int processors,
    String java,
    long memoryBytes,
    long openFilesMax,
    long threadsMax,
    int portsFree) {
  // Measured on Temurin 25 with 8 links a node: 127 MiB in a process with an AOT cache, 171
  // without;
  // of 200 hosted nodes each 2.9 MiB, 6 threads and 24 files, more memory under load.
  private static final long PROCESS_NODE_BYTES = 150L << 20;
  private static final long HOSTED_NODE_BYTES = 10L << 20;
  private static final long PROCESS_NODE_THREADS = 30;
  private static final long HOSTED_NODE_THREADS = 8;
  private static final long HOSTED_NODE_FILES = 32;

  /** Streams and connections of the lab with each node, on either kind. */
  private static final long LAB_NODE_FILES = 8;

  /** What the simulator may take for a core with its links. */
  private static final long SIMULATED_NODE_BYTES = 100L << 10;

  /** For the lab and everything else. */
  private static final long RESERVED_BYTES = 512L << 20;

  private static final long RESERVED_FILES = 256;
  private static final long RESERVED_THREADS = 256;

  /**
   * So many nodes, and why not more.
   *
   * @param limit what runs out first
   */
  public record Capacity(long nodes, String limit) {}

  /** Looks at the machine; takes up to a second. */
  public static Machine read() {
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        memory(),
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE,
        threads(),
        Ports.countFree());
  }

  /** Free memory counts what the system would give up of its caches, where it tells. */
  private static long memory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException e) {
      // Another system.
    }
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getFreeMemorySize()
        : Long.MAX_VALUE;
  }

  private static long threads() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        String[] words = line.split("\\s+", -1);
        if (line.startsWith("Max processes") && !words[2].equals("unlimited")) {
          return Long.parseLong(words[2]);
        }
      }
    } catch (IOException e) {
      // Another system.
    }
    return Long.MAX_VALUE;
  }

  /** Each in a process of its own. */
  public Capacity processes() {
    return least(
        new Capacity(share(memoryBytes, RESERVED_BYTES, PROCESS_NODE_BYTES), "memory"),
        new Capacity(share(openFilesMax, RESERVED_FILES, LAB_NODE_FILES), "open files"),
        new Capacity(share(threadsMax, RESERVED_THREADS, PROCESS_NODE_THREADS), "threads"),
        new Capacity(portsFree, "ports"));
  }

  /** Many in each of some processes, see {@link #hostedInOneProcess}. */
  public Capacity hosted() {
    return least(
        new Capacity(share(memoryBytes, RESERVED_BYTES, HOSTED_NODE_BYTES), "memory"),
        new Capacity(share(openFilesMax, RESERVED_FILES, LAB_NODE_FILES), "open files"),
        new Capacity(share(threadsMax, RESERVED_THREADS, HOSTED_NODE_THREADS), "threads"),
        new Capacity(portsFree, "ports"));
  }

  /** As many as one process may host. */
  public Capacity hostedInOneProcess() {
    return least(
        hosted(),
        new Capacity(share(openFilesMax, RESERVED_FILES, HOSTED_NODE_FILES), "open files"));
  }

  /** As cores in the simulator, with so much heap. */
  public Capacity simulated() {
    return new Capacity(share(memoryBytes, RESERVED_BYTES, SIMULATED_NODE_BYTES), "memory");
  }

  private static long share(long all, long reserved, long each) {
    return Math.max(0, all - reserved) / each;
  }

  private static Capacity least(Capacity... all) {
    return List.of(all).stream().min(Comparator.comparingLong(Capacity::nodes)).orElseThrow();
  }
}
