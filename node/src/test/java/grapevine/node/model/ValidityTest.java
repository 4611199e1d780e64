package grapevine.node.model;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidityTest {
  private final Validity listed = new Validity(Samples.LISTED);
  private final Validity open = new Validity(Samples.OPEN);

  private static final Transaction.Draft GOOD = Samples.draft(0);
  private static final BlockHeader.Draft HEADER = Samples.headerDraft(Samples.transactions());

  private static Transaction sign(Transaction.Draft draft) {
    return Transaction.sign(Samples.SENDER, draft, new byte[0]);
  }

  private static Transaction withNonce(long nonce) {
    return sign(
        new Transaction.Draft(
            GOOD.networkShortId(), nonce, GOOD.timeMillis(), GOOD.lifetimeSeconds(), 0, 0));
  }

  private static Transaction withLifetime(long lifetimeSeconds) {
    return sign(
        new Transaction.Draft(
            GOOD.networkShortId(), GOOD.nonce(), GOOD.timeMillis(), lifetimeSeconds, 0, 0));
  }

  @Test
  void shouldAcceptATransactionAsItShouldBe() {
    assertThat(listed.transaction(sign(GOOD))).isEmpty();
  }

  @Test
  void shouldRefuseATransactionOfAnotherNetwork() {
    assertThat(open.transaction(sign(GOOD))).contains(Rejection.WRONG_NETWORK);
  }

  @Test
  void shouldRefuseALifetimeOfZeroOrBeyondTheMaximum() {
    assertThat(listed.transaction(withLifetime(0))).contains(Rejection.BAD_LIFETIME);
    assertThat(listed.transaction(withLifetime(1))).isEmpty();
    assertThat(listed.transaction(withLifetime(600))).isEmpty();
    assertThat(listed.transaction(withLifetime(601))).contains(Rejection.BAD_LIFETIME);
    assertThat(listed.transaction(withLifetime(0xFFFF_FFFFL))).contains(Rejection.BAD_LIFETIME);
  }

  @Test
  void shouldRefuseASenderThatIsNotListed() {
    Transaction stranger = Transaction.sign(Samples.STRANGER, GOOD, new byte[0]);

    assertThat(listed.transaction(stranger)).contains(Rejection.UNKNOWN_SENDER);
  }

  @Test
  void shouldRefuseANonceOutsideTheSendersMinute() {
    long first = Transaction.nonce(GOOD.timeMillis(), 0);
    assertThat(listed.transaction(withNonce(first + 2))).isEmpty();
    assertThat(listed.transaction(withNonce(first + 3))).contains(Rejection.BAD_NONCE);
    assertThat(listed.transaction(withNonce(first - 1))).contains(Rejection.BAD_NONCE);
    assertThat(listed.transaction(withNonce(0))).contains(Rejection.BAD_NONCE);
    assertThat(listed.transaction(withNonce(Long.MAX_VALUE))).contains(Rejection.BAD_NONCE);
  }

  @Test
  void shouldFindNoNonceForTimesWhoseNoncesDoNotFit() {
    for (long time : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 60_000, 1L << 62}) {
      for (long nonce : new long[] {0, 1, Long.MAX_VALUE, 1L << 62}) {
        Transaction.Draft draft =
            new Transaction.Draft(GOOD.networkShortId(), nonce, time, 600, 0, 0);
        assertThat(listed.transaction(sign(draft))).contains(Rejection.BAD_NONCE);
      }
    }
  }

  @Test
  void shouldRefuseAStampOnAListedNetwork() {
    Transaction.Draft stamped =
        new Transaction.Draft(GOOD.networkShortId(), GOOD.nonce(), GOOD.timeMillis(), 600, 0, 1);

    assertThat(listed.transaction(sign(stamped))).contains(Rejection.BAD_STAMP);
  }

  @Test
  void shouldAskForTheStampOfAnOpenNetwork() {
    int accepted = 0;
    for (long stamp = 0; stamp < 200; stamp++) {
      Transaction tx =
          Transaction.sign(
              Samples.STRANGER,
              new Transaction.Draft(
                  Samples.OPEN.shortId(), GOOD.nonce(), GOOD.timeMillis(), 600, 0, stamp),
              new byte[0]);
      boolean stamped = tx.stampHash().toHex().startsWith("0");
      assertThat(open.transaction(tx).orElse(null)).isEqualTo(stamped ? null : Rejection.BAD_STAMP);
      accepted += stamped ? 1 : 0;
    }
    assertThat(accepted).isBetween(3, 30);
  }

  @Test
  void shouldFindTheLowestStamp() {
    Transaction.Draft draft =
        new Transaction.Draft(Samples.OPEN.shortId(), GOOD.nonce(), GOOD.timeMillis(), 600, 0, 0);
    for (int bits : new int[] {0, 4, 8}) {
      Transaction tx = Transaction.signStamped(Samples.STRANGER, draft, new byte[3], bits);
      assertThat(Long.numberOfLeadingZeros(tx.stampHash().prefix64())).isGreaterThanOrEqualTo(bits);
      for (long lower = 0; lower < tx.stamp(); lower++) {
        Transaction.Draft other =
            new Transaction.Draft(
                draft.networkShortId(), draft.nonce(), draft.timeMillis(), 600, 0, lower);
        Hash256 hash = Transaction.sign(Samples.STRANGER, other, new byte[3]).stampHash();
        assertThat(Long.numberOfLeadingZeros(hash.prefix64())).isLessThan(bits);
      }
    }
  }

  @Test
  void shouldAllowOneTransactionAMinuteOnAnOpenNetwork() {
    assertThat(Samples.OPEN.senders().allowance(Samples.STRANGER.publicKey())).isOne();
  }

  /** A header that differs from the good one in what is changed here. */
  private static BlockHeader header(
      long height, long slot, long timeMillis, int count, int bodyBytes, int producer) {
    return BlockHeader.sign(
        Samples.PRODUCER,
        new BlockHeader.Draft(
            HEADER.networkShortId(),
            HEADER.parent(),
            height,
            slot,
            timeMillis,
            count,
            bodyBytes,
            HEADER.transactionRoot(),
            producer,
            Hash256.ZERO));
  }

  private void assertBad(BlockHeader header) {
    assertThat(listed.header(header)).contains(Rejection.BAD_HEADER);
  }

  @Test
  void shouldAcceptAHeaderAsItShouldBe() {
    assertThat(listed.header(header(1, 30, Samples.BLOCK_MILLIS, 0, 0, 0))).isEmpty();
    assertThat(listed.header(header(30, 30, Samples.BLOCK_MILLIS, 0, 0, 0))).isEmpty();
    assertThat(listed.header(header(1, 31, Samples.BLOCK_MILLIS + 2000, 0, 0, 1))).isEmpty();
  }

  @Test
  void shouldRefuseAHeaderOfAnotherNetwork() {
    assertThat(open.header(BlockHeader.sign(Samples.PRODUCER, HEADER)))
        .contains(Rejection.WRONG_NETWORK);
  }

  @Test
  void shouldRefuseABlockBeyondTheNetworksSize() {
    int most = Samples.LISTED.blockBytesMax() - BlockHeader.BYTES;

    assertThat(listed.header(header(1, 30, Samples.BLOCK_MILLIS, 9, most, 0))).isEmpty();
    assertThat(listed.header(header(1, 30, Samples.BLOCK_MILLIS, 9, most + 1, 0)))
        .contains(Rejection.TOO_LARGE);
    assertThat(listed.header(header(1, 30, Samples.BLOCK_MILLIS, 9, Integer.MAX_VALUE, 0)))
        .contains(Rejection.TOO_LARGE);
  }

  @Test
  void shouldRefuseASlotThatIsNotThatOfTheTime() {
    assertBad(header(1, 30, Samples.GENESIS_MILLIS + 59_999, 0, 0, 0));
    assertBad(header(1, 30, Samples.GENESIS_MILLIS + 62_000, 0, 0, 0));
    assertBad(header(1, 1, Samples.GENESIS_MILLIS - 1, 0, 0, 1));
  }

  @Test
  void shouldRefuseSlotZeroAndHeightsThatNoTimeAllows() {
    assertBad(header(1, 0, Samples.GENESIS_MILLIS, 0, 0, 0));
    assertBad(header(0, 30, Samples.BLOCK_MILLIS, 0, 0, 0));
    assertBad(header(31, 30, Samples.BLOCK_MILLIS, 0, 0, 0));
    assertBad(header(Long.MAX_VALUE, 30, Samples.BLOCK_MILLIS, 0, 0, 0));
  }

  @Test
  void shouldRefuseAProducerWhoseSlotItIsNot() {
    assertBad(header(1, 30, Samples.BLOCK_MILLIS, 0, 0, 1));
    assertBad(header(1, 30, Samples.BLOCK_MILLIS, 0, 0, 2));
  }

  @Test
  void shouldRefuseEveryHeaderOfANetworkWithoutProducers() {
    Network none =
        new Network(
            "none",
            Samples.GENESIS_MILLIS,
            2000,
            600,
            1 << 20,
            1000,
            List.of(),
            Samples.OPEN.senders());
    BlockHeader header =
        BlockHeader.sign(
            Samples.PRODUCER,
            new BlockHeader.Draft(
                none.shortId(),
                none.id(),
                1,
                30,
                Samples.BLOCK_MILLIS,
                0,
                0,
                Sha256.plain(),
                0xFFFF,
                Hash256.ZERO));

    assertThat(new Validity(none).header(header)).contains(Rejection.BAD_HEADER);
  }

  @Test
  void shouldRefuseAnExtensionRootInThisVersion() {
    BlockHeader.Draft extended =
        new BlockHeader.Draft(
            HEADER.networkShortId(),
            HEADER.parent(),
            HEADER.height(),
            HEADER.slot(),
            HEADER.timeMillis(),
            HEADER.transactionCount(),
            HEADER.bodyBytes(),
            HEADER.transactionRoot(),
            HEADER.producer(),
            Sha256.plain());

    assertBad(BlockHeader.sign(Samples.PRODUCER, extended));
  }

  @Test
  void shouldRefuseMoreTransactionsThanTheBodyHasRoomFor() {
    int two = 2 * Transaction.BYTES_MIN;

    assertThat(listed.header(header(1, 30, Samples.BLOCK_MILLIS, 2, two, 0))).isEmpty();
    assertBad(header(1, 30, Samples.BLOCK_MILLIS, 3, two, 0));
    assertBad(header(1, 30, Samples.BLOCK_MILLIS, Integer.MAX_VALUE, two, 0));
  }

  @Test
  void shouldTieAHeaderToItsParent() {
    BlockHeader header = header(5, 30, Samples.BLOCK_MILLIS, 0, 0, 0);

    assertThat(listed.child(header, 4, 29)).isEmpty();
    assertThat(listed.child(header, 3, 29)).contains(Rejection.BAD_HEADER);
    assertThat(listed.child(header, 5, 29)).contains(Rejection.BAD_HEADER);
    assertThat(listed.child(header, 4, 30)).contains(Rejection.BAD_HEADER);
    assertThat(listed.child(header, 4, 31)).contains(Rejection.BAD_HEADER);
  }

  private void assertBody(List<Transaction> transactions, Rejection expected) {
    assertThat(listed.body(Samples.block(transactions)).orElse(null)).isEqualTo(expected);
  }

  private static Transaction timed(KeyPair sender, long timeMillis, long lifetimeSeconds) {
    return Transaction.sign(
        sender,
        new Transaction.Draft(
            Samples.LISTED.shortId(),
            Transaction.nonce(timeMillis, 0),
            timeMillis,
            lifetimeSeconds,
            0,
            0),
        new byte[0]);
  }

  @Test
  void shouldAcceptAnEmptyBodyAndAFullOne() {
    assertBody(List.of(), null);
    assertBody(Samples.transactions(), null);
  }

  @Test
  void shouldRefuseABodyThatTheRootDoesNotName() {
    Block block = Samples.block(Samples.transactions());
    Block other = new Block(block.header(), Samples.transactions().subList(0, 2));

    assertThat(listed.body(other)).contains(Rejection.BAD_MERKLE);
  }

  @Test
  void shouldRefuseABodyThatIsNotAscending() {
    List<Transaction> descending = new ArrayList<>(Samples.transactions());
    Collections.reverse(descending);

    assertBody(descending, Rejection.BAD_BODY);
  }

  @Test
  void shouldRefuseATransactionTwice() {
    Transaction tx = Samples.transactions().getFirst();

    assertBody(List.of(tx, tx), Rejection.BAD_BODY);
  }

  @Test
  void shouldRefuseBothOfAConflictingPair() {
    assertBody(
        Samples.sorted(
            Samples.transaction(Samples.SENDER, 0, new byte[] {1}),
            Samples.transaction(Samples.SENDER, 0, new byte[] {2})),
        Rejection.BAD_BODY);
  }

  @Test
  void shouldRefuseATransactionThatIsNotTimelyAtTheHeadersTime() {
    long time = Samples.BLOCK_MILLIS;

    assertBody(List.of(timed(Samples.SENDER, time + 10_000, 1)), null);
    assertBody(List.of(timed(Samples.SENDER, time + 10_001, 1)), Rejection.BAD_BODY);
    assertBody(List.of(timed(Samples.SENDER, time - 59_999, 60)), null);
    assertBody(List.of(timed(Samples.SENDER, time - 60_000, 60)), Rejection.BAD_BODY);
  }

  @Test
  void shouldRefuseABodyWithATransactionThatIsInvalidByItself() {
    assertBody(List.of(Transaction.sign(Samples.STRANGER, GOOD, new byte[0])), Rejection.BAD_BODY);
  }

  @Test
  void shouldRefuseABodyWhoseSizesAreNotThoseOfTheHeader() {
    List<Transaction> transactions = Samples.transactions();
    int bytes = HEADER.bodyBytes();
    BlockHeader fewer = header(1, 30, Samples.BLOCK_MILLIS, 2, bytes, 0);
    BlockHeader longer = header(1, 30, Samples.BLOCK_MILLIS, 3, bytes + 1, 0);

    assertThat(listed.header(fewer)).isEmpty();
    assertThat(listed.body(new Block(fewer, transactions))).contains(Rejection.BAD_BODY);
    assertThat(listed.body(new Block(longer, transactions))).contains(Rejection.BAD_BODY);
  }

  @Test
  void shouldCallOnlyWhatIsWrongForEveryoneInvalid() {
    assertThat(Rejection.BAD_BODY.isInvalid()).isTrue();
    assertThat(Rejection.UNKNOWN_SENDER.isInvalid()).isTrue();
    assertThat(Rejection.EQUIVOCATION.isInvalid()).isFalse();
    assertThat(Rejection.EXPIRED.isInvalid()).isFalse();
    assertThat(Rejection.BELOW_HORIZON.isInvalid()).isFalse();
  }
}
