package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import grapevine.netlab.scenario.Fault;
import grapevine.netlab.scenario.Links;
import grapevine.netlab.scenario.Load;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.trace.ItemTrace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimRunTest {
  private static final Load.Transactions TRANSACTIONS = new Load.Transactions(5, 250, 0, 10_000);
  private static final Load.Blocks BLOCKS = new Load.Blocks(2_000, 2, 0, 0, 0, 10_000);

  @ParameterizedTest
  @ValueSource(strings = {"announce", "trickle", "flood"})
  void shouldDeliverEverythingInCalm(String relay) {
    SimResult result =
        Runs.checked(Runs.scenario(12, relay, Runs.STEADY, List.of(TRANSACTIONS, BLOCKS)));
    assertThat(result.violations()).isEmpty();
    assertThat(result.passed()).isTrue();
    assertThat(Runs.items(result, "transaction")).hasSizeGreaterThan(30);
    assertThat(Runs.items(result, "block")).hasSize(5);
    assertThat(result.trace().items()).allMatch(item -> result.trace().lacking(item).isEmpty());
  }

  @Test
  void shouldTakeThreeDelaysAHopToAnnounceAndFetch() {
    SimResult result =
        Runs.unchecked(Runs.scenario(2, "announce", Runs.STEADY, List.of(TRANSACTIONS)));
    for (ItemTrace item : Runs.items(result, "transaction")) {
      assertThat(Runs.delaysMillis(result, item)[1]).isCloseTo(75.145, within(5.0));
    }
  }

  @Test
  void shouldTakeOneDelayAHopToFlood() {
    SimResult result =
        Runs.unchecked(Runs.scenario(2, "flood", Runs.STEADY, List.of(TRANSACTIONS)));
    for (ItemTrace item : Runs.items(result, "transaction")) {
      assertThat(Runs.delaysMillis(result, item)[1]).isCloseTo(25.145, within(0.5));
    }
  }

  @Test
  void shouldSendABlockThroughALineAtItsRate() {
    Links line = Runs.links(new Links.Latency.Uniform(25, 0), new Links.Bandwidth.Uniform(20, 0));
    Load.Blocks megabyte = new Load.Blocks(5_000, 1, 1_000_000, 60_000, 0, 10_000);
    SimResult result = Runs.unchecked(Runs.scenario(2, "announce", line, List.of(megabyte)));
    assertThat(result.violations()).isEmpty();
    // 8 Mbit and headers take 0.415 s at 20 Mbit/s; slow start costs some round trips of 50 ms,
    // announcing and asking another 50 ms, and the signatures some ms.
    for (ItemTrace block : Runs.items(result, "block")) {
      assertThat(Runs.delaysMillis(result, block)[1]).isBetween(515.0, 800.0);
    }
  }

  @Test
  void shouldGiveEqualRunsForEqualSeedsWhoeverWatches() {
    Scenario scenario = Runs.scenario(10, "announce", Runs.STEADY, List.of(TRANSACTIONS, BLOCKS));
    String hash = Runs.unchecked(scenario).traceHash();
    assertThat(Runs.checked(scenario).traceHash()).isEqualTo(hash);
    long[] calls = new long[1];
    SimRun.Watcher curious =
        (phase, nowNanos, endNanos, inputs) -> {
          calls[0]++;
          return true;
        };
    assertThat(SimRun.run(scenario, false, curious).traceHash()).isEqualTo(hash);
    assertThat(calls[0]).isPositive();
    assertThat(Runs.unchecked(scenario.withSeed(2)).traceHash()).isNotEqualTo(hash);
  }

  @Test
  void shouldStopWhenTheWatcherSaysSoAndReportSoFar() {
    Scenario scenario = Runs.scenario(10, "announce", Runs.STEADY, List.of(TRANSACTIONS, BLOCKS));
    SimResult result =
        SimRun.run(scenario, false, (phase, nowNanos, endNanos, inputs) -> inputs < 3_000);
    assertThat(result.complete()).isFalse();
    assertThat(result.passed()).isFalse();
    assertThat(result.trace().nodes()).hasSize(10);
  }

  @Test
  void shouldRepairWhatLossTakesAwayWhileItGoesOn() {
    Links lossy = new Links(new Links.Latency.Uniform(25, 5), Runs.unlimited(), 0.3, 0.02);
    SimResult result =
        Runs.checked(Runs.scenario(12, "announce", lossy, List.of(TRANSACTIONS, BLOCKS)));
    assertThat(result.violations()).isEmpty();
  }

  @Test
  void shouldLoseABlockWholeSinceAGapInItWouldCondemnItsGiver() {
    Links lossy = new Links(new Links.Latency.Uniform(25, 5), Runs.unlimited(), 0.2, 0);
    Load.Blocks chunked = new Load.Blocks(1_000, 2, 400_000, 20_000, 0, 10_000);
    SimResult result = Runs.checked(Runs.scenario(8, "announce", lossy, List.of(chunked)));
    assertThat(result.violations()).isEmpty();
    assertThat(Runs.items(result, "block")).hasSize(10);
  }

  @Test
  void shouldKeepBytesInOrderWhenASlowReaderReadsFastAgain() {
    Fault slow = new Fault.SlowReader(1_500, 4_000, new Fault.Who.Nodes(List.of(1)), 0.1);
    Load.Blocks chunked = new Load.Blocks(2_000, 1, 400_000, 20_000, 0, 10_000);
    SimResult result =
        Runs.checked(Runs.scenario(2, "announce", Runs.STEADY, List.of(chunked), slow));
    assertThat(result.violations()).isEmpty();
    assertThat(result.trace().items()).allMatch(item -> result.trace().lacking(item).isEmpty());
  }

  @Test
  void shouldLetAProducerWhoseClockIsOffMissSlotsThatItTakesForOthers() {
    Fault late = new Fault.ClockOffset(0, new Fault.Who.Share(1), -3_000);
    Load.Blocks made = new Load.Blocks(500, 2, 10_000, 5_000, 0, 10_000);
    SimResult result = Runs.checked(Runs.scenario(4, "announce", Runs.STEADY, List.of(made), late));
    assertThat(result.violations()).isEmpty();
    assertThat(Runs.items(result, "block")).hasSizeBetween(1, 19);
  }

  @Test
  void shouldConvergeAfterAPartitionWithBothForksKnown() {
    Fault split = new Fault.Partition(1_000, 8_000, new Fault.Who.Share(0.5));
    Load.Blocks slots = new Load.Blocks(1_000, 4, 0, 0, 0, 10_000);
    SimResult result =
        Runs.checked(
            Runs.scenario(12, "announce", Runs.STEADY, List.of(TRANSACTIONS, slots), split));
    assertThat(result.violations()).isEmpty();
  }

  @Test
  void shouldLoseNothingAcknowledgedWhenNodesCrashAndComeBack() {
    Fault crash = new Fault.Crash(3_000, new Fault.Who.Share(0.4), 2_000, true);
    SimResult result =
        Runs.checked(
            Runs.scenario(12, "announce", Runs.STEADY, List.of(TRANSACTIONS, BLOCKS), crash));
    assertThat(result.violations()).isEmpty();
    assertThat(result.trace().items()).allMatch(item -> result.trace().lacking(item).isEmpty());
    assertThat(result.trace().nodes()).anyMatch(node -> node.restarted());
  }

  @Test
  void shouldProduceInNoSlotTwiceNorInAnothersWhenClocksAreSetBack() {
    Fault back = new Fault.ClockOffset(5_000, new Fault.Who.Share(1), -2_100);
    SimResult result =
        Runs.checked(
            Runs.scenario(
                3,
                "announce",
                Runs.STEADY,
                List.of(new Load.Blocks(500, 2, 30_000, 10_000, 0, 10_000)),
                back));

    assertThat(result.violations()).isEmpty();
    assertThat(Runs.items(result, "block")).hasSizeBetween(10, 18);
  }

  @Test
  void shouldNameALimitThatThereIsNot() {
    Scenario given = Runs.scenario(4, "announce", Runs.STEADY, List.of(TRANSACTIONS));
    Scenario.Population wrong =
        new Scenario.Population(4, 1, "announce", Map.of("sessions.inboundMx", 3L));
    Scenario scenario =
        new Scenario(
            given.name(),
            given.about(),
            wrong,
            given.topology(),
            given.links(),
            given.loads(),
            given.faults(),
            given.observation());
    assertThatThrownBy(() -> Runs.unchecked(scenario))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sessions.inboundMx")
        .hasMessageContaining("inboundMax");
  }
}
