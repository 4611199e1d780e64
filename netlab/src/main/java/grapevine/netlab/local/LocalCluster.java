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
import java.util.Collections;
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
 * A network of real nodes on this machine, placed as a {@link Placement} says. One thread starts,
 * kills and restarts; any thread may ask the nodes meanwhile. No process outlives it, see {@link
 * Children}.
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
  private static final String LOOPBACK = "127.0.0.1:";

  /** Of a host's own address, where nobody else listens. */
  private static final int LINKED_PORT = 7700;

  /** A node that runs: its process, which may be that of others too, and ways to speak with it. */
  private record Running(NodeProcess process, NodeApi api, EventStream events) {}

  /** What a node does unless told otherwise. */
  private static final String RELAY = "announce";

  /**
   * What the nodes are.
   *
   * @param redials whether a node that lost a connection may dial others than the topology names
   * @param relay label of the strategy that all follow
   * @param producing whether the network's producers make blocks of their own accord; otherwise
   *     whoever has their keys makes them
   */
  public record Population(
      Topology topology, boolean redials, LabNetwork network, String relay, boolean producing) {}

  private final NodeProgram program;
  private final Placement placement;
  private final Path directory;
  private final Topology topology;
  private final boolean redials;
  private final String relay;
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
      Placement placement,
      Population population,
      TraceRecorder recorder,
      List<NodeHome> homes,
      Map<String, Integer> nodesByKey) {
    this.program = program;
    this.placement = placement;
    this.directory = homes.getFirst().data().resolveSibling(".").normalize();
    this.topology = population.topology;
    this.redials = population.redials;
    this.relay = population.relay;
    this.recorder = recorder;
    this.homes = homes;
    this.nodesByKey = nodesByKey;
    this.running = new AtomicReferenceArray<>(topology.nodes());
    this.startMillis = new long[topology.nodes()];
  }

  /** With each node in a process of its own, on loopback. */
  public static LocalCluster create(
      NodeProgram program,
      Path directory,
      Topology topology,
      LabNetwork network,
      TraceRecorder recorder)
      throws IOException {
    return create(program, new Placement.Processes(), directory, topology, network, recorder);
  }

  /** With nodes that announce, and producers that make blocks. */
  public static LocalCluster create(
      NodeProgram program,
      Placement placement,
      Path directory,
      Topology topology,
      LabNetwork network,
      TraceRecorder recorder)
      throws IOException {
    Population population = new Population(topology, true, network, RELAY, true);
    return create(program, placement, directory, population, recorder);
  }

  /**
   * Writes the directories of all nodes; starts nothing yet.
   *
   * @param directory exists, and takes a directory and a log for each node
   * @param recorder is told what the nodes tell, by several threads
   */
  public static LocalCluster create(
      NodeProgram program,
      Placement placement,
      Path directory,
      Population population,
      TraceRecorder recorder)
      throws IOException {
    Topology topology = population.topology;
    LabNetwork network = population.network;
    List<NodeHome> homes = new ArrayList<>();
    Map<String, Integer> nodesByKey = new HashMap<>();
    for (int node = 0; node < topology.nodes(); node++) {
      NodeHome home = NodeHome.of(directory, node);
      KeyPair key = network.nodeKey(node);
      home.write(network.network(), key, population.producing ? network.producerKey(node) : null);
      homes.add(home);
      nodesByKey.put(key.publicKey().toHex(), node);
    }
    return new LocalCluster(
        program, placement, population, recorder, List.copyOf(homes), nodesByKey);
  }

  /**
   * Starts all nodes and listens to them; returns when all are ready. When another program takes a
   * port meanwhile, begins anew with other ports: those that run already were told the old ones.
   *
   * @param onStarted is told how many are ready, by several threads
   */
  public void start(IntConsumer onStarted) throws NodeFailure, IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      if (!(placement instanceof Placement.Linked)) {
        ports = Ports.free(topology.nodes());
      }
      AtomicInteger started = new AtomicInteger();
      try {
        if (placement instanceof Placement.Hosted hosted) {
          for (int first = 0; first < topology.nodes(); first += hosted.nodesPerProcess()) {
            int end = Math.min(first + hosted.nodesPerProcess(), topology.nodes());
            startHosted(first, end, () -> onStarted.accept(started.incrementAndGet()));
          }
        } else {
          Concurrently.forEach(
              all(),
              STARTING_MAX,
              node -> {
                startMillis[node] = start(node);
                onStarted.accept(started.incrementAndGet());
                return node;
              });
        }
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
    List<String> command = new ArrayList<>();
    if (placement instanceof Placement.Linked linked) {
      command.addAll(linked.links().enter(node));
    }
    command.addAll(program.command(settings(node).arguments()));
    NodeProcess process = children.start("node " + node, command, homes.get(node).log());
    NodeProcess.Ready ready = process.awaitReady(READY_TIMEOUT);
    onReady(node, process, ready);
    return ready.startMillis();
  }

  /** Starts one process for the nodes from {@code first} to before {@code end}. */
  private void startHosted(int first, int end, Runnable onStarted)
      throws NodeFailure, IOException, InterruptedException {
    List<Integer> nodes = IntStream.range(first, end).boxed().toList();
    for (int node : nodes) {
      homes.get(node).configure(settings(node));
    }
    NodeProcess process =
        children.start(
            "the process of nodes %d to %d".formatted(first, end - 1),
            program
                .withOptions(HostedMemory.options(nodes.size()))
                .command(
                    List.of(
                        "host",
                        "--nodes",
                        directory.toString(),
                        "--first",
                        Integer.toString(first),
                        "--count",
                        Integer.toString(nodes.size()))),
            directory.resolve("nodes-from-" + first + ".log"));
    Map<String, NodeProcess.Ready> byListen = new HashMap<>();
    for (NodeProcess.Ready ready :
        process.awaitReady(nodes.size(), hostedReadyTimeout(nodes.size()))) {
      byListen.put(ready.listen(), ready);
    }
    Concurrently.forEach(
        nodes,
        ASKED_MAX,
        node -> {
          NodeProcess.Ready ready = byListen.get(listen(node));
          if (ready == null) {
            throw new NodeFailure("node %d does not listen at %s".formatted(node, listen(node)));
          }
          startMillis[node] = ready.startMillis();
          onReady(node, process, ready);
          onStarted.run();
          return node;
        });
  }

  /** A processor starts some ten a second; a busy one takes far longer. */
  private static Duration hostedReadyTimeout(int nodes) {
    return READY_TIMEOUT.plusSeconds(nodes);
  }

  private void onReady(int node, NodeProcess process, NodeProcess.Ready ready)
      throws IOException, InterruptedException {
    NodeApi api =
        new NodeApi(
            http, reach(node, ready.api()), reach(node, ready.metrics()), homes.get(node).token());
    EventStream events = EventStream.open(node, api, recorder, nodesByKey);
    running.set(node, new Running(process, api, events));
  }

  private NodeSettings settings(int node) {
    List<String> peers = IntStream.of(topology.dials(node)).mapToObj(this::listen).toList();
    return new NodeSettings(homes.get(node).data(), listen(node), peers, redials, relay);
  }

  /** Where other nodes reach this one. */
  private String listen(int node) {
    return placement instanceof Placement.Linked linked
        ? linked.links().address(node) + ":" + LINKED_PORT
        : LOOPBACK + ports.get(node);
  }

  /** Where the lab reaches what the node calls an address of its loopback. */
  private String reach(int node, String address) throws IOException {
    if (placement instanceof Placement.Linked linked) {
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      return LOOPBACK + linked.links().doorway(node, port);
    }
    return address;
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

  /**
   * Ends a node as a power cut would.
   *
   * @throws NodeFailure when it is down, or cannot be killed alone
   */
  public void kill(int node) throws NodeFailure, InterruptedException {
    if (placement instanceof Placement.Hosted) {
      throw new NodeFailure(
          "node %d cannot be killed: it shares its process with others; give each its own"
              .formatted(node));
    }
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
    startAgain(node);
    awaitLinks(node, Math.min(topology.nodes() - 1, Math.max(1, topology.dials(node).length)));
    recorder.onUp(node, System.nanoTime());
  }

  /** The same without waiting for peers, which may be out of reach. */
  void revive(int node) throws NodeFailure, IOException, InterruptedException {
    startAgain(node);
    recorder.onUp(node, System.nanoTime());
  }

  private void startAgain(int node) throws NodeFailure, IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        start(node);
        return;
      } catch (NodeFailure failure) {
        if (failure.exitCode() != NodeProcess.EXIT_CANNOT_BIND || tries == BIND_TRIES_MAX) {
          throw failure;
        }
        Thread.sleep(BIND_PAUSE);
      }
    }
  }

  /** Takes from a node that is down what its disk holds, but for its keys. */
  void wipe(int node) throws IOException {
    homes.get(node).wipe();
  }

  /** Has a node's process stand still, or go on; its connections stay open. */
  void setFrozen(int node, boolean frozen) throws NodeFailure, IOException, InterruptedException {
    running(node).process.signal(frozen ? "STOP" : "CONT");
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

  /** Asks all nodes to stop and waits, at most so long, until their processes have ended. */
  void stop(Duration timeout) throws InterruptedException {
    children.endAll(timeout);
  }

  /** Memory of each node that runs, as the system counts it; its share where it has no process. */
  public List<Long> residentBytes() {
    List<NodeProcess> processes = new ArrayList<>();
    for (int node : all()) {
      Running one = running.get(node);
      if (one != null) {
        processes.add(one.process);
      }
    }
    return processes.stream()
        .map(each -> each.residentBytes() / Collections.frequency(processes, each))
        .toList();
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
