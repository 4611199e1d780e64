package grapevine.netlab.local;

import grapevine.crypto.KeyPair;
import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.trace.NodeCosts;
import grapevine.netlab.trace.TraceRecorder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network of node processes on this machine. One thread starts, kills and restarts; any thread
 * may ask the nodes meanwhile. No process outlives it, see {@link Children}.
 */
public final class LocalCluster implements AutoCloseable {
  /** Starting a JVM takes a processor for seconds; more at a time only makes each slower. */
  private static final int STARTING_MAX = 3;

  private static final int ASKED_MAX = 32;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration LINKS_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration BIND_PAUSE = Duration.ofMillis(500);
  private static final Duration LINKS_PAUSE = Duration.ofMillis(100);
  private static final int BIND_TRIES_MAX = 5;
  private static final String HOST = "127.0.0.1:";

  /** A node that runs: its process, and ways to speak with it. */
  private record Running(NodeProcess process, NodeApi api, EventStream events) {}

  private final NodeProgram program;
  private final Topology topology;
  private final TraceRecorder recorder;
  private final List<NodeHome> homes;
  private final Map<String, Integer> nodesByKey;
  private final AtomicReferenceArray<@Nullable Running> running;
  private final long[] startMillis;
  private final Children children = new Children();
  private final ExecutorService httpThreads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .proxy(HttpClient.Builder.NO_PROXY)
          .executor(httpThreads)
          .build();

  private List<Integer> ports = List.of();

  private LocalCluster(
      NodeProgram program,
      Topology topology,
      TraceRecorder recorder,
      List<NodeHome> homes,
      Map<String, Integer> nodesByKey) {
    this.program = program;
    this.topology = topology;
    this.recorder = recorder;
    this.homes = homes;
    this.nodesByKey = nodesByKey;
    this.running = new AtomicReferenceArray<>(topology.nodes());
    this.startMillis = new long[topology.nodes()];
  }

  /**
   * Writes the directories of all nodes; starts nothing yet.
   *
   * @param directory exists, and takes a directory and a log for each node
   * @param recorder is told what the nodes tell, by several threads
   */
  public static LocalCluster create(
      NodeProgram program,
      Path directory,
      Topology topology,
      LabNetwork network,
      TraceRecorder recorder)
      throws IOException {
    List<NodeHome> homes = new ArrayList<>();
    Map<String, Integer> nodesByKey = new HashMap<>();
    for (int node = 0; node < topology.nodes(); node++) {
      NodeHome home = NodeHome.of(directory, node);
      KeyPair key = network.nodeKey(node);
      home.write(network.network(), key, network.producerKey(node));
      homes.add(home);
      nodesByKey.put(key.publicKey().toHex(), node);
    }
    return new LocalCluster(program, topology, recorder, List.copyOf(homes), nodesByKey);
  }

