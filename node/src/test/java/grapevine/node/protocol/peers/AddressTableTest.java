package grapevine.node.protocol.peers;

import static grapevine.node.protocol.peers.PeersFixture.HOUR;
import static grapevine.node.protocol.peers.PeersFixture.SECOND;
import static grapevine.node.protocol.peers.PeersFixture.WALL_MILLIS;
import static grapevine.node.protocol.peers.PeersFixture.ip4;
import static grapevine.node.protocol.peers.PeersFixture.key;
import static grapevine.node.protocol.peers.PeersFixture.local;
import static grapevine.node.protocol.peers.PeersFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyPair;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Service;
import grapevine.node.protocol.peers.AddressTable.Candidate;
import grapevine.node.protocol.peers.AddressTable.Liveness;
import grapevine.node.protocol.peers.AddressTable.Result;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTableTest {
  private static final long DAY_MILLIS = 86_400_000;

  private final NodeRecord self = record(1, ip4(9, 9, 9, 9));
  private final AddressTable table = table(AddressTable.Limits.defaults());
  private long now = SECOND;

  private AddressTable table(AddressTable.Limits limits) {
    return new AddressTable(limits, self, new SplittableRandom(4));
  }

  /** One slot for each set: every entry collides with every other. */
  private AddressTable tiny() {
    return table(
        new AddressTable.Limits(
            1,
            1,
            1,
            1,
            1,
            64,
            30 * DAY_MILLIS,
            4 * HOUR,
            10,
            40 * 60 * SECOND,
            SECOND,
            20 * SECOND,
            600 * SECOND,
            24 * HOUR,
            true));
  }

  private Result add(AddressTable to, NodeRecord record, String source) {
    Result result = to.add(record, source, WALL_MILLIS, now);
    to.checkInvariants();
    return result;
  }

  private Result add(NodeRecord record) {
    return add(table, record, "source");
  }

  private Optional<Candidate> pick() {
    return table.pick(candidate -> false, now);
  }

  private void fail(AddressTable of, NodeRecord record, int times) {
    for (int i = 0; i < times; i++) {
      of.onFailure(record.key(), now);
      of.checkInvariants();
    }
  }

  private static NodeRecord timed(int seed, long timeMillis) {
    return NodeRecord.sign(key(seed), 1, timeMillis, List.of(ip4(8, 8, 8, seed)), 0);
  }

  @AfterEach
  void holdInvariants() {
    table.checkInvariants();
  }

  @Test
  void shouldKeepTheRecordWithTheHigherSequence() {
    KeyPair node = key(2);
    NodeRecord second = record(node, 2, ip4(8, 8, 8, 8));

    assertThat(add(second)).isEqualTo(Result.NEW);
    assertThat(add(record(node, 1, ip4(7, 7, 7, 7)))).isEqualTo(Result.KNOWN);
    assertThat(add(second)).isEqualTo(Result.KNOWN);
    assertThat(table.record(node.publicKey())).contains(second);

    NodeRecord third = record(node, 3, ip4(8, 8, 8, 8), ip4(8, 8, 8, 9));
    assertThat(table.isWanted(third)).isTrue();
    assertThat(add(third)).isEqualTo(Result.UPDATED);
    assertThat(table.isWanted(third)).isFalse();
    assertThat(table.size()).isOne();
    assertThat(table.records()).containsExactly(third);
  }

  @Test
  void shouldForgetItsExperienceOfANodeThatMoves() {
    KeyPair node = key(2);
    add(record(node, 1, ip4(8, 8, 8, 8)));
    table.onSuccess(node.publicKey(), now);
    assertThat(table.count(Liveness.ALIVE)).isOne();

    assertThat(add(record(node, 2, ip4(7, 7, 7, 7)))).isEqualTo(Result.UPDATED);

    assertThat(table.count(Liveness.UNTRIED)).isOne();
    assertThat(pick()).contains(new Candidate(node.publicKey(), ip4(7, 7, 7, 7)));
  }

  static List<NodeAddress> undialable() {
    return List.of(
        ip4(8, 8, 8, 8, 0),
        ip4(0, 0, 0, 0),
        ip4(255, 255, 255, 255),
        ip4(224, 0, 0, 1),
        ip4(9, 9, 9, 9));
  }

  @ParameterizedTest
  @MethodSource("undialable")
  void shouldDropAddressesThatCannotBeDialled(NodeAddress address) {
    assertThat(table.isWanted(record(2, address))).isFalse();
    assertThat(add(record(2, address))).isEqualTo(Result.UNDIALABLE);
    assertThat(table.size()).isZero();
    assertThat(pick()).isEmpty();
  }

  @Test
  void shouldNotTakeItselfIn() {
    NodeRecord newer = record(key(1), 99, ip4(8, 8, 8, 8));

    assertThat(table.isWanted(newer)).isFalse();
    assertThat(add(newer)).isEqualTo(Result.OWN);
  }

  @Test
  void shouldTakeLocalAddressesOnlyWhenToldTo() {
    AddressTable.Limits l = AddressTable.Limits.defaults();
    AddressTable strict =
        table(
            new AddressTable.Limits(
                l.newBuckets(),
                l.triedBuckets(),
                l.bucketSlots(),
                l.bucketsPerSource(),
                l.bucketsPerGroup(),
                l.sourceEntriesMax(),
                l.horizonMillis(),
                l.answeredNanos(),
                l.collisionsMax(),
                l.collisionNanos(),
                l.retryNanos(),
                l.answeredRetryNanosMax(),
                l.retryNanosMax(),
                l.sampleNanos(),
                false));

    assertThat(add(table, record(2, local(7000)), "s")).isEqualTo(Result.NEW);
    assertThat(add(strict, record(2, local(7000)), "s")).isEqualTo(Result.UNDIALABLE);
    assertThat(add(strict, record(3, local(7000), ip4(8, 8, 8, 8)), "s")).isEqualTo(Result.NEW);
    assertThat(strict.pick(candidate -> false, now))
        .contains(new Candidate(key(3).publicKey(), ip4(8, 8, 8, 8)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, WALL_MILLIS + 3_600_000, Long.MAX_VALUE})
  void shouldTakeAnAbsurdTimeForFiveDaysAgo(long timeMillis) {
    AddressTable tiny = tiny();
    NodeRecord absurd = timed(2, timeMillis);
    add(tiny, absurd, "s");

    assertThat(tiny.add(record(3, ip4(7, 7, 7, 7)), "s", WALL_MILLIS + 25 * DAY_MILLIS, now))
        .isEqualTo(Result.FULL);
    assertThat(tiny.add(record(3, ip4(7, 7, 7, 7)), "s", WALL_MILLIS + 25 * DAY_MILLIS + 1, now))
        .isEqualTo(Result.NEW);
    assertThat(tiny.record(absurd.key())).isEmpty();
  }

  @Test
  void shouldTakeADuplicateForOneEntry() {
    NodeRecord record = record(2, ip4(8, 8, 8, 8));
    for (int i = 0; i < 100; i++) {
      add(table, record, "source" + i);
    }
    assertThat(table.size()).isOne();
  }

  @Test
  void shouldHoldOneSourceToItsQuota() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 1_000; i++) {
      add(record(100 + i, ip4(random.nextInt(11, 90), random.nextInt(256), 1, 1)));
    }
    assertThat(table.size()).isLessThanOrEqualTo(64).isGreaterThan(32);
    assertThat(add(record(5_000, ip4(8, 8, 8, 8)))).isEqualTo(Result.QUOTA);
    assertThat(add(table, record(5_000, ip4(8, 8, 8, 8)), "other")).isEqualTo(Result.NEW);
  }

  @Test
  void shouldGiveOneSourceAboutOneGroupASingleBucket() {
    for (int i = 0; i < 200; i++) {
      add(record(100 + i, ip4(8, 8, i, 1)));
    }
    assertThat(table.size()).isLessThanOrEqualTo(16);
  }

  @Test
  void shouldSpreadLocalNodesAsIfEachWereItsOwnGroup() {
    for (int i = 0; i < 200; i++) {
      add(table, record(100 + i, local(7000 + i)), "source" + i % 8);
    }
    assertThat(table.size()).isGreaterThan(150);
  }

  @Test
  void shouldTellLivenessByItsOwnDialsOnly() {
    NodeRecord record = record(2, ip4(8, 8, 8, 8));
    add(record);
    assertThat(table.count(Liveness.UNTRIED)).isOne();
    fail(table, record, 1);
    assertThat(table.count(Liveness.SUSPECT)).isOne();
    fail(table, record, 2);
    assertThat(table.count(Liveness.FAILED)).isOne();
    table.onSuccess(record.key(), now);
    assertThat(table.count(Liveness.ALIVE)).isOne();
    fail(table, record, 9);
    assertThat(table.count(Liveness.SUSPECT)).isOne();
    fail(table, record, 1);
    assertThat(table.count(Liveness.FAILED)).isOne();
  }

  @Test
  void shouldWaitTwiceAsLongAfterEachDialButNotLongForWhoEverAnswered() {
    NodeRecord record = record(2, ip4(8, 8, 8, 8));
    add(record);
    table.onSuccess(record.key(), now);
    long[] waits = {1, 2, 4, 8, 16, 20, 20};
    for (long wait : waits) {
      assertThat(pick()).isPresent();
      table.onDialled(record.key(), now);
      now += wait * SECOND - 1;
      assertThat(pick()).isEmpty();
      now++;
    }
    table.onLasting(record.key());
    table.onDialled(record.key(), now);
    now += SECOND;
    assertThat(pick()).isPresent();
  }

  @Test
  void shouldTryAnotherAddressOfANodeAfterEachDial() {
    NodeRecord record = record(2, ip4(8, 8, 8, 8), ip4(7, 7, 7, 7));
    add(record);

    assertThat(pick()).contains(new Candidate(record.key(), ip4(8, 8, 8, 8)));
    table.onDialled(record.key(), now);
    now += 10 * SECOND;
    assertThat(pick()).contains(new Candidate(record.key(), ip4(7, 7, 7, 7)));
    assertThat(table.pick(c -> c.address().equals(ip4(7, 7, 7, 7)), now))
        .contains(new Candidate(record.key(), ip4(8, 8, 8, 8)));
  }

  @Test
  void shouldKeepANewSlotUntilItsHolderHasFailed() {
    AddressTable tiny = tiny();
    NodeRecord holder = record(2, ip4(8, 8, 8, 8));
    NodeRecord newcomer = record(3, ip4(7, 7, 7, 7));
    add(tiny, holder, "s");

    assertThat(add(tiny, newcomer, "s")).isEqualTo(Result.FULL);
    fail(tiny, holder, 3);
    assertThat(add(tiny, newcomer, "s")).isEqualTo(Result.NEW);
    assertThat(tiny.records()).containsExactly(newcomer);
  }

  /** Two nodes that have answered, and one tried slot, held by the first. */
  private AddressTable contested(NodeRecord holder, NodeRecord newcomer) {
    AddressTable tiny = tiny();
    add(tiny, holder, "s");
    tiny.onSuccess(holder.key(), now);
    add(tiny, newcomer, "s");
    now += 5 * HOUR;
    tiny.onSuccess(newcomer.key(), now);
    tiny.checkInvariants();
    return tiny;
  }

  @Test
  void shouldTestATriedEntryBeforeItIsReplacedAndKeepItWhenItAnswers() {
    NodeRecord holder = record(2, ip4(8, 8, 8, 8));
    NodeRecord newcomer = record(3, ip4(7, 7, 7, 7));
    AddressTable tiny = contested(holder, newcomer);

    for (int i = 0; i < 20; i++) {
      assertThat(tiny.pick(c -> false, now).map(Candidate::key)).contains(holder.key());
    }
    now += SECOND;
    tiny.onSuccess(holder.key(), now);
    now += HOUR;
    tiny.pick(c -> false, now);

    assertThat(tiny.records()).containsExactly(holder, newcomer);
    tiny.checkInvariants();
  }

  @Test
  void shouldReplaceATriedEntryThatFailsItsTest() {
    NodeRecord holder = record(2, ip4(8, 8, 8, 8));
    NodeRecord newcomer = record(3, ip4(7, 7, 7, 7));
    AddressTable tiny = contested(holder, newcomer);

    now += SECOND;
    fail(tiny, holder, 1);

    assertThat(tiny.records()).containsExactly(newcomer, holder);
  }

  @Test
  void shouldReplaceATriedEntryThatNobodyGotRoundToTest() {
    NodeRecord holder = record(2, ip4(8, 8, 8, 8));
    NodeRecord newcomer = record(3, ip4(7, 7, 7, 7));
    AddressTable tiny = contested(holder, newcomer);

    now += HOUR;
    tiny.pick(c -> false, now);

    assertThat(tiny.records()).containsExactly(newcomer, holder);
    tiny.checkInvariants();
  }

  @Test
  void shouldNotReplaceAnEntryWithinFourHoursOfItsAnswer() {
    AddressTable tiny = tiny();
    NodeRecord holder = record(2, ip4(8, 8, 8, 8));
    NodeRecord newcomer = record(3, ip4(7, 7, 7, 7));
    add(tiny, holder, "s");
    tiny.onSuccess(holder.key(), now);
    add(tiny, newcomer, "s");
    now += 3 * HOUR;
    fail(tiny, holder, 20);
    tiny.onSuccess(newcomer.key(), now);
    now += HOUR / 2;
    tiny.pick(c -> false, now);

    assertThat(tiny.records()).containsExactly(holder, newcomer);
  }

  @Test
  void shouldPickTriedAndNewAboutEquallyOften() {
    add(table, record(2, ip4(8, 8, 8, 8)), "a");
    table.onSuccess(key(2).publicKey(), now);
    for (int i = 0; i < 20; i++) {
      add(table, record(100 + i, ip4(20 + i, 1, 1, 1)), "b" + i);
    }
    int tried = 0;
    for (int i = 0; i < 400; i++) {
      tried += pick().orElseThrow().key().equals(key(2).publicKey()) ? 1 : 0;
    }
    assertThat(tried).isBetween(140, 260);
  }

  @Test
  void shouldNotPickFromACrowdedCornerMoreOften() {
    for (int i = 0; i < 100; i++) {
      add(table, record(100 + i, ip4(66, 6, i, 1)), "attacker");
    }
    int sybils = table.size();
    add(table, record(2, ip4(8, 8, 8, 8)), "honest");
    assertThat(sybils).isGreaterThan(8);
    int honest = 0;
    for (int i = 0; i < 400; i++) {
      honest += pick().orElseThrow().key().equals(key(2).publicKey()) ? 1 : 0;
    }
    assertThat(honest).isGreaterThan(140);
  }

  @Test
  void shouldAnswerWithAFewOfTheTableAndTheSameAllDay() {
    for (int i = 0; i < 200; i++) {
      add(table, record(100 + i, local(7000 + i)), "source" + i % 8);
    }
    List<NodeRecord> first = table.sample(0, now);

    assertThat(first).hasSize(table.size() * 23 / 100).doesNotHaveDuplicates();
    assertThat(table.sample(0, now + 23 * HOUR)).isEqualTo(first);
    assertThat(table.sample(0, now + 24 * HOUR)).isNotEqualTo(first);
    assertThat(table.sample(Service.ARCHIVE.bit(), now + 24 * HOUR)).isEmpty();
  }

  @Test
  void shouldAnswerAnewOnceASmallTableHasDoubled() {
    add(table, record(2, local(1)), "s");
    assertThat(table.sample(0, now)).hasSize(1);
    for (int i = 0; i < 15; i++) {
      add(table, record(100 + i, local(100 + i)), "s");
    }
    assertThat(table.sample(0, now)).hasSize(table.size()).hasSizeGreaterThan(12);
  }

  @Test
  void shouldAnswerNobodyWithANodeThatFailed() {
    NodeRecord record = record(2, local(1));
    add(record);
    fail(table, record, 3);

    assertThat(table.sample(0, now)).isEmpty();
  }

  @Test
  void shouldLoadWhatItSaved() {
    for (int i = 0; i < 50; i++) {
      add(record(100 + i, local(7000 + i)));
    }
    AddressTable other = table(AddressTable.Limits.defaults());
    other.load(table.records(), WALL_MILLIS, now);
    other.checkInvariants();

    assertThat(other.size()).isGreaterThan(table.size() * 9 / 10);
  }

  @Test
  void shouldIgnoreNewsOfWhomItDoesNotKnow() {
    table.onDialled(key(9).publicKey(), now);
    table.onSuccess(key(9).publicKey(), now);
    table.onFailure(key(9).publicKey(), now);
    table.onLasting(key(9).publicKey());

    assertThat(table.size()).isZero();
  }
}
