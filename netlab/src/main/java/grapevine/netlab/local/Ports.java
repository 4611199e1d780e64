package grapevine.netlab.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Free ports for nodes that must know each other's before they run. They lie below the range from
 * which systems serve outgoing connections (from 32,768 on Linux, 49,152 elsewhere), or the nodes
 * that start first would take, dialling, the ports of those that start later. Never from a run's
 * seed: two runs of one seed at a time would want the same. Stateless.
 */
final class Ports {
  private static final int FIRST = 20_000;
  private static final int END = 32_768;
  private static final int TRIES_MAX = 10_000;

  private Ports() {}

  /**
   * Distinct ports that nobody listens at on the loopback address right now.
   *
   * @throws IOException when there are too few
   */
  static List<Integer> free(int count) throws IOException {
    Set<Integer> free = new LinkedHashSet<>();
    for (int tries = 0; free.size() < count; tries++) {
      if (tries == TRIES_MAX) {
        throw new IOException(
            "found %d free ports from %d to %d, expected %d"
                .formatted(free.size(), FIRST, END - 1, count));
      }
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        free.add(port);
      }
    }
    return new ArrayList<>(free);
  }

  /** How many of the range nobody listens at right now. */
  static int countFree() {
    return (int) IntStream.range(FIRST, END).filter(Ports::isFree).count();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