  /**
   * Starts all nodes and listens to them; returns when all are ready. When another program takes a
   * port meanwhile, begins anew with other ports: those that run already were told the old ones.
   *
   * @param onStarted is told how many are ready, by several threads
   */
  public void start(IntConsumer onStarted) throws NodeFailure, IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      ports = Ports.free(topology.nodes());
      AtomicInteger started = new AtomicInteger();
      try {
        Concurrently.forEach(
            all(),
            STARTING_MAX,
            node -> {
              startMillis[node] = start(node);
              onStarted.accept(started.incrementAndGet());
              return node;
            });
        return;
      } catch (NodeFailure failure) {
        if (failure.exitCode() != NodeProcess.EXIT_CANNOT_BIND || tries == BIND_TRIES_MAX) {
          throw failure;
        }
        children.endAll();
      }
    }
  }

  /** Returns what the node says its start took. */
  private long start(int node) throws NodeFailure, IOException, InterruptedException {
    NodeHome home = homes.get(node);
    NodeProcess process =
        children.start("node " + node, program.command(arguments(node)), home.log());
    NodeProcess.Ready ready = process.awaitReady(READY_TIMEOUT);
    NodeApi api = new NodeApi(http, ready.api(), ready.metrics(), home.token());
    EventStream events = EventStream.open(node, api, recorder, nodesByKey);
    running.set(node, new Running(process, api, events));
    return ready.startMillis();
  }

  private List<String> arguments(int node) {
    int[] dials = topology.dials(node);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("node", "--data", homes.get(node).data().toString()));
    arguments.addAll(List.of("--listen", HOST + ports.get(node)));
    arguments.addAll(List.of("--api-listen", HOST + 0, "--metrics-listen", HOST + 0));
    for (int peer : dials) {
      arguments.addAll(List.of("--peer", HOST + ports.get(peer)));
    }
    arguments.addAll(List.of("--outbound", Integer.toString(dials.length)));
    return arguments;
  }

  /** Waits until every node has all links of the topology; from then on they count as up. */
  public void awaitLinks() throws NodeFailure, IOException, InterruptedException {
    int[] links = topology.degrees();
    Concurrently.forEach(
        all(),
        ASKED_MAX,
        node -> {
          awaitLinks(node, links[node]);
          return node;
        });
    long nowNanos = System.nanoTime();
    all().forEach(node -> recorder.onUp(node, nowNanos));
  }

  private void awaitLinks(int node, int links)
      throws NodeFailure, IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + LINKS_TIMEOUT.toNanos();
    for (int found = api(node).peers(); found < links; found = api(node).peers()) {
      requireAlive(node);
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new NodeFailure(
            "node %d has %d of %d links after %d s"
                .formatted(node, found, links, LINKS_TIMEOUT.toSeconds()));
      }
      Thread.sleep(LINKS_PAUSE);
    }
  }

  /** Ends a node as a power cut would. */
  public void kill(int node) throws NodeFailure, InterruptedException {
    Running killed = running(node);
    recorder.onDown(node);
    killed.process.kill();
    running.set(node, null);
    killed.events.close();
  }

  /**
   * Starts a killed node again, with its directory and port; returns when it has found its peers.
   * Those that dialled it may take longer to come back.
   */
  public void restart(int node) throws NodeFailure, IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        start(node);
        break;
      } catch (NodeFailure failure) {
        if (failure.exitCode() != NodeProcess.EXIT_CANNOT_BIND || tries == BIND_TRIES_MAX) {
          throw failure;
        }
        Thread.sleep(BIND_PAUSE);
      }
    }
    awaitLinks(node, Math.min(topology.nodes() - 1, Math.max(1, topology.dials(node).length)));
    recorder.onUp(node, System.nanoTime());
  }

  /**
   * @throws NodeFailure when a node ended by itself
   */
  public void requireAllAlive() throws NodeFailure, IOException {
    for (int node : all()) {
      if (isUp(node)) {
        requireAlive(node);
      }
    }
  }

  private void requireAlive(int node) throws NodeFailure, IOException {
    NodeProcess process = running(node).process;
    if (!process.isAlive()) {
      throw new NodeFailure(
          "node %d ended by itself with exit code %d%s"
              .formatted(node, process.exitCode(), process.lastWords()),
          process.exitCode());
    }
  }

  /** What each node counted since it started; zero for one that is down. */
  public List<NodeCosts> costs() throws NodeFailure, IOException, InterruptedException {
    return Concurrently.forEach(
        all(), ASKED_MAX, node -> isUp(node) ? api(node).metrics().costs() : NodeCosts.NONE);
  }

  /** Memory of each node that runs, as the system counts it. */
  public List<Long> residentBytes() {
    List<Long> bytes = new ArrayList<>();
    for (int node : all()) {
      Running one = running.get(node);
      if (one != null) {
        bytes.add(one.process.residentBytes());
      }
    }
    return bytes;
  }

  /** From the start of the JVM until ready, as each node measured at its first start. */
  public List<Long> startMillis() {
    return IntStream.range(0, startMillis.length).mapToObj(node -> startMillis[node]).toList();
  }

  /** Numbers of the nodes that run. */
  List<Integer> up() {
    return all().stream().filter(this::isUp).toList();
  }

  boolean isUp(int node) {
    return running.get(node) != null;
  }

  int nodes() {
    return topology.nodes();
  }

  /**
   * @throws NodeFailure when the node is down
   */
  NodeApi api(int node) throws NodeFailure {
    return running(node).api;
  }

  private Running running(int node) throws NodeFailure {
    Running one = running.get(node);
    if (one == null) {
      throw new NodeFailure("node " + node + " is down");
    }
    return one;
  }

  private List<Integer> all() {
    return IntStream.range(0, topology.nodes()).boxed().toList();
  }

  @Override
  public void close() {
    children.close();
    http.shutdownNow();
    httpThreads.shutdownNow();
  }
}
