package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.crypto.Ed25519;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.console.ExitCode;
import grapevine.node.model.MalformedException;
import grapevine.node.model.Transaction;
import grapevine.node.model.Validity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TxMakeCommandTest {
  /** Half a minute past a minute. */
  private static final String TIME = "1795341630000";

  @TempDir Path folder;
  private String data;

  @BeforeEach
  void makeNetwork() {
    data = folder.resolve("n").toString();
    CommandRun.of("init", "--data", data, "--new-network", "demo", "--allowance", "100");
  }

  private CommandRun make(String... more) {
    String[] first = {"tx", "make", "--data", data, "--time", TIME};
    return CommandRun.of(Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new));
  }

  private static List<Transaction> read(CommandRun run) throws MalformedException {
    assertThat(run.err()).isEmpty();
    List<Transaction> transactions = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      transactions.add(Transaction.read(ByteBuffer.wrap(HexFormat.of().parseHex(line))));
    }
    return transactions;
  }

  @Test
  void shouldMakeTheSameOfTheSameKeyAndTime() {
    CommandRun first = make("--count", "5", "--fee", "7");
    assertThat(make("--count", "5", "--fee", "7")).isEqualTo(first);
    assertThat(first.out().lines()).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void shouldMakeWhatTheNetworkTakes() throws MalformedException {
    Validity validity = new Validity(new DataFiles(folder.resolve("n")).readNetwork().network());
    List<Transaction> made = read(make("--count", "100", "--payload-bytes", "20", "--fee", "7"));
    assertThat(made).hasSize(100);
    assertThat(new HashSet<>(made.stream().map(Transaction::nonce).toList())).hasSize(100);
    for (Transaction each : made) {
      assertThat(validity.transaction(each)).isEmpty();
      assertThat(Ed25519.verify(each.sender(), each.signedMessage(), each.signature())).isTrue();
      assertThat(each.timeMillis()).isEqualTo(Long.parseLong(TIME));
      assertThat(each.fee()).isEqualTo(7);
      assertThat(each.payloadBytes()).isEqualTo(20);
      assertThat(each.lifetimeSeconds()).isEqualTo(600);
    }
  }

  @Test
  void shouldCountNoncesByTheShareOfTheMinute() throws MalformedException {
    assertThat(read(make("--count", "2")).stream().map(Transaction::nonce))
        .containsExactly(
            Transaction.nonce(Long.parseLong(TIME), 50),
            Transaction.nonce(Long.parseLong(TIME), 51));
  }

  @Test
  void shouldPutTextIntoThePayload() throws MalformedException {
    Transaction made = read(make("--payload", "grüße", "--lifetime", "60")).getFirst();
    assertThat(new String(made.payload(), StandardCharsets.UTF_8)).isEqualTo("grüße");
    assertThat(made.lifetimeSeconds()).isEqualTo(60);
  }

  @Test
  void shouldPrintJsonLines() throws IOException {
    String line = make("-o", "jsonl").out().strip();
    assertThat(new ObjectMapper().readTree(line).path("transaction").asText())
        .isEqualTo(make().out().strip());
  }

  @Test
  void shouldFindStampsOnAnOpenNetwork() throws MalformedException {
    String open = folder.resolve("open").toString();
    CommandRun.of("init", "--data", open, "--new-network", "open", "--open", "8");
    String key = folder.resolve("some.key").toString();
    CommandRun.of("key", "new", key);
    CommandRun run = CommandRun.of("tx", "make", "--data", open, "--key", key, "--time", TIME);
    Validity validity = new Validity(new DataFiles(folder.resolve("open")).readNetwork().network());
    assertThat(validity.transaction(read(run).getFirst())).isEmpty();
  }

  @Test
  void shouldRefuseWhatTheNetworkWouldRefuse() {
    assertRefused(make("--count", "101"), "--count: found 101, expected at most 100");
    assertRefused(make("--count", "0"), "--count: found 0");
    assertRefused(make("--lifetime", "601"), "--lifetime: found 601, expected 1 to 600");
    assertRefused(make("--fee", "-1"), "--fee: found -1");
    assertRefused(make("--payload-bytes", "61441"), "--payload-bytes: found 61441");
    assertRefused(make("--payload", "a", "--payload-bytes", "1"), "exclude each other");
    String key = folder.resolve("stranger.key").toString();
    CommandRun.of("key", "new", key);
    assertRefused(make("--key", key), "is not a sender of network demo");
  }

  private static void assertRefused(CommandRun run, String complaint) {
    assertThat(run.err()).contains(complaint);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.out()).isEmpty();
  }
}
