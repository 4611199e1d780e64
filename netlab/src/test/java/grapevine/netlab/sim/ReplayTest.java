package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.model.ItemId;
import grapevine.node.model.Network;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.NodeView;
import grapevine.node.record.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of a real node, run again. */
@Timeout(120)
class ReplayTest {
  private static final Network NETWORK =
      new Network(
          "replay",
          System.currentTimeMillis() - 3_600_000,
          50,
          600,
          1 << 20,
          1000,
          List.of(RealNode.PRODUCER.publicKey()),
          new Network.Senders.Listed(new TreeMap<>(Map.of(RealNode.SENDER.publicKey(), 5000))));

  @TempDir private static Path folder;
  private static Path first;
  private static Path second;
  private static int made;

  @TempDir private Path own;

  private static Transaction transaction() {
    long timeMillis = System.currentTimeMillis();
    return Transaction.sign(
        RealNode.SENDER,
        new Transaction.Draft(
            NETWORK.shortId(), Transaction.nonce(timeMillis, made), timeMillis, 300, 10, 0),
        ("vine " + made++).getBytes(StandardCharsets.US_ASCII));
  }

  private static List<ItemId> submit(RealNode node, int count) throws Exception {
    List<ItemId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Transaction transaction = transaction();
      assertThat(node.submit(transaction).rejection()).isNull();
      ids.add(transaction.id());
    }
    return ids;
  }

  /**
   * The recorded node gets and gives transactions and blocks, loses its peer, gets it back, and is
   * stopped; starts again on its store, and serves from it to a node that is new.
   */
  @BeforeAll
  static void record() throws Exception {
    first = folder.resolve("first.rec");
    second = folder.resolve("second.rec");
    List<ItemId> blocks = new ArrayList<>();
    int port;
    RealNode other = new RealNode(NETWORK, folder.resolve("other"), 0, List.of(), null);
    try (RealNode node =
        new RealNode(NETWORK, folder.resolve("node"), 0, List.of(other.address()), first)) {
      node.awaitItems(submit(other, 30));
      other.awaitItems(submit(node, 10));
      blocks.add(node.produce().id());
      other.awaitItems(blocks);
      blocks.add(other.produce().id());
      node.awaitItems(blocks);
      port = other.port();
      other.close();
      node.awaitGone(1);
      List<ItemId> missed = submit(node, 5);
      blocks.add(node.produce().id());
      other = new RealNode(NETWORK, folder.resolve("other"), port, List.of(), null);
      other.awaitItems(missed);
      other.awaitItems(blocks.subList(2, 3));
      List<NodeView.Peer> peers = node.ask((core, nowNanos) -> core.view().peers(nowNanos));
      assertThat(peers).hasSize(1);
    } finally {
      other.close();
    }
    try (RealNode node = new RealNode(NETWORK, folder.resolve("node"), 0, List.of(), second);
        RealNode fresh =
            new RealNode(NETWORK, folder.resolve("fresh"), 0, List.of(node.address()), null)) {
      fresh.awaitItems(blocks);
      fresh.awaitItems(submit(node, 5));
    }
  }

  private static Replay.Outcome replay(Path file) throws IOException {
    return Replay.run(file, Replay.Options.all(), line -> {});
  }

  @Test
  void shouldDoAllThatTheNodeDid() throws Exception {
    for (Path file : List.of(first, second)) {
      Replay.Outcome outcome =
          Replay.run(file, new Replay.Options(Long.MAX_VALUE, 1, 0, true), line -> {});
      assertThat(outcome.verdict()).as(outcome.detail()).isEqualTo(Replay.Verdict.IDENTICAL);
      assertThat(outcome.detail()).isEqualTo("the recording ends there: the node stopped");
      // At the least: a start, a connection, a hello, five submissions, a shutdown.
      assertThat(outcome.inputs()).isGreaterThan(9);
      assertThat(outcome.virtualNanos()).isPositive();
      assertThat(outcome.traceHash()).matches("[0-9a-f]{64}").doesNotMatch("0+");
    }
  }

  @Test
  void shouldShowInputsAndWhatTheyDo() throws Exception {
    List<String> lines = new ArrayList<>();
    Replay.run(first, new Replay.Options(Long.MAX_VALUE, 1, Long.MAX_VALUE, false), lines::add);
    assertThat(lines.getFirst()).startsWith("input 1 (start with 0 saved records at ");
    String all = String.join("\n", lines);
    assertThat(all)
        .containsPattern("  dial 127\\.0\\.0\\.1:\\d+\n")
        .containsPattern("\\(onConnected p1 outbound 127\\.0\\.0\\.1:\\d+ at ")
        .containsPattern("\\(onMessage inv from p1 at \\d+\\.\\d{6} s\\)\n  send getdata to p1, ")
        .containsPattern("\\(onVerified ticket \\d+ valid at [0-9.]+ s\\)\n  put transaction:")
        .containsPattern("\\(submit block:[0-9a-f]{64} at ")
        .contains("propose a block of ", "(onDisconnected p1 ", "(shutdown at ");
    assertThat(lines.stream().filter(line -> line.startsWith("input")))
        .hasSize((int) replay(first).inputs());
  }

  @Test
  void shouldStopWhereAsked() throws Exception {
    Replay.Outcome outcome = Replay.run(first, new Replay.Options(20, 1, 0, false), line -> {});
    assertThat(outcome.verdict()).isEqualTo(Replay.Verdict.IDENTICAL);
    assertThat(outcome.inputs()).isEqualTo(20);
    assertThat(outcome.traceHash()).isNotEqualTo(replay(first).traceHash());
  }

  @Test
  void shouldFindAnyChangedByte() throws Exception {
    byte[] bytes = Files.readAllBytes(second);
    Path changed = own.resolve("changed.rec");
    for (int at = 0; at < bytes.length; at += 1 + bytes.length / 41) {
      byte[] copy = bytes.clone();
      copy[at] ^= 0x10;
      Files.write(changed, copy);
      Replay.Outcome outcome = replay(changed);
      assertThat(outcome.verdict()).as("byte %d", at).isEqualTo(Replay.Verdict.DAMAGED);
      assertThat(outcome.detail()).startsWith(changed.toString());
    }
    byte[] copy = bytes.clone();
    copy[bytes.length / 2] ^= 1;
    Files.write(changed, copy);
    assertThat(replay(changed).detail())
        .containsPattern("is damaged after input \\d+, at byte \\d+: .*checksum");
  }

  @Test
  void shouldReplayACutFileToItsEnd() throws Exception {
    byte[] bytes = Files.readAllBytes(second);
    Path cut = own.resolve("cut.rec");
    long inputsBefore = 0;
    for (int length = bytes.length / 2; length < bytes.length; length += bytes.length / 40) {
      Files.write(cut, Arrays.copyOf(bytes, length));
      Replay.Outcome outcome = replay(cut);
      assertThat(outcome.verdict()).as(outcome.detail()).isEqualTo(Replay.Verdict.IDENTICAL);
      assertThat(outcome.detail()).startsWith("the recording is cut off");
      assertThat(outcome.inputs()).isGreaterThanOrEqualTo(inputsBefore);
      inputsBefore = outcome.inputs();
    }
    assertThat(inputsBefore).isPositive();
  }

  @Test
  void shouldRefuseWhatIsNoRecordingOrOfALaterVersion() throws Exception {
    Path file = own.resolve("other");
    Files.writeString(file, "not a recording at all");
    assertThat(replay(file).verdict()).isEqualTo(Replay.Verdict.DAMAGED);
    assertThat(replay(file).detail()).contains("not a recording of a node");
    byte[] bytes = Files.readAllBytes(first);
    bytes[9]++;
    Files.write(file, bytes);
    assertThat(replay(file).detail()).contains("format version 2, expected 1");
  }

  @Test
  void shouldNameTheFirstInputThatDoesSomethingElse() throws Exception {
    Path forged = own.resolve("forged.rec");
    Forgery.withOtherSeed(first, forged);
    Replay.Outcome outcome = replay(forged);
    assertThat(outcome.verdict()).isEqualTo(Replay.Verdict.DIFFERENT);
    assertThat(outcome.detail())
        .matches("input \\d+ \\(\\w+.* at \\d+\\.\\d{6} s\\): .*differ.*")
        .startsWith("input " + (outcome.inputs() + 1) + " (");
  }

  @Test
  void shouldFailWhereTheNodeFailed() throws Exception {
    Path file = own.resolve("failed.rec");
    try (Recording recording = Recording.open(file, 1 << 20)) {
      Core core = RealNode.offline(recording, NETWORK);
      core.start(List.of(), 10);
      core.onTimer(20);
      assertThatThrownBy(() -> core.onTimer(15)).isInstanceOf(IllegalArgumentException.class);
    }
    Replay.Outcome outcome = replay(file);
    assertThat(outcome.verdict()).as(outcome.detail()).isEqualTo(Replay.Verdict.IDENTICAL);
    assertThat(outcome.detail())
        .isEqualTo("the node failed at input 3, here as when it was recorded");
    assertThat(outcome.failure()).hasMessage("time went back from 20 to 15");
  }

  @Test
  void shouldDoTheSameInAJvmOfOtherFlags() throws Exception {
    String expected = "trace hash " + replay(second).traceHash();
    for (List<String> flags :
        List.of(List.of("-Xint", "-XX:+UseSerialGC"), List.of("-XX:+UseParallelGC", "-ea"))) {
      assertThat(replayInAnotherJvm(flags)).contains(expected, "identical: ");
    }
  }

  private static String replayInAnotherJvm(List<String> flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-Duser.language=ar", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("grapevine.netlab.app.Main", "replay", second.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader()) {
      String printed = out.lines().collect(Collectors.joining("\n"));
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
