package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import grapevine.netlab.local.net.LinkEmulator;
import grapevine.netlab.local.net.LinkTable;
import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.KindCount;
import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceRecorder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a program that only looks like a node. */
@Timeout(60)
class LocalClusterTest {
  @TempDir private Path directory;

  @Test
  void shouldStartKillAndRestartNodes() throws Exception {
    TraceRecorder recorder = TraceRecorder.shared(2);
    try (LocalCluster cluster = cluster("well", 2, recorder)) {
      AtomicInteger started = new AtomicInteger();
      cluster.start(count -> started.incrementAndGet());
      cluster.awaitLinks();
      assertThat(started).hasValue(2);
      assertThat(cluster.up()).containsExactly(0, 1);
      assertThat(cluster.startMillis()).containsExactly(123L, 123L);
      assertThat(cluster.residentBytes()).hasSize(2).allMatch(bytes -> bytes > 1 << 20);
      assertThat(cluster.costs().getFirst().of("transaction", KindCount.NEW)).isEqualTo(1);

      cluster.kill(1);
      assertThat(cluster.up()).containsExactly(0);
      assertThatThrownBy(() -> cluster.api(1)).hasMessage("node 1 is down");
      assertThat(liveNodes(recorder)).containsExactly(true, false);

      cluster.restart(1);
      cluster.requireAllAlive();
      assertThat(liveNodes(recorder)).containsExactly(true, true);
    }
    assertThat(Files.readString(directory.resolve("node-1.log")))
        .containsPattern("(?s)ready node=.*fake node starting.*ready node=");
  }

  @Test
  void shouldHostNodesTogetherAndRefuseToKillOne() throws Exception {
    try (LocalCluster cluster =
        cluster(
            directory,
            FakeNode.program("well"),
            new Placement.Hosted(2),
            3,
            TraceRecorder.shared(3))) {
      AtomicInteger started = new AtomicInteger();
      cluster.start(count -> started.incrementAndGet());
      cluster.awaitLinks();
      assertThat(started).hasValue(3);
      assertThat(cluster.up()).containsExactly(0, 1, 2);
      assertThat(cluster.costs()).hasSize(3);
      List<Long> bytes = cluster.residentBytes();
      assertThat(bytes.get(0)).as("half of one process").isEqualTo(bytes.get(1));
      assertThat(bytes.get(2)).as("a process alone").isGreaterThan(bytes.get(0));
      assertThatThrownBy(() -> cluster.kill(1))
          .isInstanceOf(NodeFailure.class)
          .hasMessage(
              "node 1 cannot be killed: it shares its process with others; give each its own");
      cluster.requireAllAlive();
    }
    assertThat(directory.resolve("nodes-from-0.log")).exists();
    assertThat(directory.resolve("nodes-from-2.log")).exists();
  }

  @Test
  void shouldReachNodesBehindEmulatedLinks() throws Exception {
    assumeThat(LinkEmulator.obstacle()).as("why links cannot be emulated here").isEmpty();
    try (LinkEmulator links = LinkEmulator.open(2, new LinkTable.Uniform(0, 0, 0, 0), 1);
        LocalCluster cluster =
            cluster(
                directory,
                FakeNode.program("well"),
                new Placement.Linked(links),
                2,
                TraceRecorder.shared(2))) {
      cluster.start(count -> {});
      cluster.awaitLinks();
      cluster.kill(1);
      cluster.restart(1);
      cluster.requireAllAlive();
      // Not their sets: a producer may make a block between two questions.
      assertThat(cluster.api(0).digest().best()).isEqualTo(FakeNode.BEST);
      assertThat(cluster.api(1).digest().best()).isEqualTo(FakeNode.BEST);
    }
  }

  private static List<Boolean> liveNodes(TraceRecorder recorder) {
    Trace trace = recorder.trace(0, 0, List.of());
    return trace.nodes().stream().map(node -> node.isLive()).toList();
  }

