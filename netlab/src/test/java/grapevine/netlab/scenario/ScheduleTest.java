package grapevine.netlab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.scenario.Schedule.Birth;
import grapevine.netlab.scenario.Schedule.Event;
import grapevine.netlab.scenario.Schedule.Turn;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void shouldBearTransactionsAtTheRate() {
    Schedule schedule =
        of(10, "[[transactions]]\nper_second = 100\nbytes = 300\nfrom_s = 10\nuntil_s = 50");
    List<Birth> births = schedule.births();
    // 4,000 ± 63
    assertThat(births).hasSizeBetween(3_750, 4_250);
    assertThat(births).isSortedAccordingTo(Comparator.comparingLong(Birth::atNanos));
    assertThat(births.getFirst().atNanos()).isGreaterThanOrEqualTo(10 * SECOND);
    assertThat(births.getLast().atNanos()).isLessThan(50 * SECOND);
    assertThat(births).allMatch(birth -> birth.bytes() == 300);
    Map<Integer, Long> byNode =
        births.stream().collect(Collectors.groupingBy(Birth::node, Collectors.counting()));
    assertThat(byNode)
        .hasSize(10)
        .allSatisfy((node, count) -> assertThat(count).isBetween(300L, 500L));
    // Exponential gaps: a share of e^-1 is longer than their mean of 10 ms.
    long longGaps = 0;
    for (int i = 1; i < births.size(); i++) {
      longGaps += births.get(i).atNanos() - births.get(i - 1).atNanos() > SECOND / 100 ? 1 : 0;
    }
    assertThat((double) longGaps / births.size()).isBetween(0.33, 0.41);
    assertThat(schedule.endNanos()).isEqualTo(60 * SECOND);
  }

  @Test
  void shouldBeDerivedFromTheSeedOnly() {
    String text =
        """
        [[transactions]]
        per_second = 10
        [[fault]]
        kind = "churn"
        at_s = 0
        until_s = 60
        share_per_minute = 2
        down_s = 5
        """;
    Scenario scenario = Scenarios.of(20, text);
    assertThat(Schedule.of(scenario)).isEqualTo(Schedule.of(Scenarios.of(20, text)));
    assertThat(Schedule.of(scenario.withRelay("flood"))).isEqualTo(Schedule.of(scenario));
    assertThat(Schedule.of(scenario.withSeed(2)).births())
        .isNotEqualTo(Schedule.of(scenario).births());
    assertThat(Schedule.of(scenario.withSeed(2)).events())
        .isNotEqualTo(Schedule.of(scenario).events());
  }

  @Test
  void shouldNotChangeALoadByAnotherBesideIt() {
    String first = "[[transactions]]\nper_second = 10\nbytes = 200\n";
    String second = "[[transactions]]\nper_second = 10\nbytes = 201\n";
    List<Birth> alone = of(20, first).births();
    List<Birth> both = of(20, first + second).births();
    assertThat(both.stream().filter(birth -> birth.bytes() == 200).toList()).isEqualTo(alone);
    assertThat(both).hasSizeGreaterThan(alone.size());
  }

  @Test
  void shouldGiveABurstToOneNode() {
    List<Birth> births = of(20, "[[burst]]\nat_s = 3\ncount = 50").births();
    assertThat(births).hasSize(50);
    assertThat(new TreeSet<>(births.stream().map(Birth::node).toList())).hasSize(1);
    assertThat(births).allMatch(birth -> birth.atNanos() == 3 * SECOND);
  }

  @Test
  void shouldLetProducersTakeTurnsBySlot() {
    List<Turn> turns =
        of(20, "[blocks]\ninterval_s = 2\nproducers = 3\nbytes = 5000\nfrom_s = 4\nuntil_s = 13")
            .turns();
    assertThat(turns)
        .containsExactly(
            new Turn(4 * SECOND, 2, 5_000, 250),
            new Turn(6 * SECOND, 0, 5_000, 250),
            new Turn(8 * SECOND, 1, 5_000, 250),
            new Turn(10 * SECOND, 2, 5_000, 250),
            new Turn(12 * SECOND, 0, 5_000, 250));
  }

  @Test
  void shouldTakeATraceAsItIs() {
    assertThat(of(20, "births = [[2, 3, 200], [0.5, 4, 300]]").births())
        .containsExactly(new Birth(SECOND / 2, 4, 300), new Birth(2 * SECOND, 3, 200));
  }

  @Test
  void shouldTellBeginAndEndOfFaultsInOrder() {
    List<Event> events =
        of(
                20,
                """
                [[fault]]
                kind = "partition"
                at_s = 5
                until_s = 20
                nodes = [3, 1]
                [[fault]]
                kind = "freeze"
                at_s = 8
                until_s = 10
                share = 0.25
                [[fault]]
                kind = "silent"
                at_s = 30
                share = 0.001
                """)
            .events();
    assertThat(events)
        .extracting(Event::atNanos)
        .containsExactly(5 * SECOND, 8 * SECOND, 10 * SECOND, 20 * SECOND, 30 * SECOND);
    assertThat(events).extracting(Event::begins).containsExactly(true, true, false, false, true);
    assertThat(events.get(0).nodes()).containsExactly(1, 3);
    assertThat(events.get(3).nodes()).containsExactly(1, 3);
    assertThat(events.get(1).nodes()).hasSize(5).isSorted().isEqualTo(events.get(2).nodes());
    assertThat(events.get(4).nodes()).hasSize(1);
  }

  @Test
  void shouldCrashANodeOnlyWhileItIsUp() {
    List<Event> events =
        of(
                10,
                """
                [[fault]]
                kind = "churn"
                at_s = 0
                until_s = 60
                share_per_minute = 20
                down_s = 3
                [[fault]]
                kind = "crash"
                at_s = 20
                share = 1
                down_s = 10
                store_kept = false
                [[fault]]
                kind = "crash"
                at_s = 25
                nodes = [4]
                """)
            .events();
    Set<Integer> down = new TreeSet<>();
    int crashes = 0;
    for (Event event : events) {
      for (int node : event.nodes()) {
        assertThat(event.begins() ? down.add(node) : down.remove(node)).isTrue();
        crashes += event.begins() ? 1 : 0;
      }
    }
    assertThat(events).isSortedAccordingTo(Comparator.comparingLong(Event::atNanos));
    assertThat(events).noneMatch(event -> event.nodes().isEmpty());
    assertThat(down).isEmpty();
    // 200 blows were meant; those that fell while all were down met nobody.
    assertThat(crashes).isBetween(60, 200);
  }

  @Test
  void shouldKeepANodeDownForEverWithoutATimeToReturn() {
    List<Event> events =
        of(
                10,
                """
                [[fault]]
                kind = "crash"
                at_s = 5
                nodes = [4, 5]
                [[fault]]
                kind = "crash"
                at_s = 6
                nodes = [5, 6]
                down_s = 1
                """)
            .events();
    assertThat(events)
        .extracting(Event::nodes)
        .containsExactly(List.of(4, 5), List.of(6), List.of(6));
    assertThat(((Fault.Crash) events.get(1).fault()).who())
        .isEqualTo(new Fault.Who.Nodes(List.of(6)));
  }

  @Test
  void shouldBearNothingWhereItCouldNotLeave() {
    Schedule schedule =
        of(
            4,
            """
            [[transactions]]
            per_second = 50
            [[fault]]
            kind = "crash"
            at_s = 10
            nodes = [0]
            down_s = 10
            [[fault]]
            kind = "withhold"
            at_s = 30
            nodes = [1]
            [[fault]]
            kind = "freeze"
            at_s = 0
            until_s = 30
            nodes = [2]
            """);
    assertThat(schedule.births())
        .noneMatch(birth -> birth.node() == 0 && within(birth, 10, 20))
        .noneMatch(birth -> birth.node() == 1 && within(birth, 30, 60))
        .noneMatch(birth -> birth.node() == 2 && within(birth, 0, 30))
        .anyMatch(birth -> birth.node() == 0 && within(birth, 20, 60))
        .anyMatch(birth -> birth.node() == 1 && within(birth, 0, 30))
        .anyMatch(birth -> birth.node() == 2 && within(birth, 30, 60));
  }

  private static boolean within(Birth birth, long fromSeconds, long untilSeconds) {
    return birth.atNanos() >= fromSeconds * SECOND && birth.atNanos() < untilSeconds * SECOND;
  }

  private static Schedule of(int nodes, String text) {
    return Schedule.of(Scenarios.of(nodes, text));
  }
}
