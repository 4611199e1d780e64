package grapevine.netlab.local;

import grapevine.netlab.local.net.LinkTable;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.Wires;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A scenario's links for the emulator, and the cuts of its faults. The emulator's thread asks; one
 * other thread cuts and mends, and what it has changed is seen from the next packet on.
 */
public final class ScenarioLinks implements LinkTable {
  private static final double BITS_PER_MBIT = 1e6;

  /** What is cut or slow at present; never written to once it can be seen. */
  private static final class Faults {
    final boolean[] apart;
    final boolean[] mute;
    final long[] downBits;

    Faults(boolean[] apart, boolean[] mute, long[] downBits) {
      this.apart = apart;
      this.mute = mute;
      this.downBits = downBits;
    }

    Faults copy() {
      return new Faults(apart.clone(), mute.clone(), downBits.clone());
    }
  }

  private final Wires wires;
  private final SplittableRandom random;
  private volatile Faults faults;

  public ScenarioLinks(Scenario scenario) {
    wires = scenario.drawWires();
    random = scenario.random(Scenario.Purpose.DRIVER);
    int nodes = scenario.population().nodes();
    long[] downBits = new long[nodes];
    Arrays.setAll(downBits, wires::downBitsPerSecond);
    faults = new Faults(new boolean[nodes], new boolean[nodes], downBits);
  }

  /** Nothing passes between these nodes and all others; or no longer so. */
  void setApart(List<Integer> nodes, boolean apart) {
    Faults changed = faults.copy();
    nodes.forEach(node -> changed.apart[node] = apart);
    faults = changed;
  }

  /** What these nodes send reaches nobody; or no longer so. */
  void setMute(List<Integer> nodes, boolean mute) {
    Faults changed = faults.copy();
    nodes.forEach(node -> changed.mute[node] = mute);
    faults = changed;
  }

  /** These nodes' down links carry so much. */
  void slow(List<Integer> nodes, double downMbit) {
    Faults changed = faults.copy();
    nodes.forEach(node -> changed.downBits[node] = (long) (downMbit * BITS_PER_MBIT));
    faults = changed;
  }

  /** These nodes' down links carry again what the scenario says. */
  void mend(List<Integer> nodes) {
    Faults changed = faults.copy();
    nodes.forEach(node -> changed.downBits[node] = wires.downBitsPerSecond(node));
    faults = changed;
  }

  /** Drawn anew for each packet where the scenario says so; packets of a pair stay in order. */
  @Override
  public long delayNanos(int from, int to) {
    return wires.hasJitter() ? wires.delayNanos(from, to, random) : wires.baseDelayNanos(from, to);
  }

  /** It is in the delay. */
  @Override
  public long jitterNanos(int from, int to) {
    return 0;
  }

  @Override
  public double loss(int from, int to) {
    Faults now = faults;
    return now.mute[from] || now.apart[from] != now.apart[to] ? 1 : wires.packetLoss();
  }

  @Override
  public long upBitsPerSecond(int host) {
    return wires.upBitsPerSecond(host);
  }

  @Override
  public long downBitsPerSecond(int host) {
    return faults.downBits[host];
  }
}
