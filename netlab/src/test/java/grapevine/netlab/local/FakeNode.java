package grapevine.netlab.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that looks like a node from outside and gossips through a directory beside its own: an
 * item is a file {@code kind-hex} there, in which stands the birthplace. Its first argument says
 * how it behaves: {@code well}, {@code bind-once} (the first of all cannot bind), {@code dies}
 * (before it is ready), {@code quits} (soon after), {@code stubborn} (does not stop when asked) or
 * {@code forgets} (the second node does not take half of the transactions of others).
 */
public final class FakeNode {
  /** What every such node calls its best tip. */
  static final String BEST = "x";

  private static final long POLL_MILLIS = 5;
  private static final long SLOT_MILLIS = 300;
  private static final String STATUS =
      "{\"peers\":{\"inbound\":9,\"outbound\":9},\"best\":{\"id\":\"%s\",\"height\":0}}"
          .formatted("00".repeat(32));

  private final String mode;
  private final Path data;
  private final Path shared;
  private final List<String> held = new ArrayList<>();
  private final Set<String> seen = new TreeSet<>();

  private FakeNode(String mode, Path data) throws IOException {
    this.mode = mode;
    this.data = data;
    this.shared = data.resolveSibling("shared");
    Files.createDirectories(shared);
  }

  /** How to start it. */
  public static NodeProgram program(String mode) {
    return new NodeProgram(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m"),
        List.of("-cp", System.getProperty("java.class.path"), FakeNode.class.getName(), mode));
  }

  public static void main(String[] args) throws Exception {
    List<String> words = List.of(args);
    if (words.contains("host")) {
      host(args[0], words);
      return;
    }
    FakeNode node = new FakeNode(args[0], Path.of(words.get(words.indexOf("--data") + 1)));
    node.run(words.get(words.indexOf("--listen") + 1));
  }

  /** Several in this process, each configured by its file. */
  private static void host(String mode, List<String> words) throws Exception {
    Path parent = Path.of(words.get(words.indexOf("--nodes") + 1));
    int first = Integer.parseInt(words.get(words.indexOf("--first") + 1));
    int count = Integer.parseInt(words.get(words.indexOf("--count") + 1));
    for (int node = first; node < first + count; node++) {
      Path data = parent.resolve("node-" + node);
      Matcher listen =
          Pattern.compile("(?m)^listen = \"(.*)\"$")
              .matcher(Files.readString(data.resolve("node.toml")));
      if (!listen.find()) {
        throw new IOException("no listen in node.toml");
      }
      String address = listen.group(1);
      FakeNode hosted = new FakeNode(mode, data);
      new Thread(() -> hosted.runHosted(address)).start();
    }
  }

