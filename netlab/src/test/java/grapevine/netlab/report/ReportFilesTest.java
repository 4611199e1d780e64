package grapevine.netlab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.netlab.report.figures.HandMadeFacts;
import grapevine.netlab.report.figures.HandMadeTrace;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.trace.Trace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
  @Test
  void shouldWriteTheSameFiguresToAllFiles(@TempDir Path directory) throws Exception {
    Summary summary = Summary.over(List.of(report("announce")));
    List<Path> files = ReportFiles.write(directory, summary, HandMadeFacts.FAILED, List.of());
    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactly("report.json", "report.csv", "report.html");

    JsonNode json = new ObjectMapper().readTree(files.getFirst().toFile());
    assertThat(json.path("passed").asBoolean()).isFalse();
    assertThat(json.path("seeds").get(0).asLong()).isEqualTo(7);
    JsonNode kind = json.path("strategies").get(0).path("kinds").path("transaction");
    assertThat(kind.path("items").asInt()).isEqualTo(2);
    assertThat(kind.path("delivered").asInt()).isEqualTo(1);
    JsonNode figures = kind.path("figures");
    assertThat(figures.path("t50Millis").path("value").asDouble()).isEqualTo(0);
    assertThat(figures.path("t50Millis").path("interval").isNull()).isTrue();
    assertThat(figures.path("t100Millis").path("value").isNull()).isTrue();
    assertThat(figures.path("bodyCopiesPerNode").path("value").isNull()).isTrue();
    assertThat(kind.path("coverageMillis").path("median")).hasSize(100);
    assertThat(json.path("missing").get(0).path("nodes").get(0).asInt()).isEqualTo(1);
    assertThat(json.path("missing").get(0).path("item").asText())
        .startsWith("transaction:00000001");

    List<String> lines = Files.readAllLines(files.get(1));
    assertThat(lines.getFirst())
        .startsWith("relay,kind,runs,items,delivered,timed,deliveredPercent,");
    assertThat(lines.get(1)).startsWith("announce,transaction,1,2,1,2,50.000,,0.000,,,,");
    assertThat(lines.get(2)).startsWith("announce,block,1,0,0,0,100.000,,,,");
    assertThat(lines).hasSize(3);
    assertThat(lines).extracting(line -> line.split(",", -1).length).containsOnly(6 + 2 * 16);
  }

  @Test
  void shouldGiveIntervalsOverSeeds() {
    Summary summary = Summary.over(List.of(spread(10), spread(20), spread(30)));
    String csv = ReportFiles.csv(summary);
    // t100 of 10, 20 and 30 ms: mean 20, deviation 10, t = 4.3027, 10 / √3 · t = 24.842.
    assertThat(csv.lines().skip(1).findFirst().orElseThrow())
        .startsWith("announce,transaction,3,3,3,3,100.000,0.000,0.000,0.000,20.000,24.842,");
    assertThat(ReportTable.text(summary, HandMadeFacts.PASSED)).contains("± 95 %", "±24.8");
  }

  @Test
  void shouldFitATerminalAndSayWhatFailed() {
    String text = ReportTable.text(Summary.over(List.of(report("a"))), HandMadeFacts.FAILED);
    assertThat(text).contains("FAILED: something is missing.", "Note: 2 events were lost.");
    assertThat(text).contains("200 MB resident (median; max 300), up after 700 ms");
    assertThat(text).contains("scripts/netlab demo --seed 7", "trace hash 0123abcd");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    assertThat(
            text.lines().filter(line -> line.startsWith("transaction ")).findFirst().orElseThrow())
        .matches("transaction +2 +50\\.00 +0\\.0 +– +– +– +– +– +–");
  }

  @Test
  void shouldHaveOneLineForEachStrategyAndKind() {
    String text =
        ReportTable.text(
            Summary.over(List.of(report("announce"), report("flood"))), HandMadeFacts.FAILED);
    assertThat(text.lines().filter(line -> line.startsWith("flood transaction "))).hasSize(2);
    assertThat(text.lines().filter(line -> line.startsWith("announce block "))).hasSize(2);
  }

  @Test
  void shouldNotRoundUpToAHundredPercent() {
    HandMadeTrace hand = new HandMadeTrace(2);
    for (int i = 0; i < 50_000; i++) {
      hand.transaction(0, 0, 1);
    }
    hand.transactionHeldBy(List.of(0), 0, 0, 1);
    assertThat(ReportTable.text(Summary.over(List.of(hand.report())), HandMadeFacts.PASSED))
        .contains(" 99.99 ");
  }

  private static PropagationReport report(String relay) {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.transaction(0, 0, Trace.NEVER);
    hand.transactionHeldBy(List.of(0), 10, 10, Trace.NEVER);
    return hand.report(relay);
  }

  private static PropagationReport spread(long lastMillis) {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.transaction(0, 0, lastMillis);
    return hand.report();
  }
}
