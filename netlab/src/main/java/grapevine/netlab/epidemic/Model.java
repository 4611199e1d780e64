package grapevine.netlab.epidemic;

/** The models, with what each assumes and where it is from. The order is that of a report. */
public enum Model {
  RANDOM_GRAPH(
      "random graph, hop by hop",
      Claim.APPROXIMATION,
      "Each live node dials so many others, chosen uniformly, news crosses every link in the same"
          + " time and is tried once per link, and each hop does what is expected of it; links of"
          + " varying delay are faster, because the first of several ways counts.",
      "Reed-Frost chain on a random graph; Newman, Strogatz and Watts 2001; with loss and failures"
          + " it ends at the percolation share of Newman 2002"),
  TREE(
      "tree without overlaps",
      Claim.UPPER_BOUND,
      "As if every link led to a node not yet told, so that no flood over such a graph with a fixed"
          + " hop time is expected to be ahead of it; varying delays and nodes that are dialled"
          + " far more than others break the bound.",
      "branching process; Watson and Galton 1875"),
  LOGISTIC(
      "logistic growth",
      Claim.APPROXIMATION,
      "Nodes mix at random in continuous time, with the growth per hop time that the random graph"
          + " has while few know; everyone is reached in the end, so loss and failures only slow"
          + " it down.",
      "SI model; Bailey, The Mathematical Theory of Infectious Diseases, 1975"),
  INFECT_AND_DIE(
      "infect and die",
      Claim.APPROXIMATION,
      "When a node learns, it tells as many random others as it has links but one, once, instead of"
          + " its fixed neighbours.",
      "final size s = e^(-F (1 - s)): Kermack and McKendrick 1927; Eugster et al. 2004"),
  PUSH(
      "push",
      Claim.REFERENCE,
      "Another protocol: each hop time every holder tells one random node, on a complete graph; the"
          + " recurrence follows the mean.",
      "p' = p (1 - 1/n)^(n (1 - p)): Demers et al. 1987"),
  PULL(
      "pull",
      Claim.REFERENCE,
      "Another protocol: each hop time every node asks one random node, on a complete graph; the"
          + " recurrence follows the mean.",
      "p' = p^2: Demers et al. 1987"),
  PUSH_PULL(
      "push-pull",
      Claim.REFERENCE,
      "Another protocol: each hop time every node calls one random node, and news goes both ways, on"
          + " a complete graph; the recurrence follows the mean.",
      "product of both recurrences; Karp et al. 2000"),
  PITTEL(
      "push until all know",
      Claim.REFERENCE,
      "Another protocol: push on a complete graph without loss or failures, log2 n + ln n rounds of"
          + " one hop time, to which O(1) rounds are to be added.",
      "Pittel, On Spreading a Rumor, 1987");

  /** What a prediction is worth. */
  public enum Claim {
    /** Meant to come out, as far as the assumptions hold. */
    APPROXIMATION,
    /** The expected share is at most this, so times are at least these. */
    UPPER_BOUND,
    /** How a textbook protocol would fare with the same hop time; no forecast of the scenario. */
    REFERENCE
  }

  private final String label;
  private final Claim claim;
  private final String assumptions;
  private final String source;

  Model(String label, Claim claim, String assumptions, String source) {
    this.label = label;
    this.claim = claim;
    this.assumptions = assumptions;
    this.source = source;
  }

  public String label() {
    return label;
  }

  public Claim claim() {
    return claim;
  }

  /** One sentence. */
  public String assumptions() {
    return assumptions;
  }

  public String source() {
    return source;
  }
}