  private void runHosted(String listen) {
    try {
      run(listen);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(String listen) throws Exception {
    System.out.println("fake node starting");
    if (mode.equals("dies")) {
      System.err.println("fake trouble: no memory");
      System.exit(3);
    }
    if (mode.equals("bind-once") && isFirst("bind-tried")) {
      System.exit(NodeProcess.EXIT_CANNOT_BIND);
    }
    if (mode.equals("stubborn")) {
      Runtime.getRuntime().addShutdownHook(new Thread(FakeNode::waitForEver));
    }
    int port = Integer.parseInt(listen.substring(listen.indexOf(':') + 1));
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(data.resolve("token"), "secret\n");
      String address = "127.0.0.1:" + serve();
      System.out.printf(
          "ready node=%s listen=127.0.0.1:%d api=%s metrics=%s started=123ms%n",
          "ab".repeat(32), socket.getLocalPort(), address, address);
      if (mode.equals("quits")) {
        System.exit(1);
      }
      gossip();
    }
  }

  private boolean isFirst(String name) throws IOException {
    try {
      Files.createFile(shared.resolveSibling(name));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sees what others put into the shared directory, and makes a block now and then. */
  private void gossip() throws Exception {
    boolean producer = Files.exists(data.resolve("producer.key"));
    long nextSlotNanos = System.nanoTime();
    CountDownLatch never = new CountDownLatch(1);
    while (!never.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      try (Stream<Path> files = Files.list(shared)) {
        files.map(file -> file.getFileName().toString()).sorted().forEach(this::see);
      }
      if (producer && System.nanoTime() - nextSlotNanos > 0) {
        byte[] hash = new byte[32];
        ThreadLocalRandom.current().nextBytes(hash);
        put("block-" + HexFormat.of().formatHex(hash));
        nextSlotNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLOT_MILLIS);
      }
    }
  }

  private synchronized void see(String name) {
    boolean forgotten =
        mode.equals("forgets")
            && data.endsWith("node-1")
            && name.compareTo("transaction-0") >= 0
            && name.compareTo("transaction-8") < 0;
    if (!forgotten && seen.add(name)) {
      held.add(name);
    }
  }

  private void put(String name) throws IOException {
    Path half = Files.createTempFile(data, "half", "");
    Files.writeString(half, data.getFileName().toString());
    Files.move(half, shared.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    synchronized (this) {
      if (seen.add(name)) {
        held.add(name);
      }
    }
  }

  private int serve() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/status", call -> answer(call, STATUS));
    server.createContext("/v1/digest", call -> answer(call, digest()));
    server.createContext("/v1/items", call -> answer(call, items(call)));
    server.createContext("/v1/transactions", this::submit);
    server.createContext("/v1/blocks", this::submit);
    server.createContext("/v1/events", this::events);
    server.createContext(
        "/metrics",
        call ->
            answer(
                call,
                "grapevine_items_received_total{kind=\"transaction\",result=\"new\",} 1.0\n"));
    server.start();
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange call, String text) throws IOException {
    boolean known =
        call.getRequestURI().getPath().equals("/metrics")
            || "Bearer secret".equals(call.getRequestHeaders().getFirst("Authorization"));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(known ? 200 : 401, bytes.length);
    try (OutputStream out = call.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void submit(HttpExchange call) throws IOException {
    try {
      byte[] body = call.getRequestBody().readAllBytes();
      boolean block = call.getRequestURI().getPath().equals("/v1/blocks");
      ItemId id =
          Item.read(block ? ItemKind.BLOCK : ItemKind.TRANSACTION, ByteBuffer.wrap(body)).id();
      put(id.kind().label() + "-" + id.hash().toHex());
      answer(call, "{\"known\":false}");
    } catch (MalformedException e) {
      throw new IOException(e);
    }
  }

  private synchronized String digest() {
    String all = held.stream().sorted().collect(Collectors.joining());
    return """
        {"transactions":{"count":%d,"digest":"%d"},"blocks":{"count":0,"digest":""},"best":"%s","tips":[]}
        """
        .formatted(held.size(), all.hashCode(), BEST);
  }

  private synchronized String items(HttpExchange call) {
    int since =
        Integer.parseInt(call.getRequestURI().getQuery().replaceAll("since=(\\d+)&.*", "$1"));
    List<String> items = new ArrayList<>();
    for (String name : held.subList(since, held.size())) {
      String[] parts = name.split("-", 2);
      items.add("{\"kind\":\"%s\",\"id\":\"%s\"}".formatted(parts[0], parts[1]));
    }
    return "{\"items\":[%s],\"next\":%d}".formatted(String.join(",", items), held.size());
  }

  private void events(HttpExchange call) throws IOException {
    call.sendResponseHeaders(200, 0);
    try (OutputStream out = call.getResponseBody()) {
      out.write(
          "{\"event\":\"hello\",\"mono\":%d}\n"
              .formatted(System.nanoTime())
              .getBytes(StandardCharsets.US_ASCII));
      CountDownLatch never = new CountDownLatch(1);
      for (int told = 0; !never.await(POLL_MILLIS, TimeUnit.MILLISECONDS); ) {
        for (String name : heldFrom(told)) {
          out.write(event(name).getBytes(StandardCharsets.US_ASCII));
          told++;
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<String> heldFrom(int position) {
    return List.copyOf(held.subList(position, held.size()));
  }

  private String event(String name) throws IOException {
    String[] parts = name.split("-", 2);
    String origin = Files.readString(shared.resolve(name));
    String peer = origin.equals(data.getFileName().toString()) ? "" : ",\"peer\":\"ab\"";
    return "{\"event\":\"accepted\",\"mono\":%d,\"item\":\"%s\",\"kind\":\"%s\"%s}\n"
        .formatted(System.nanoTime(), parts[1], parts[0], peer);
  }
}
