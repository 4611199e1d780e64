package grapevine.netlab.scenario;

import grapevine.node.model.Network;
import grapevine.node.model.Transaction;

/** Derives from a scenario what its network must allow. A pure function. */
final class ScenarioTerms {
  private static final long SLOT_MILLIS_WITHOUT_BLOCKS = 1_000;
  private static final int BLOCK_BYTES_MIN = 1 << 20;

  /** What starting, linking and settling may take beside what the scenario says. */
  private static final long SPARE_SECONDS = 600;

  private static final int SENDERS_MIN = 4;
  private static final int ALLOWANCE_MIN = 60;
  private static final int ALLOWANCE_MAX = Transaction.NONCES_PER_MINUTE - 1;
  private static final long MINUTE_NANOS = Transaction.MINUTE_MILLIS * 1_000_000;

  private ScenarioTerms() {}

  static LabNetwork.Terms of(Scenario scenario, long genesisMillis) {
    long slotMillis = SLOT_MILLIS_WITHOUT_BLOCKS;
    int producers = 0;
    int blockBytes = BLOCK_BYTES_MIN;
    for (Load load : scenario.loads()) {
      if (load instanceof Load.Blocks blocks) {
        slotMillis = blocks.intervalMillis();
        producers = blocks.producers();
        blockBytes = Math.max(blockBytes, blocks.bytes());
      }
    }
    Scenario.Observation observation = scenario.observation();
    long runSeconds =
        (observation.warmUpMillis() + observation.loadMillis() + observation.settleMillis()) / 1000;
    long perMinute = 2 * peakPerMinute(Schedule.of(scenario));
    int senders = (int) Math.max(SENDERS_MIN, Math.ceilDiv(perMinute, ALLOWANCE_MAX));
    return new LabNetwork.Terms(
        genesisMillis,
        slotMillis,
        Math.min(Network.LIFETIME_SECONDS_CEILING, runSeconds + SPARE_SECONDS),
        blockBytes,
        producers,
        senders,
        (int) Math.max(ALLOWANCE_MIN, Math.ceilDiv(perMinute, senders)));
  }

  /** The most transactions of any two neighbouring minutes, those inside of blocks included. */
  private static long peakPerMinute(Schedule schedule) {
    long[] counts = new long[(int) (schedule.endNanos() / MINUTE_NANOS) + 2];
    for (Schedule.Birth birth : schedule.births()) {
      counts[(int) (birth.atNanos() / MINUTE_NANOS)]++;
    }
    for (Schedule.Turn turn : schedule.turns()) {
      counts[(int) (turn.atNanos() / MINUTE_NANOS)] +=
          BlockMaker.transactionsMax(turn.bytes(), turn.transactionBytes());
    }
    long peak = 0;
    for (int minute = 1; minute < counts.length; minute++) {
      peak = Math.max(peak, counts[minute - 1] + counts[minute]);
    }
    return peak;
  }
}
