package grapevine.netlab.sim;

import grapevine.netlab.scenario.Wires;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What lies between the nodes: delays, losses, and the cuts of a run's faults. TCP never loses what
 * a cut stops: it is sent again, at intervals that double, until the cut is mended. Confined to the
 * simulation's thread.
 */
final class SimNetwork {
  /** Linux: first retransmission, beside the round trip. */
  private static final long TIMEOUT_NANOS = 200_000_000;

  /** As in a node's driver. */
  private static final long CONNECT_TIMEOUT_NANOS = 5_000_000_000L;

  private final Simulation simulation;
  private final Wires wires;
  private final SplittableRandom random;
  private final boolean jitters;

  /** Nodes with different marks cannot reach each other until then. */
  private int[] sides = {};

  private long partitionedUntilNanos;

  /** What these send reaches nobody until then. */
  private long[] muteUntilNanos = {};

  SimNetwork(Simulation simulation, Wires wires, SplittableRandom random) {
    this.simulation = simulation;
    this.wires = wires;
    this.random = random;
    jitters = wires.hasJitter();
  }

  double packetLoss() {
    return wires.packetLoss();
  }

  /** Whether any of so many packets is lost. */
  boolean isLost(long packets) {
    return random.nextDouble() > StrictMath.pow(1 - wires.packetLoss(), (double) packets);
  }

  /** Whether a message vanishes above the channel. */
  boolean losesMessage() {
    return wires.messageLoss() > 0 && random.nextDouble() < wires.messageLoss();
  }

  /** Alike in both directions, and for all of a run. */
  long baseDelayNanos(int from, int to) {
    return wires.baseDelayNanos(from, to);
  }

  /**
   * When a packet arrives that leaves the sender's line at a time.
   *
   * @param baseNanos {@link #baseDelayNanos} of the two
   */
  long arrivalNanos(int from, int to, long baseNanos, long sentNanos) {
    long delayNanos = jitters ? wires.delayNanos(from, to, baseNanos, random) : baseNanos;
    return passNanos(from, to, baseNanos, sentNanos) + delayNanos;
  }

  /** When an acknowledgement arrives. */
  long backNanos(int from, int to, long baseNanos, long sentNanos) {
    return passNanos(from, to, baseNanos, sentNanos) - sentNanos + baseNanos;
  }

  /** When a packet gets through that is sent first at a time, and then again and again. */
  private long passNanos(int from, int to, long baseNanos, long sentNanos) {
    long openNanos = openNanos(from, to, sentNanos);
    if (openNanos <= sentNanos) {
      return sentNanos;
    }
    long waitNanos = TIMEOUT_NANOS + 2 * baseNanos;
    long nanos = sentNanos;
    while (nanos < openNanos) {
      nanos += waitNanos;
      waitNanos *= 2;
    }
    return nanos;
  }

  /** From when on packets pass; not after {@code nowNanos} when they do now. */
  private long openNanos(int from, int to, long nowNanos) {
    long open = 0;
    if (sides.length > 0 && sides[from] != sides[to]) {
      open = partitionedUntilNanos;
    }
    if (muteUntilNanos.length > 0) {
      open = Math.max(open, muteUntilNanos[from]);
    }
    return Math.max(open, nowNanos);
  }

  /** Nothing passes between these nodes and all others until then. */
  void partition(List<Integer> nodes, long untilNanos) {
    sides = new int[simulation.nodes()];
    for (int node : nodes) {
      sides[node] = 1;
    }
    partitionedUntilNanos = untilNanos;
  }

  /** What these nodes send reaches nobody until then. */
  void mute(List<Integer> nodes, long untilNanos) {
    if (muteUntilNanos.length == 0) {
      muteUntilNanos = new long[simulation.nodes()];
      Arrays.fill(muteUntilNanos, Long.MIN_VALUE);
    }
    for (int node : nodes) {
      muteUntilNanos[node] = untilNanos;
    }
  }

  /**
   * A node dials another: one round trip for TCP, one for the first two messages of the handshake;
   * then the channel is open for the one who dials, and half a round trip later for the other.
   */
  void dial(SimNode from, SimNode to, long nowNanos) {
    int dialler = from.number();
    int listener = to.number();
    long roundTripNanos = 2 * baseDelayNanos(dialler, listener);
    boolean cut =
        openNanos(dialler, listener, nowNanos) > nowNanos
            || openNanos(listener, dialler, nowNanos) > nowNanos;
    if (cut) {
      simulation.at(nowNanos + CONNECT_TIMEOUT_NANOS, at -> from.onDialFailed(to.address(), at));
    } else if (!to.isUp()) {
      simulation.at(nowNanos + roundTripNanos, at -> from.onDialFailed(to.address(), at));
    } else {
      simulation.at(
          nowNanos + 2 * roundTripNanos + 2 * SimCosts.HANDSHAKE_NANOS,
          at -> connect(from, to, at));
    }
  }

  private void connect(SimNode from, SimNode to, long nowNanos) {
    if (!from.isUp()) {
      return;
    }
    if (!to.isUp()) {
      from.onDialFailed(to.address(), nowNanos);
      return;
    }
    simulation.link(from, to).open(nowNanos);
  }
}
