package grapevine.netlab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.netlab.trace.Trace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
  private static final RunFacts FACTS =
      new RunFacts(
          "scripts/netlab demo --seed 7",
          7,
          false,
          "something is missing.",
          List.of("2 events were lost."),
          3,
          new RunFacts.Machine("Linux", 2, "25", 1.5, 2.5),
          new RunFacts.Footprint(List.of(300L << 20, 100L << 20, 200L << 20), List.of(900L, 700L)));

  @Test
  void shouldWriteTheSameFiguresToBothFiles(@TempDir Path directory) throws Exception {
    List<Path> files = ReportFiles.write(directory, report(), FACTS);

    JsonNode json = new ObjectMapper().readTree(files.getFirst().toFile());
    assertThat(json.path("passed").asBoolean()).isFalse();
    assertThat(json.path("seed").asLong()).isEqualTo(7);
    JsonNode kind = json.path("kinds").path("transaction");
    assertThat(kind.path("items").asInt()).isEqualTo(2);
    assertThat(kind.path("delivered").asInt()).isEqualTo(1);
    assertThat(kind.path("t50Millis").asDouble()).isEqualTo(0);
    assertThat(kind.path("t100Millis").isNull()).isTrue();
    assertThat(kind.path("bodyCopiesPerNode").isNull()).isTrue();
    assertThat(json.path("missing").get(0).path("nodes").get(0).asInt()).isEqualTo(1);
    assertThat(json.path("missing").get(0).path("item").asText())
        .startsWith("transaction:00000001");

    List<String> lines = Files.readAllLines(files.getLast());
    assertThat(lines.getFirst()).startsWith("kind,items,delivered,timed,t50_millis,");
    assertThat(lines.get(1)).isEqualTo("transaction,2,1,2,0.000,,,,,,");
    assertThat(lines.get(2)).isEqualTo("block,0,0,0,,,,,,,");
    assertThat(lines).hasSize(3);
  }

  @Test
  void shouldFitATerminalAndSayWhatFailed() {
    String text = ReportTable.text(report(), FACTS);
    assertThat(text).contains("FAILED: something is missing.", "Note: 2 events were lost.");
    assertThat(text).contains("200 MB resident (median; max 300), up after 700 ms");
    assertThat(text).contains("scripts/netlab demo --seed 7");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    assertThat(
            text.lines().filter(line -> line.startsWith("transaction ")).findFirst().orElseThrow())
        .matches("transaction +2 +50\\.00 +0\\.0 +- +- +- +- +- +-");
  }

  @Test
  void shouldNotRoundUpToAHundredPercent() {
    HandMadeTrace hand = new HandMadeTrace(2);
    for (int i = 0; i < 50_000; i++) {
      hand.transaction(0, 0, 1);
    }
    hand.transactionHeldBy(List.of(0), 0, 0, 1);
    assertThat(ReportTable.text(hand.report(), FACTS)).contains(" 99.99 ");
  }

  private static PropagationReport report() {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.transaction(0, 0, Trace.NEVER);
    hand.transactionHeldBy(List.of(0), 10, 10, Trace.NEVER);
    return hand.report();
  }
}
