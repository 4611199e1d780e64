package grapevine.netlab.local.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A network of hosts on this machine, of which each is a network namespace with one TUN device, and
 * a thread that carries the packets between them as a {@link LinkTable} says. Real sockets, real
 * TCP, over links that are slow on purpose. Any thread.
 *
 * <p>Made for kernels without {@code sch_netem}; where the modules are there, this still gives what
 * netem does not: a delay for each pair of hosts, and the lateness of every packet. Nothing leaves
 * the machine: hosts reach each other only, and the lab reaches a host's loopback address through
 * {@link #doorway}. Everything it makes is gone when it is closed, or the JVM ends; what a killed
 * one left is removed by the next.
 */
public final class LinkEmulator implements AutoCloseable {
  private static final long STOP_MILLIS_MAX = 1_000;

  /** Of the namespace in which the thread is that opens it. */
  private static final Path CONGESTION_CONTROL =
      Path.of("/proc/sys/net/ipv4/tcp_congestion_control");

  private final Namespaces namespaces;
  private final List<Integer> devices = new ArrayList<>();
  private final List<Doorway> doorways = new ArrayList<>();
  private final Thread hook = new Thread(this::removeAll, "end of the links");
  private @Nullable PacketLoop loop;
  private @Nullable Thread thread;
  private volatile @Nullable Throwable failure;
  private boolean closed;

  private LinkEmulator(Namespaces namespaces) {
    this.namespaces = namespaces;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Why this machine cannot do this, in words for a report; empty where it can, which is tried out
   * with one host.
   */
  public static Optional<String> obstacle() throws InterruptedException {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
      return Optional.of("network namespaces exist on Linux only");
    }
    if (IpCommand.find().isEmpty()) {
      return Optional.of("there is no command ip; install iproute2");
    }
    if (!Files.exists(Path.of(TunDevice.CONTROL))) {
      return Optional.of(TunDevice.CONTROL + " does not exist: the kernel has no TUN devices");
    }
    if (!Files.isWritable(Path.of(TunDevice.CONTROL))) {
      return Optional.of(TunDevice.CONTROL + " cannot be opened: it takes root");
    }
    try (LinkEmulator trial = open(1, new LinkTable.Uniform(0, 0, 0, 0), 0)) {
      return Optional.ofNullable(trial.failure).map(Throwable::toString);
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  /**
   * Makes the hosts and begins to carry packets. Takes about 20 ms a host.
   *
   * @param table asked for each packet, on the emulator's thread
   * @param seed of losses and jitter; two runs still differ, because time does
   * @throws IllegalArgumentException for no host, or more than there are addresses
   * @throws IOException when the system refuses
   */
  public static LinkEmulator open(int hosts, LinkTable table, long seed)
      throws IOException, InterruptedException {
    if (hosts < 1 || hosts > Addresses.HOSTS_MAX) {
      throw new IllegalArgumentException(hosts + " hosts, expected 1 to " + Addresses.HOSTS_MAX);
    }
    Namespaces.removeStale();
    LinkEmulator emulator = new LinkEmulator(Namespaces.create(hosts));
    try {
      emulator.start(hosts, table, seed);
      return emulator;
    } catch (IOException | InterruptedException | RuntimeException e) {
      emulator.close();
      throw e;
    }
  }

  private void start(int hosts, LinkTable table, long seed)
      throws IOException, InterruptedException {
    for (int host = 0; host < hosts; host++) {
      int address = Addresses.of(host);
      devices.add(
          inside(
              host,
              () -> {
                useCubic();
                return TunDevice.open(address, Addresses.MASK);
              }));
    }
    PacketLoop packets = new PacketLoop(devices, table, new SplittableRandom(seed));
    loop = packets;
    thread = Thread.ofPlatform().daemon().name("links").unstarted(() -> carry(packets));
    thread.start();
  }

  /**
   * The hosts' TCP is Linux's default whatever this machine's is: a new namespace takes over the
   * machine's, and figures of two machines must be comparable. Where the kernel has it not, theirs
   * is the machine's.
   */
  private static void useCubic() {
    try {
      Files.writeString(CONGESTION_CONTROL, "cubic");
    } catch (IOException e) {
      // A kernel without it, or a read-only /proc.
    }
  }

  private void carry(PacketLoop packets) {
    try {
      packets.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  /** The host's address on the emulated network, an IPv4 literal. */
  public String address(int host) {
    return Addresses.text(host);
  }

  /** The words before a command that have it run on the host. */
  public List<String> enter(int host) throws IOException {
    return List.of(IpCommand.path(), "netns", "exec", namespaces.name(host));
  }

  /**
   * Opens sockets on a host: does this on a thread that is there. It must start no thread, nor have
   * an executor do so.
   */
  public <T> T inside(int host, Callable<T> task) throws IOException, InterruptedException {
    return namespaces.inside(host, task);
  }

  /**
   * A port of this machine's loopback address that leads to one of the host's loopback address,
   * past all delays, until this is closed.
   */
  public synchronized int doorway(int host, int port) throws IOException {
    Doorway doorway = new Doorway(task -> inside(host, task), port);
    doorways.add(doorway);
    return doorway.address().getPort();
  }

  /**
   * Since the last {@link #resetStats}.
   *
   * @throws IllegalStateException when the emulator has failed, and no packet arrives any more
   */
  public LinkStats stats() {
    return running().stats();
  }

  /** Counts anew, as after a warm-up. */
  public void resetStats() {
    running().resetStats();
  }

  private PacketLoop running() {
    PacketLoop running = loop;
    if (failure != null || running == null) {
      throw new IllegalStateException("the links have failed", failure);
    }
    return running;
  }

  /** Ends the links and removes every namespace and device; programs in there should have ended. */
  @Override
  public void close() {
    removeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook does or has done the same.
    }
  }

  private synchronized void removeAll() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      for (Doorway doorway : doorways) {
        doorway.close();
      }
      if (loop != null && thread != null) {
        loop.stop();
        thread.join(STOP_MILLIS_MAX);
      }
      devices.forEach(Libc.calls()::close);
      namespaces.removeAll();
    } catch (IOException e) {
      throw new IllegalStateException("namespaces may be left: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
