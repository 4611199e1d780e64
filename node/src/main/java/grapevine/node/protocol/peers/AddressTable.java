package grapevine.node.protocol.peers;

import grapevine.crypto.PublicKey;
import grapevine.crypto.SipHash;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.Component;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that this node has heard of, bounded, after Bitcoin Core's AddrMan. Confined to the
 * core's thread; the same inputs and random numbers give the same table.
 *
 * <p>An entry is a node, by its key, with the newest record that it has signed: of two records the
 * higher sequence number stays, so nobody can forge or turn back another's address. An entry is
 * <i>new</i> while it is hearsay and <i>tried</i> once we have been connected to it. Each set has
 * buckets of a few slots, and a secret-keyed hash gives an entry its one slot:
 *
 * <ul>
 *   <li>of a new one by (group of who told us, group of the address): one source reaches {@code
 *       bucketsPerSource} buckets only, and one source about one group a single bucket;
 *   <li>of a tried one by the group of its address: one group reaches {@code bucketsPerGroup}
 *       buckets only.
 * </ul>
 *
 * So whoever controls one network can fill his own corner and nothing else, and since he does not
 * know the key he cannot aim. In addition no group may tell us more than {@code sourceEntriesMax}.
 * Identity costs nothing and is never what is counted (Marcus et al. 2018). Addresses that are not
 * globally routable have no groups: each counts as one of its own, see {@link #groupOf}.
 *
 * <p><b>Who stays.</b> An occupied new slot is kept unless its entry has failed, or has never
 * answered us and is older than {@code horizonMillis}. An occupied tried slot is tested before it
 * is taken: a recent answer keeps it; else {@link #pick} proposes its holder first, and the
 * newcomer gets the slot when that dial fails, or when nobody got round to it. Never is an entry
 * replaced within {@code answeredNanos} of its last answer.
 *
 * <p><b>Liveness</b> is our own experience only, never hearsay, or one could talk others out of a
 * table. A failed entry is still dialled, ever more rarely, so that two halves of a partition find
 * each other again.
 */
public final class AddressTable implements Component {
  /**
   * @param newBuckets with {@code triedBuckets} and {@code bucketSlots}: 3,072 + 1,024 entries
   * @param horizonMillis age at which hearsay that was never confirmed is worth nothing; Core: 30 d
   * @param answeredNanos how long an answer protects; Core: 4 h
   * @param collisionsMax tried slots under test at a time; Core: 10
   * @param collisionNanos how long a test may take; Core: 40 min
   * @param retryNanos wait after a first dial, doubling with each that brings nothing lasting
   * @param answeredRetryNanosMax most for a node that ever answered: below the 30 s in which halves
   *     of a healed partition are to meet
   * @param sampleNanos how long one answer to getpeers is repeated, so that asking often does not
   *     read out the table; Core: 21 to 27 h
   * @param allowLocal whether loopback and private addresses are taken; test networks live there
   */
  public record Limits(
      int newBuckets,
      int triedBuckets,
      int bucketSlots,
      int bucketsPerSource,
      int bucketsPerGroup,
      int sourceEntriesMax,
      long horizonMillis,
      long answeredNanos,
      int collisionsMax,
      long collisionNanos,
      long retryNanos,
      long answeredRetryNanosMax,
      long retryNanosMax,
      long sampleNanos,
      boolean allowLocal) {
    public static Limits defaults() {
      return new Limits(
          192,
          64,
          16,
          16,
          4,
          64,
          30 * DAY_MILLIS,
          4 * HOUR_NANOS,
          10,
          40 * HOUR_NANOS / 60,
          1_000_000_000L,
          20_000_000_000L,
          600_000_000_000L,
          24 * HOUR_NANOS,
          true);
    }

    /** Most entries there can be. */
    public int entriesMax() {
      return (newBuckets + triedBuckets) * bucketSlots;
    }
  }

  /** What became of a record that was offered. */
  public enum Result {
    NEW("new"),
    UPDATED("updated"),
    /** Nothing newer than what is here. */
    KNOWN("known"),
    /** Its slot is taken. */
    FULL("full"),
    /** Its source has told us enough. */
    QUOTA("quota"),
    UNDIALABLE("undialable"),
    OWN("own");

    private final String label;

    Result(String label) {
      this.label = label;
    }

    /** The word for it in metrics. */
    public String label() {
      return label;
    }
  }

  /** What our own dials say of a node. */
  public enum Liveness {
    UNTRIED("untried"),
    ALIVE("alive"),
    SUSPECT("suspect"),
    FAILED("failed");

    private final String label;

    Liveness(String label) {
      this.label = label;
    }

    /** The word for it in metrics. */
    public String label() {
      return label;
    }
  }

  /** Somebody to dial, and where. */
  public record Candidate(PublicKey key, NodeAddress address) {}

  private static final long DAY_MILLIS = 86_400_000;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  /** A record from further ahead has a wrong clock; Core: 10 min. */
  private static final long FUTURE_MILLIS_MAX = 600_000;

  /** Age given to a record with an absurd time; Core: 5 d. */
  private static final long ABSURD_AGE_MILLIS = 5 * DAY_MILLIS;

  /** Records before 1973 have no clock; Core: 1e8 s. */
  private static final long ABSURD_MILLIS = 100_000_000_000L;

  private final Limits limits;
  private final NodeRecord self;
  private final RandomGenerator random;
  private final AddressBuckets buckets;
  private final AddressSample sample;
  private final LinkedHashMap<PublicKey, AddressEntry> entries = new LinkedHashMap<>();
  private final AddressSlots newSlots = new AddressSlots();
  private final AddressSlots triedSlots = new AddressSlots();
  private final Map<String, Integer> sourceEntries = new HashMap<>(); // never iterated

  /** Newcomers to a tried slot under test, and since when. */
  private final LinkedHashMap<PublicKey, Long> collisions = new LinkedHashMap<>();

  /**
   * @param self this node's own record: neither its key nor its addresses enter the table
   */
  public AddressTable(Limits limits, NodeRecord self, RandomGenerator random) {
    this.limits = limits;
    this.self = self;
    this.random = random;
    buckets = new AddressBuckets(limits, new SipHash(random.nextLong(), random.nextLong()));
    sample = new AddressSample(limits.sampleNanos, random);
  }

  /**
   * What quotas and buckets count an address by: its network group, or itself when it is not
   * globally routable, since on loopback everybody shares one group.
   */
  public static String groupOf(NodeAddress address) {
    return address.isGloballyRoutable() ? address.group() : address.toString();
  }

  /** Whether a record is worth having its signature checked: of an unknown node, or newer. */
  public boolean isWanted(NodeRecord record) {
    AddressEntry known = entries.get(record.key());
    return !record.key().equals(self.key())
        && (known == null || record.sequence() > known.record().sequence())
        && !dialable(record).isEmpty();
  }

  /**
   * Takes in a record whose signature holds.
   *
   * @param sourceGroup {@link #groupOf} who told us
   */
  public Result add(NodeRecord record, String sourceGroup, long wallMillis, long nowNanos) {
    if (record.key().equals(self.key())) {
      return Result.OWN;
    }
    List<NodeAddress> addresses = dialable(record);
    if (addresses.isEmpty()) {
      return Result.UNDIALABLE;
    }
    long timeMillis = saneMillis(record.timeMillis(), wallMillis);
    AddressEntry known = entries.get(record.key());
    if (known != null) {
      return update(known, record, addresses, timeMillis, wallMillis, nowNanos);
    }
    if (sourceEntries.getOrDefault(sourceGroup, 0) >= limits.sourceEntriesMax) {
      return Result.QUOTA;
    }
    AddressEntry entry = new AddressEntry(record, addresses, sourceGroup, timeMillis);
    if (!takeNewSlot(entry, wallMillis, nowNanos)) {
      return Result.FULL;
    }
    entries.put(entry.key(), entry);
    sourceEntries.merge(sourceGroup, 1, Integer::sum);
    return Result.NEW;
  }

  /** Takes in saved records, each as if it had told us of itself. */
  public void load(List<NodeRecord> records, long wallMillis, long nowNanos) {
    for (NodeRecord record : records) {
      String source = record.addresses().isEmpty() ? "" : groupOf(record.addresses().getFirst());
      add(record, source, wallMillis, nowNanos);
    }
  }

  private Result update(
      AddressEntry known,
      NodeRecord newer,
      List<NodeAddress> addresses,
      long timeMillis,
      long wallMillis,
      long nowNanos) {
    if (newer.sequence() <= known.record().sequence()) {
      return Result.KNOWN;
    }
    if (addresses.getFirst().equals(known.addresses().getFirst())) {
      known.update(newer, addresses, timeMillis);
      return Result.UPDATED;
    }
    // It has moved: what we know of the old place says nothing about the new one.
    AddressEntry moved = new AddressEntry(newer, addresses, known.sourceGroup(), timeMillis);
    if (!takeNewSlot(moved, wallMillis, nowNanos)) {
      return Result.FULL;
    }
    slotsOf(known).remove(known.slot(), known);
    known.leave();
    entries.put(moved.key(), moved);
    return Result.UPDATED;
  }

  /** Gives an entry its new slot, unless another holds it rightly. */
  private boolean takeNewSlot(AddressEntry entry, long wallMillis, long nowNanos) {
    int slot = buckets.newSlot(entry);
    AddressEntry holder = newSlots.get(slot);
    if (holder != null && !holder.key().equals(entry.key())) {
      boolean isStale =
          !holder.hasAnswered() && wallMillis - holder.timeMillis() > limits.horizonMillis;
      if (!isStale && !isSpent(holder, nowNanos)) {
        return false;
      }
      remove(holder);
    }
    entry.moveTo(false, slot);
    newSlots.put(slot, entry);
    return true;
  }

  private boolean isSpent(AddressEntry entry, long nowNanos) {
    return entry.liveness() == Liveness.FAILED
        && !entry.answeredWithin(limits.answeredNanos, nowNanos);
  }

  private void remove(AddressEntry entry) {
    slotsOf(entry).remove(entry.slot(), entry);
    entry.leave();
    entries.remove(entry.key());
    collisions.remove(entry.key());
    sourceEntries.computeIfPresent(
        entry.sourceGroup(), (group, count) -> count == 1 ? null : count - 1);
  }

  private AddressSlots slotsOf(AddressEntry entry) {
    return entry.isTried() ? triedSlots : newSlots;
  }

  /** We dial it now. */
  public void onDialled(PublicKey key, long nowNanos) {
    AddressEntry entry = entries.get(key);
    if (entry != null) {
      entry.onDialled(limits, nowNanos);
    }
  }

  /** It answered at its address, and proved its key. */
  public void onSuccess(PublicKey key, long nowNanos) {
    AddressEntry entry = entries.get(key);
    if (entry != null) {
      entry.onAnswered(nowNanos);
      settleCollisions(nowNanos);
      if (!entry.isTried()) {
        promote(entry, nowNanos);
      }
    }
  }

  /** A connection to it has lasted, so the next dial need not wait. */
  public void onLasting(PublicKey key) {
    AddressEntry entry = entries.get(key);
    if (entry != null) {
      entry.onLasting();
    }
  }

  /** It did not answer, or another node answered at its address. */
  public void onFailure(PublicKey key, long nowNanos) {
    AddressEntry entry = entries.get(key);
    if (entry != null) {
      entry.onFailed(nowNanos);
      settleCollisions(nowNanos);
    }
  }

  private void promote(AddressEntry entry, long nowNanos) {
    AddressEntry holder = triedSlots.get(buckets.triedSlot(entry));
    if (holder == null) {
      moveToTried(entry);
    } else if (!holder.answeredWithin(limits.answeredNanos, nowNanos)
        && collisions.size() < limits.collisionsMax) {
      collisions.putIfAbsent(entry.key(), nowNanos);
    }
  }

  private void moveToTried(AddressEntry entry) {
    newSlots.remove(entry.slot(), entry);
    int slot = buckets.triedSlot(entry);
    entry.moveTo(true, slot);
    triedSlots.put(slot, entry);
    collisions.remove(entry.key());
  }

  /** Ends the tests of tried slots that have been decided. */
  private void settleCollisions(long nowNanos) {
    for (PublicKey key :
        collisions.isEmpty() ? List.<PublicKey>of() : List.copyOf(collisions.keySet())) {
      AddressEntry newcomer = entries.get(key);
      Long sinceNanos = collisions.get(key);
      if (newcomer == null || sinceNanos == null || !newcomer.hasAnswered()) {
        collisions.remove(key);
        continue;
      }
      AddressEntry holder = triedSlots.get(buckets.triedSlot(newcomer));
      if (holder == null) {
        moveToTried(newcomer);
      } else if (holder.answeredWithin(limits.answeredNanos, nowNanos)) {
        collisions.remove(key);
      } else if (holder.failedAfter(sinceNanos) || nowNanos - sinceNanos >= limits.collisionNanos) {
        moveToTried(newcomer);
        moveBack(holder, nowNanos);
      }
    }
  }

  /** A tried entry that has lost its slot becomes a new one, if there is room. */
  private void moveBack(AddressEntry entry, long nowNanos) {
    int slot = buckets.newSlot(entry);
    AddressEntry holder = newSlots.get(slot);
    if (holder != null && !isSpent(holder, nowNanos)) {
      remove(entry);
      return;
    }
    if (holder != null) {
      remove(holder);
    }
    entry.moveTo(false, slot);
    newSlots.put(slot, entry);
  }

  /**
   * Somebody to dial: the holder of a tried slot under test, else as likely a tried as a new entry,
   * from a bucket chosen uniformly, so that a crowded corner is not chosen more often.
   *
   * @param excluded candidates that the caller does not want
   */
  public Optional<Candidate> pick(Predicate<Candidate> excluded, long nowNanos) {
    settleCollisions(nowNanos);
    for (PublicKey key : collisions.keySet()) {
      AddressEntry newcomer = entries.get(key);
      AddressEntry holder = newcomer == null ? null : triedSlots.get(buckets.triedSlot(newcomer));
      Candidate candidate = holder == null ? null : candidate(holder, excluded, nowNanos);
      if (candidate != null) {
        return Optional.of(candidate);
      }
    }
    boolean triedFirst = random.nextBoolean();
    Optional<Candidate> first = pickFrom(triedFirst ? triedSlots : newSlots, excluded, nowNanos);
    return first.isPresent()
        ? first
        : pickFrom(triedFirst ? newSlots : triedSlots, excluded, nowNanos);
  }

  private Optional<Candidate> pickFrom(
      AddressSlots slots, Predicate<Candidate> excluded, long nowNanos) {
    List<Candidate> open = new ArrayList<>();
    List<Integer> bucketStarts = new ArrayList<>();
    int lastBucket = -1;
    for (AddressEntry entry : slots.values()) {
      Candidate candidate = candidate(entry, excluded, nowNanos);
      if (candidate != null) {
        int bucket = entry.slot() / limits.bucketSlots;
        if (bucket != lastBucket) {
          bucketStarts.add(open.size());
          lastBucket = bucket;
        }
        open.add(candidate);
      }
    }
    if (open.isEmpty()) {
      return Optional.empty();
    }
    bucketStarts.add(open.size());
    int bucket = random.nextInt(bucketStarts.size() - 1);
    int chosen = random.nextInt(bucketStarts.get(bucket), bucketStarts.get(bucket + 1));
    return Optional.of(open.get(chosen));
  }

  /** Its next address that may be dialled now; another one after each dial. */
  private static @Nullable Candidate candidate(
      AddressEntry entry, Predicate<Candidate> excluded, long nowNanos) {
    if (nowNanos < entry.retryNanos()) {
      return null;
    }
    List<NodeAddress> addresses = entry.addresses();
    for (int i = 0; i < addresses.size(); i++) {
      NodeAddress address = addresses.get((entry.dials() + i) % addresses.size());
      Candidate candidate = new Candidate(entry.key(), address);
      if (!excluded.test(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * An answer to getpeers: few, random, and the same all day.
   *
   * @param services bits that a record must have
   */
  public List<NodeRecord> sample(long services, long nowNanos) {
    return sample.records(entries, services, nowNanos);
  }

  /** All records, the tried ones first; to be saved. */
  public List<NodeRecord> records() {
    List<NodeRecord> records = new ArrayList<>(entries.size());
    triedSlots.values().forEach(entry -> records.add(entry.record()));
    newSlots.values().forEach(entry -> records.add(entry.record()));
    return records;
  }

  /**
   * What is known of a node.
   *
   * @param answeredNanos when our last dial was answered; -1 = never
   */
  public record Known(NodeRecord record, Liveness liveness, long answeredNanos) {}

  /**
   * Nodes that offer all of these services, in order of arrival.
   *
   * @param services bits; 0 for all nodes
   */
  public List<Known> known(long services, int max) {
    return entries.values().stream()
        .filter(entry -> (entry.record().services() & services) == services)
        .limit(max)
        .map(entry -> new Known(entry.record(), entry.liveness(), entry.answeredNanos()))
        .toList();
  }

  public Optional<NodeRecord> record(PublicKey key) {
    return Optional.ofNullable(entries.get(key)).map(AddressEntry::record);
  }

  public int size() {
    return entries.size();
  }

  public int count(Liveness liveness) {
    int count = 0;
    for (AddressEntry entry : entries.values()) {
      count += entry.liveness() == liveness ? 1 : 0;
    }
    return count;
  }

  @Override
  public void checkInvariants() {
    check(entries.size() <= limits.entriesMax(), "at most so many entries as slots");
    check(entries.size() == newSlots.size() + triedSlots.size(), "one slot for each entry");
    check(collisions.size() <= limits.collisionsMax, "few tests at a time");
    Map<String, Integer> sources = new TreeMap<>();
    for (AddressEntry entry : entries.values()) {
      int slot = entry.isTried() ? buckets.triedSlot(entry) : buckets.newSlot(entry);
      check(entry.slot() == slot && slotsOf(entry).get(slot) == entry, "slot of " + entry.key());
      check(!entry.isTried() || entry.hasAnswered(), "an answer of " + entry.key());
      check(!entry.isGone(), "presence of " + entry.key());
      check(!entry.addresses().isEmpty(), "an address of " + entry.key());
      sources.merge(entry.sourceGroup(), 1, Integer::sum);
    }
    check(sources.equals(sourceEntries), "entries counted by source");
    for (int count : sources.values()) {
      check(count <= limits.sourceEntriesMax, "the quota of a source");
    }
    for (PublicKey key : collisions.keySet()) {
      AddressEntry newcomer = entries.get(key);
      check(newcomer != null && !newcomer.isTried(), "tests of new entries only");
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("address table: expected " + what);
    }
  }

  private List<NodeAddress> dialable(NodeRecord record) {
    List<NodeAddress> all = record.addresses();
    if (all.size() == 1) {
      return isDialable(all.getFirst()) ? all : List.of();
    }
    List<NodeAddress> dialable = new ArrayList<>(1);
    for (NodeAddress address : all) {
      if (isDialable(address) && !dialable.contains(address)) {
        dialable.add(address);
      }
    }
    return dialable;
  }

  private boolean isDialable(NodeAddress address) {
    return address.isDialable()
        && (limits.allowLocal || address.isGloballyRoutable())
        && !self.addresses().contains(address);
  }

  private static long saneMillis(long timeMillis, long wallMillis) {
    boolean isAbsurd = timeMillis <= ABSURD_MILLIS || timeMillis > wallMillis + FUTURE_MILLIS_MAX;
    return isAbsurd ? wallMillis - ABSURD_AGE_MILLIS : timeMillis;
  }
}
