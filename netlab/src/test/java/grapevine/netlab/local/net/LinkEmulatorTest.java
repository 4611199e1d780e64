package grapevine.netlab.local.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real namespaces and devices; skipped, and so counted, where the machine has no such thing. */
@Timeout(120)
class LinkEmulatorTest {
  private static final long MS = 1_000_000;
  private static final int PORT = 7700;

  @BeforeAll
  static void needNamespaces() throws InterruptedException {
    assumeThat(LinkEmulator.obstacle()).as("why links cannot be emulated here").isEmpty();
  }

  /** A connection from host 0 to host 1; each end on its own host. */
  private record Connection(SocketChannel near, SocketChannel far) implements AutoCloseable {
    static Connection open(LinkEmulator links) throws IOException, InterruptedException {
      try (ServerSocketChannel listener =
          links.inside(
              1,
              () ->
                  ServerSocketChannel.open().bind(new InetSocketAddress(links.address(1), PORT)))) {
        SocketChannel near =
            links.inside(
                0, () -> SocketChannel.open(new InetSocketAddress(links.address(1), PORT)));
        return new Connection(near, listener.accept());
      }
    }

    @Override
    public void close() throws IOException {
      near.close();
      far.close();
    }
  }

  private static void exchange(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1);
    from.write(buffer);
    to.read(buffer.clear());
  }

  @Test
  void shouldTakeTwiceTheDelayForARoundTrip() throws Exception {
    try (LinkEmulator links = LinkEmulator.open(2, new LinkTable.Uniform(50 * MS, 0, 0, 0), 1);
        Connection connection = Connection.open(links)) {
      long shortestNanos = Long.MAX_VALUE;
      for (int i = 0; i < 10; i++) {
        long beganNanos = System.nanoTime();
        exchange(connection.near, connection.far);
        exchange(connection.far, connection.near);
        shortestNanos = Math.min(shortestNanos, System.nanoTime() - beganNanos);
      }
      System.out.printf(
          "round trip over 50 ms one way: %.2f ms; %s%n",
          shortestNanos / 1e6, links.stats().text());
      assertThat(shortestNanos).isBetween(100 * MS, 115 * MS);
      assertThat(links.stats().delivered()).isGreaterThan(20);
    }
  }

  @Test
  void shouldCarryWhatTheRateAllows() throws Exception {
    double megabits = megabitsPerSecond(new LinkTable.Uniform(10 * MS, 0, 0, 20_000_000), 8 << 20);
    assertThat(megabits).isBetween(16.0, 20.0);
  }

  @Test
  void shouldCarryMuchWhereNoRateIsSet() throws Exception {
    double megabits = megabitsPerSecond(new LinkTable.Uniform(50 * MS, 0, 0, 0), 64 << 20);
    assertThat(megabits).isGreaterThan(40);
  }

  private static double megabitsPerSecond(LinkTable table, int bytes) throws Exception {
    try (LinkEmulator links = LinkEmulator.open(2, table, 1);
        Connection connection = Connection.open(links)) {
      long beganNanos = System.nanoTime();
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> write(connection.near, bytes));
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      for (int read = 0; read < bytes; ) {
        read += connection.far.read(buffer.clear());
      }
      long tookNanos = System.nanoTime() - beganNanos;
      writing.join();
      double megabits = bytes * 8e3 / tookNanos;
      System.out.printf("%s: %.1f Mbit/s; %s%n", table, megabits, links.stats().text());
      return megabits;
    }
  }

  private static void write(SocketChannel to, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    try {
      for (int written = 0; written < bytes; ) {
        buffer.clear().limit(Math.min(buffer.capacity(), bytes - written));
        written += to.write(buffer);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldLosePackets() throws Exception {
    int sent = 2_000;
    try (LinkEmulator links = LinkEmulator.open(2, new LinkTable.Uniform(0, 0, 0.2, 0), 1);
        DatagramSocket near = links.inside(0, DatagramSocket::new);
        DatagramSocket far =
            links.inside(
                1, () -> new DatagramSocket(PORT, InetAddress.getByName(links.address(1))))) {
      far.setReceiveBufferSize(4 << 20);
      InetSocketAddress there = new InetSocketAddress(links.address(1), PORT);
      for (int i = 0; i < sent; i++) {
        near.send(new DatagramPacket(new byte[10], 10, there));
      }
      far.setSoTimeout(500);
      int received = 0;
      DatagramPacket packet = new DatagramPacket(new byte[10], 10);
      try {
        while (received < sent) {
          far.receive(packet);
          received++;
        }
      } catch (SocketTimeoutException e) {
        // Those were all.
      }
      assertThat(links.stats().lost()).isBetween(300L, 500L);
      assertThat(received).isBetween(1_000, 1_700);
    }
  }

  @Test
  void shouldLeadToAPortOfTheHostsLoopback() throws Exception {
    try (LinkEmulator links = LinkEmulator.open(1, new LinkTable.Uniform(0, 0, 0, 0), 1);
        ServerSocketChannel listener =
            links.inside(
                0,
                () ->
                    ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT)));
        SocketChannel near =
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), links.doorway(0, PORT)));
        SocketChannel far = listener.accept()) {
      near.write(ByteBuffer.wrap("who is there".getBytes(StandardCharsets.US_ASCII)));
      near.shutdownOutput();
      ByteBuffer read = ByteBuffer.allocate(100);
      while (far.read(read) >= 0) {}
      assertThat(new String(read.array(), 0, read.position(), StandardCharsets.US_ASCII))
          .isEqualTo("who is there");
      far.write(ByteBuffer.wrap(new byte[1]));
      assertThat(near.read(read)).isEqualTo(1);
    }
  }

  @Test
  void shouldKeepHostsFromOtherNetworks() throws Exception {
    try (LinkEmulator links = LinkEmulator.open(1, new LinkTable.Uniform(0, 0, 0, 0), 1)) {
      assertThatThrownBy(
              () ->
                  links.inside(0, () -> SocketChannel.open(new InetSocketAddress("192.0.2.1", 9))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("unreachable");
      assertThatThrownBy(
              () ->
                  links.inside(
                      0, () -> SocketChannel.open(new InetSocketAddress("127.0.0.1", PORT))))
          .hasCauseInstanceOf(ConnectException.class);
    }
  }

  @Test
  void shouldRunProgramsOnAHost() throws Exception {
    try (LinkEmulator links = LinkEmulator.open(2, new LinkTable.Uniform(0, 0, 0, 0), 1)) {
      List<String> command = new java.util.ArrayList<>(links.enter(1));
      command.addAll(List.of(IpCommand.path(), "-4", "addr"));
      assertThat(IpCommand.run(command, "")).contains("198.18.0.2/15").contains("127.0.0.1");
    }
  }

  @Test
  void shouldLeaveNothingBehind() throws Exception {
    List<String> before = Namespaces.existing();
    LinkEmulator links = LinkEmulator.open(3, new LinkTable.Uniform(0, 0, 0, 0), 1);
    assertThat(Namespaces.existing()).hasSize(before.size() + 3);
    links.close();
    assertThat(Namespaces.existing()).isEqualTo(before);
    links.close();
  }

  @Test
  void shouldLeaveNothingBehindWhenAskedToStop() throws Exception {
    Process lab = lab();
    assertThat(namespacesOf(lab)).isEqualTo(2);
    lab.destroy(); // SIGTERM; Ctrl-C ends the JVM the same way
    assertThat(lab.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(namespacesOf(lab)).isZero();
  }

  @Test
  void shouldRemoveWhatAKilledLabLeftBehind() throws Exception {
    Process lab = lab();
    lab.destroyForcibly().waitFor();
    assertThat(namespacesOf(lab)).isEqualTo(2);
    LinkEmulator.open(1, new LinkTable.Uniform(0, 0, 0, 0), 1).close();
    assertThat(namespacesOf(lab)).isZero();
  }

  private static long namespacesOf(Process lab) throws IOException {
    String prefix = "gvn" + lab.pid() + "-";
    return Namespaces.existing().stream().filter(name -> name.startsWith(prefix)).count();
  }

  /** A lab in a process of its own, whose two hosts are up. */
  private static Process lab() throws IOException {
    Process lab =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Lab.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(lab.inputReader().readLine()).isEqualTo("open");
    return lab;
  }

  /** Opens links and waits to be ended. */
  static final class Lab {
    public static void main(String[] args) throws Exception {
      try (LinkEmulator links = LinkEmulator.open(2, new LinkTable.Uniform(0, 0, 0, 0), 1)) {
        System.out.println("open");
        Thread.currentThread().join();
      }
    }
  }
}
