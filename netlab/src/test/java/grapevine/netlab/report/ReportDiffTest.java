package grapevine.netlab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.netlab.report.ReportDiff.Change;
import grapevine.netlab.report.figures.HandMadeFacts;
import grapevine.netlab.report.figures.HandMadeTrace;
import grapevine.netlab.report.figures.PropagationReport;
import grapevine.netlab.report.figures.Summary;
import grapevine.netlab.trace.CostCounter;
import grapevine.netlab.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportDiffTest {
  private static final double TOLERANCE = 10;

  @TempDir private Path directory;

  @Test
  void shouldFindNoChangeBetweenAReportAndItself() throws IOException {
    ReportDiff diff = diff(runs("announce", 10), runs("announce", 10));
    assertThat(diff.hasRegression()).isFalse();
    assertThat(diff.rows()).isNotEmpty().allMatch(row -> row.change() == Change.SAME);
    assertThat(diff.notes()).isEmpty();
    assertThat(diff.text()).contains("NO REGRESSION");
  }

  @Test
  void shouldAllowTheToleranceAndNoMoreWhereThereIsOneSeed() throws IOException {
    assertThat(diff(runs("announce", 100), runs("announce", 110)).hasRegression()).isFalse();
    ReportDiff worse = diff(runs("announce", 100), runs("announce", 111));
    assertThat(worse.hasRegression()).isTrue();
    ReportDiff.Row row = row(worse, "t100Millis");
    assertThat(row.change()).isEqualTo(Change.WORSE);
    assertThat(row.relativePercent()).isEqualTo(11);
    assertThat(row.allowed()).isEqualTo(10);
    assertThat(worse.text()).contains("REGRESSED", "+11.0 %", "worse");
    assertThat(diff(runs("announce", 111), runs("announce", 90)).hasRegression()).isFalse();
  }

  @Test
  void shouldJudgeSeveralSeedsByTheirIntervals() throws IOException {
    // Both deviate by 10: half intervals of 24.84, so 35.13 for the difference.
    List<PropagationReport> before = runs("announce", 90, 100, 110);
    ReportDiff diff = diff(before, runs("announce", 124, 134, 144));
    assertThat(row(diff, "t100Millis").allowed()).isCloseTo(35.13, within(0.01));
    assertThat(row(diff, "t100Millis").change()).isEqualTo(Change.SAME);
    assertThat(row(diff(before, runs("announce", 127, 137, 147)), "t100Millis").change())
        .isEqualTo(Change.WORSE);
    assertThat(row(diff(before, runs("announce", 53, 63, 73)), "t100Millis").change())
        .isEqualTo(Change.BETTER);
  }

  @Test
  void shouldNotBearThatLessIsDelivered() throws IOException {
    HandMadeTrace hand = new HandMadeTrace(2);
    for (int i = 0; i < 99; i++) {
      hand.transaction(0, 0, 100);
    }
    hand.transactionHeldBy(List.of(0), 0, 0, 100);
    ReportDiff diff = diff(runs("announce", 100), List.of(hand.report()));
    assertThat(row(diff, "deliveredPercent").change()).isEqualTo(Change.WORSE);
  }

  @Test
  void shouldCallATimeThatIsNoLongerReachedWorse() throws IOException {
    HandMadeTrace hand = new HandMadeTrace(2);
    hand.transaction(0, 0, Trace.NEVER);
    ReportDiff diff = diff(runs("announce", 100), List.of(hand.report()));
    assertThat(row(diff, "t100Millis").change()).isEqualTo(Change.WORSE);
    assertThat(row(diff(List.of(hand.report()), runs("announce", 100)), "t100Millis").change())
        .isEqualTo(Change.BETTER);
  }

  @Test
  void shouldCompareWhatANodeSends() throws IOException {
    ReportDiff diff = diff(List.of(sending(1_000)), List.of(sending(2_000)));
    ReportDiff.Row row = row(diff, "socketBytesPerNodeAndSecond");
    assertThat(row.of()).isEqualTo("announce node");
    assertThat(row.change()).isEqualTo(Change.WORSE);
  }

  @Test
  void shouldCompareTwoStrategiesWhenThereIsOneOnEachSide() throws IOException {
    ReportDiff diff = diff(runs("announce", 100), runs("flood", 50));
    assertThat(row(diff, "t100Millis").of()).isEqualTo("announce → flood transaction");
    assertThat(row(diff, "t100Millis").change()).isEqualTo(Change.BETTER);
  }

  @Test
  void shouldSayWhatIsOnOneSideOnly() throws IOException {
    List<PropagationReport> both = new ArrayList<>(runs("announce", 100));
    both.addAll(runs("flood", 100));
    assertThat(diff(both, runs("announce", 100)).notes())
        .containsExactly("strategy flood is only in the first report");
    assertThat(diff(runs("announce", 100), both).notes())
        .containsExactly("strategy flood is only in the second report");
  }

  @Test
  void shouldWriteTheSameForPrograms() throws IOException {
    String json = diff(runs("announce", 100), runs("announce", 200)).json();
    var read = new ObjectMapper().readTree(json);
    assertThat(read.path("regression").asBoolean()).isTrue();
    assertThat(read.path("figures").findValuesAsText("metric")).contains("t100Millis");
    assertThat(read.path("figures").findValuesAsText("change")).contains("worse", "same");
  }

  @Test
  void shouldNameWhatItFoundInsteadOfAReport() throws IOException {
    Path report = written("a", runs("announce", 100));
    Path other = directory.resolve("other.json");
    assertUnreadable(report, other, "does not exist");
    Files.writeString(other, "hello");
    assertUnreadable(report, other, "is not JSON");
    Files.writeString(other, "{\"name\":1}");
    assertUnreadable(report, other, "has no \"format\", expected \"grapevine-report\"");
    Files.writeString(other, "{\"format\":\"grapevine-report\",\"version\":9}");
    assertUnreadable(report, other, "has version 9, expected 2");
  }

  private static void assertUnreadable(Path report, Path other, String message) {
    assertThatThrownBy(() -> ReportDiff.of(report, other, TOLERANCE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(other.toString())
        .hasMessageContaining(message);
  }

  private ReportDiff diff(List<PropagationReport> before, List<PropagationReport> after)
      throws IOException {
    return ReportDiff.of(written("a", before), written("b", after).getParent(), TOLERANCE);
  }

  private Path written(String name, List<PropagationReport> runs) throws IOException {
    Path into = Files.createDirectories(directory.resolve(name));
    return ReportFiles.write(into, Summary.over(runs), HandMadeFacts.PASSED, List.of()).getFirst();
  }

  private static ReportDiff.Row row(ReportDiff diff, String key) {
    return diff.rows().stream()
        .filter(row -> row.metric().key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  /** One run for each time to the second of two nodes. */
  private static List<PropagationReport> runs(String relay, long... lastMillis) {
    List<PropagationReport> runs = new ArrayList<>();
    for (long last : lastMillis) {
      HandMadeTrace hand = new HandMadeTrace(2);
      hand.transaction(0, 0, last);
      runs.add(hand.report(relay));
    }
    return runs;
  }

  private static PropagationReport sending(long socketBytes) {
    HandMadeTrace hand = new HandMadeTrace(1);
    CostCounter counter = new CostCounter();
    counter.addSocketBytes(socketBytes, 0);
    hand.costs(0, counter.snapshot());
    return hand.report();
  }
}
