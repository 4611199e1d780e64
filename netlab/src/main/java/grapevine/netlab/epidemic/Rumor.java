package grapevine.netlab.epidemic;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Rumor mongering after Demers et al. 1987, section 1.4: holders spread a rumor until they lose
 * interest, so it may die before everyone knows it. One object is one run. Confined to one thread.
 *
 * <p>The paper leaves conventions open. With these its figures come out: cycles are synchronous; a
 * contact is useful when the other site lacked the rumor at the start of the cycle, even if two
 * tell it at once; a counter counts useless contacts in a row, and a useful one resets it; a site
 * that is asked by several in a cycle counts once, and not at all when one of them needed the
 * rumor; who learns in a cycle spreads from the next on.
 */
public final class Rumor {
  /** How a rumor is passed, and how a site loses interest. */
  public enum Variant {
    /** Tells one site a cycle, until k tellings in a row were useless. */
    PUSH_FEEDBACK_COUNTER("push, feedback, counter"),
    /** Tells one site a cycle, and stops after each with chance 1/k, useful or not. */
    PUSH_BLIND_COIN("push, blind, coin"),
    /** Every site asks one a cycle; a holder falls silent after k cycles of useless questions. */
    PULL_FEEDBACK_COUNTER("pull, feedback, counter");

    private final String label;

    Variant(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * What is left when no one is interested any more.
   *
   * @param residue share of the sites that never learned
   * @param traffic updates sent, useful or not, per site
   * @param averageCycles mean cycle of learning, over those who learned and the origin (0)
   * @param lastCycles when the last site learned
   */
  public record Outcome(double residue, double traffic, double averageCycles, double lastCycles) {}

  private static final int NEVER = Integer.MAX_VALUE;

  private final Variant variant;
  private final int k;
  private final RandomGenerator random;
  private final int[] learnedCycle;
  private final int[] uselessInARow;
  private final boolean[] silent;
  private final boolean[] asked;
  private final boolean[] needed;
  private int interested = 1;
  private long sent;

  private Rumor(Variant variant, int k, int sites, RandomGenerator random) {
    this.variant = variant;
    this.k = k;
    this.random = random;
    learnedCycle = new int[sites];
    Arrays.fill(learnedCycle, NEVER);
    learnedCycle[0] = 0;
    uselessInARow = new int[sites];
    silent = new boolean[sites];
    asked = new boolean[sites];
    needed = new boolean[sites];
  }

  /**
   * One run, from one holder, until nobody is interested.
   *
   * @param k at least 1
   * @param sites at least 2
   * @throws IllegalArgumentException when k or the sites are fewer
   */
  public static Outcome run(Variant variant, int k, int sites, RandomGenerator random) {
    if (k < 1 || sites < 2) {
      throw new IllegalArgumentException(
          "k = %d and %d sites, expected at least 1 and 2".formatted(k, sites));
    }
    Rumor rumor = new Rumor(variant, k, sites, random);
    for (int cycle = 1; rumor.interested > 0; cycle++) {
      switch (variant) {
        case PUSH_FEEDBACK_COUNTER, PUSH_BLIND_COIN -> rumor.pushCycle(cycle);
        case PULL_FEEDBACK_COUNTER -> rumor.pullCycle(cycle);
      }
    }
    return rumor.outcome();
  }

  private void pushCycle(int cycle) {
    for (int site = 0; site < learnedCycle.length; site++) {
      if (spreads(site, cycle)) {
        int told = RoundCounts.other(site, learnedCycle.length, random);
        sent++;
        boolean useful = lackedAtStart(told, cycle);
        learn(told, cycle);
        loseInterest(site, useful);
      }
    }
  }

  private void loseInterest(int site, boolean useful) {
    boolean loses =
        variant == Variant.PUSH_BLIND_COIN ? random.nextInt(k) == 0 : countsOut(site, useful);
    if (loses) {
      silence(site);
    }
  }

  private void pullCycle(int cycle) {
    Arrays.fill(asked, false);
    Arrays.fill(needed, false);
    for (int site = 0; site < learnedCycle.length; site++) {
      int holder = RoundCounts.other(site, learnedCycle.length, random);
      if (spreads(holder, cycle)) {
        sent++;
        asked[holder] = true;
        needed[holder] |= lackedAtStart(site, cycle);
        learn(site, cycle);
      }
    }
    for (int site = 0; site < learnedCycle.length; site++) {
      if (asked[site] && countsOut(site, needed[site])) {
        silence(site);
      }
    }
  }

  private boolean spreads(int site, int cycle) {
    return learnedCycle[site] < cycle && !silent[site];
  }

  private boolean lackedAtStart(int site, int cycle) {
    return learnedCycle[site] >= cycle;
  }

  private void learn(int site, int cycle) {
    if (learnedCycle[site] == NEVER) {
      learnedCycle[site] = cycle;
      interested++;
    }
  }

  private boolean countsOut(int site, boolean useful) {
    uselessInARow[site] = useful ? 0 : uselessInARow[site] + 1;
    return uselessInARow[site] == k;
  }

  private void silence(int site) {
    silent[site] = true;
    interested--;
  }

  private Outcome outcome() {
    long sum = 0;
    int learned = 0;
    int last = 0;
    for (int cycle : learnedCycle) {
      if (cycle != NEVER) {
        sum += cycle;
        learned++;
        last = Math.max(last, cycle);
      }
    }
    double sites = learnedCycle.length;
    return new Outcome((sites - learned) / sites, sent / sites, (double) sum / learned, last);
  }
}