  @Test
  void shouldTryOtherPortsWhenOneCannotBeBound() throws Exception {
    try (LocalCluster cluster = cluster("bind-once", 2, TraceRecorder.shared(2))) {
      cluster.start(count -> {});
      assertThat(cluster.up()).containsExactly(0, 1);
    }
    assertThat(directory.resolve("bind-tried")).exists();
  }

  @Test
  void shouldTellExitCodeAndLastWordsOfANodeThatDiesEarly() throws Exception {
    try (LocalCluster cluster = cluster("dies", 1, TraceRecorder.shared(1))) {
      assertThatThrownBy(() -> cluster.start(count -> {}))
          .isInstanceOf(NodeFailure.class)
          .hasMessageContaining("node 0 ended with exit code 3 before it was ready")
          .hasMessageContaining("fake trouble: no memory");
    }
  }

  @Test
  void shouldNoticeANodeThatEndsByItself() throws Exception {
    NodeProcess process =
        NodeProcess.start(
            "node 0",
            FakeNode.program("quits")
                .command(
                    List.of(
                        "--data",
                        Files.createDirectory(directory.resolve("node-0")).toString(),
                        "--listen",
                        "127.0.0.1:0")),
            directory.resolve("node-0.log"));
    assertThat(process.awaitReady(Duration.ofSeconds(30)).nodeId()).isEqualTo("ab".repeat(32));
    process.awaitEnd(System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
    assertThat(process.exitCode()).isEqualTo(1);
    assertThat(process.lastWords()).contains("ready node=");
  }

  @Test
  void shouldEndAllNodesWhenTheLabIsAskedToStop() throws Exception {
    Process lab = lab("well");
    ProcessHandle node = nodeOf(lab);
    lab.destroy(); // SIGTERM; Ctrl-C ends the JVM the same way
    assertThat(lab.waitFor(30, TimeUnit.SECONDS)).isTrue();
    node.onExit().get(30, TimeUnit.SECONDS);
    assertThat(node.isAlive()).isFalse();
  }

  @Test
  void shouldKillANodeThatDoesNotStopWhenAsked() throws Exception {
    Process lab = lab("stubborn");
    ProcessHandle node = nodeOf(lab);
    lab.destroy();
    assertThat(lab.waitFor(30, TimeUnit.SECONDS)).isTrue();
    node.onExit().get(30, TimeUnit.SECONDS);
    assertThat(node.isAlive()).isFalse();
  }

  /** A lab of its own process, with one node. */
  private Process lab(String mode) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Lab.class.getName(),
            mode,
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static ProcessHandle nodeOf(Process lab) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(lab.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("started");
    return lab.children().findFirst().orElseThrow();
  }

  /** Starts one node and waits to be ended. */
  static final class Lab {
    public static void main(String[] args) throws Exception {
      try (LocalCluster cluster = cluster(Path.of(args[1]), args[0], 1, TraceRecorder.shared(1))) {
        cluster.start(count -> {});
        System.out.println("started");
        new CountDownLatch(1).await();
      }
    }
  }

  private LocalCluster cluster(String mode, int nodes, TraceRecorder recorder) throws IOException {
    return cluster(directory, mode, nodes, recorder);
  }

  private static LocalCluster cluster(
      Path directory, String mode, int nodes, TraceRecorder recorder) throws IOException {
    return cluster(directory, FakeNode.program(mode), new Placement.Processes(), nodes, recorder);
  }

  private static LocalCluster cluster(
      Path directory, NodeProgram program, Placement placement, int nodes, TraceRecorder recorder)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    LabNetwork network =
        LabNetwork.create(nodes, new LabNetwork.Terms(1_000, 500, 600, 1, 1, 60), random.split());
    return LocalCluster.create(
        program,
        placement,
        directory,
        Topology.draw(new TopologyPlan.Random(1), nodes, random.split()).downwards(),
        network,
        recorder);
  }
}
