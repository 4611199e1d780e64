package grapevine.node.protocol.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import grapevine.crypto.Hash256;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.RecordingOutbox.Disconnected;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import grapevine.node.wire.Message.Ids.Element;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One reconciler, and neighbours played by hand: honest, silent and hostile ones. */
class ReconcilerTest {
  private static final long SECOND = Signed.SECOND_NANOS;
  private static final long MINUTE = Signed.MINUTE;
  private static final PeerId PEER = new PeerId(1);
  private static final PeerId OTHER = new PeerId(2);
  private static final Message.GetDigests ALL_LIVE =
      new Message.GetDigests(MINUTE - 10, MINUTE + 1);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final List<String> limited = new ArrayList<>();
  private final NodeEvents events =
      new NodeEvents() {
        @Override
        public void onLimited(String reason, int count, long nowNanos) {
          limited.add(reason);
        }

        @Override
        public void onRepaired(PeerId peer, int missing, long nowNanos) {
          repaired += missing;
        }
      };
  private int repaired;
  private Reconciler reconciler = reconciler(600);

  private Reconciler reconciler(long lifetimeSecondsMax) {
    return new Reconciler(
        Reconciler.Limits.defaults(),
        lifetimeSecondsMax,
        new NodeTime(Signed.WALL_MILLIS, 0),
        outbox,
        events,
        new SplittableRandom(1));
  }

  @AfterEach
  void checkInvariants() {
    reconciler.checkInvariants();
  }

  private void ready(PeerId peer, long nowNanos) {
    reconciler.onPeerReady(new PeerInfo(peer, null, Direction.INBOUND, null, 1, 0, null), nowNanos);
  }

  /** Fires timers until {@code untilNanos}. */
  private void run(long untilNanos) {
    while (reconciler.nextDeadlineNanos() <= untilNanos) {
      long due = reconciler.nextDeadlineNanos();
      reconciler.onTimer(due);
      reconciler.checkInvariants();
      assertThat(reconciler.nextDeadlineNanos()).isGreaterThan(due);
    }
  }

  private static Message.Digests differing(long... minutes) {
    return new Message.Digests(
        List.of(), LongStream.of(minutes).mapToObj(m -> new Message.SpanDigest(m, 1, 42)).toList());
  }

  private static Hash256 hash(int number) {
    return Hash256.of(ByteBuffer.allocate(Hash256.BYTES).putInt(number).array());
  }

  private static Message.Ids ids(long minute, boolean last, int... numbers) {
    return new Message.Ids(
        minute,
        last,
        IntStream.of(numbers)
            .<Element>mapToObj(number -> new Element.Single(hash(number), 200))
            .toList());
  }

  private List<Message> taken() {
    return outbox.takeSent().stream().map(RecordingOutbox.Sent::message).toList();
  }

  @Test
  void shouldAskForAllLiveMinutesAtOnceOnANewConnection() {
    ready(PEER, 0);

    assertThat(outbox.sent()).containsExactly(new RecordingOutbox.Sent(PEER, ALL_LIVE));
  }

  /** The slice in which this many seconds of {@link #MINUTE} have passed; may be negative. */
  private static long sliceAt(long seconds) {
    return Span.endedSlice(Signed.WALL_MILLIS + 1000 * seconds) + 1;
  }

  @Test
  void shouldAskARandomNeighbourEveryTwoSecondsForSlicesAndClosedMinutesInTurns() {
    ready(PEER, 0);
    ready(OTHER, 0);
    reconciler.onDigests(PEER, differing(), 1);
    reconciler.onDigests(OTHER, differing(), 1);
    taken();
    List<Message> asked = new ArrayList<>();

    for (int round = 1; round <= 7; round++) {
      run(2L * round * SECOND);
      RecordingOutbox.Sent sent = outbox.takeSent().getFirst();
      asked.add(sent.message());
      assertThat(sent.to()).isIn(PEER, OTHER);
      reconciler.onDigests(sent.to(), differing(), 2L * round * SECOND);
    }

    Message minutes = new Message.GetDigests(MINUTE - 10, MINUTE - 2);
    assertThat(asked).filteredOn(minutes::equals).hasSizeBetween(3, 4);
    assertThat(asked)
        .filteredOn(message -> !message.equals(minutes))
        .hasSizeBetween(3, 4)
        .allSatisfy(
            message -> {
              Message.GetDigests slices = (Message.GetDigests) message;
              assertThat(slices.first()).isEqualTo(sliceAt(-60));
              assertThat(slices.last()).isBetween(sliceAt(-8), sliceAt(8));
            });
  }

  @Test
  void shouldCompareASliceFiveSecondsAfterItsEnd() {
    reconciler = reconciler(30);
    ready(PEER, 32 * SECOND);
    reconciler.onDigests(PEER, differing(), 32 * SECOND);
    taken();

    for (long now = 34; now < 44; now += 2) {
      run(now * SECOND);
      // Asked at some moment of the two seconds.
      assertThat(taken())
          .singleElement()
          .isIn(
              new Message.GetDigests(sliceAt(0), sliceAt(now - 7) - 1),
              new Message.GetDigests(sliceAt(0), sliceAt(now - 5) - 1));
      reconciler.onDigests(PEER, differing(), now * SECOND);
    }
  }

  @Test
  void shouldCloseAMinuteFifteenSecondsAfterItsEnd() {
    assertThat(reconciler.closedMinute(15 * SECOND - 1)).isEqualTo(MINUTE - 2);
    assertThat(reconciler.closedMinute(15 * SECOND)).isEqualTo(MINUTE - 1);
  }

  @Test
  void shouldLeaveWhatIsBelowItsOwnRetentionFloorOutOfRounds() {
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(), 1);
    taken();

    reconciler.onRetentionFloor(MINUTE - 4);
    run(2 * SECOND);
    reconciler.onDigests(PEER, differing(), 2 * SECOND);
    run(4 * SECOND);
    reconciler.onDigests(PEER, differing(), 4 * SECOND);
    assertThat(taken())
        .hasSize(2)
        .contains(new Message.GetDigests(MINUTE - 4, MINUTE - 2))
        .anyMatch(m -> m instanceof Message.GetDigests asked && asked.first() == sliceAt(-60));

    reconciler.onRetentionFloor(MINUTE);
    run(8 * SECOND);
    assertThat(taken()).isEmpty();
    run(12 * SECOND);
    assertThat(taken()).first().isEqualTo(new Message.GetDigests(sliceAt(0), sliceAt(0)));
  }

  @Test
  void shouldHaveNothingToDoWithoutNeighbours() {
    assertThat(reconciler.nextDeadlineNanos()).isEqualTo(Component.NEVER);
    ready(PEER, 0);
    assertThat(reconciler.nextDeadlineNanos()).isLessThanOrEqualTo(2 * SECOND);
    reconciler.onPeerGone(PEER, 1);
    assertThat(reconciler.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldIgnorePeersThatItDoesNotKnow() {
    reconciler.onPeerGone(PEER, 1);
    reconciler.onPong(PEER, MINUTE, 1);
    reconciler.onGetDigests(PEER, ALL_LIVE, List.of(), 1);
    reconciler.onGetIds(PEER, new Message.GetIds(MINUTE, Hash256.ZERO), 1);
    assertThat(reconciler.onDigests(PEER, differing(MINUTE), 1)).isFalse();
    assertThat(reconciler.onIds(PEER, ids(MINUTE, true, 1), 1)).isEmpty();

    assertThat(reconciler.sameMinute(PEER)).isNull();
    assertThat(outbox.sent()).isEmpty();
    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldTellWhetherAPongMeansTheSameSet() {
    reconciler.onAdded(Signed.tx(MINUTE - 2, 1));
    ready(PEER, 0);
    assertThat(reconciler.sameMinute(PEER)).isNull();

    reconciler.onPong(PEER, MINUTE - 2, reconciler.digest(MINUTE - 2));
    assertThat(reconciler.sameMinute(PEER)).isTrue();

    reconciler.onPong(PEER, MINUTE - 2, reconciler.digest(MINUTE - 3));
    assertThat(reconciler.sameMinute(PEER)).isFalse();
  }

  @Test
  void shouldAnnounceWhatItLacksOnly() {
    reconciler.onAdded(Signed.tx(MINUTE, 1));
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(MINUTE), 1);
    LiveSet theirs = new LiveSet();
    theirs.add(Signed.tx(MINUTE, 1));
    theirs.add(Signed.tx(MINUTE, 2));

    List<Message.Inv.Entry> missing =
        reconciler.onIds(PEER, theirs.ids(MINUTE, Hash256.ZERO, 1000), 2);

    assertThat(missing)
        .containsExactly(
            new Message.Inv.Entry(
                Signed.tx(MINUTE, 2).id(), Signed.tx(MINUTE, 2).sizeBytes(), 65_535));
    assertThat(repaired).isEqualTo(1);
  }

  @Test
  void shouldAskForTwoPagesAtOnceAndTheNewestMinutesFirst() {
    ready(PEER, 0);
    taken();

    reconciler.onDigests(PEER, differing(MINUTE - 3, MINUTE - 2, MINUTE - 1, MINUTE), 1);
    assertThat(taken())
        .containsExactly(
            new Message.GetIds(MINUTE, Hash256.ZERO), new Message.GetIds(MINUTE - 1, Hash256.ZERO));

    reconciler.onIds(PEER, ids(MINUTE, false, 1, 2), 2);
    assertThat(taken()).containsExactly(new Message.GetIds(MINUTE, hash(2)));
    reconciler.onIds(PEER, ids(MINUTE - 1, true, 3), 3);
    assertThat(taken()).containsExactly(new Message.GetIds(MINUTE - 2, Hash256.ZERO));
  }

  @Test
  void shouldAskNobodyTwiceAtOnce() {
    ready(PEER, 0);
    taken();

    run(2 * SECOND - 1);

    assertThat(taken()).isEmpty();
  }

  @Test
  void shouldAskAgainTwoSecondsAfterAQuestionWasLost() {
    ready(PEER, 0);
    taken();

    run(2 * SECOND - 1);
    assertThat(limited).isEmpty();
    run(4 * SECOND);

    assertThat(limited).containsExactly("repair-unanswered");
    assertThat(taken()).hasSize(1);
    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldAskSomebodyForTheSameInsteadOfWhoDoesNotAnswer() {
    ready(PEER, 0);
    ready(OTHER, 0);
    reconciler.onDigests(PEER, differing(), 1);
    reconciler.onDigests(OTHER, differing(), 1);
    run(2 * SECOND);
    Message lost = taken().getFirst();

    run(4 * SECOND);

    assertThat(limited).containsExactly("repair-unanswered");
    List<Message> next = taken();
    assertThat(next).hasSize(2);
    assertThat(isOfSlices(next.getFirst())).as("asked instead").isEqualTo(isOfSlices(lost));
    assertThat(isOfSlices(next.getLast())).as("round").isNotEqualTo(isOfSlices(lost));
  }

  private static boolean isOfSlices(Message question) {
    return question instanceof Message.GetDigests asked && Span.isSlice(asked.first());
  }

  @Test
  void shouldGoOnWaitingWhenAnAnswerToAQuestionThatWasLeftComes() {
    ready(PEER, 0);
    run(2 * SECOND);
    assertThat(limited).containsExactly("repair-unanswered");
    assertThat(isOfSlices(taken().getLast())).isFalse();

    boolean late = reconciler.onDigests(PEER, differing(sliceAt(-60)), 2 * SECOND);
    boolean answer = reconciler.onDigests(PEER, differing(MINUTE - 5), 2 * SECOND);

    assertThat(late).isFalse();
    assertThat(answer).isTrue();
    assertThat(taken()).containsExactly(new Message.GetIds(MINUTE - 5, Hash256.ZERO));
  }

  @Test
  void shouldBeMorePatientWithEachQuestionThatIsNotAnswered() {
    ready(PEER, 0);

    // After 2, 4, 6 and so on up to 30 s, each time up to a round of 2 s until it is asked again.
    run(240 * SECOND);
    assertThat(limited).hasSizeBetween(14, 15).containsOnly("repair-unanswered");
    limited.clear();
    run(560 * SECOND);
    assertThat(limited).hasSizeBetween(10, 11);
  }

  @Test
  void shouldWaitForAPageAsTheAnswersBeforeItHaveTaken() {
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(MINUTE - 1, MINUTE), 3 * SECOND / 2);
    reconciler.onIds(PEER, ids(MINUTE, true, 1), 4 * SECOND);

    // Digests took 1.5 s and a page 2.5 s: the other page may take 10 s.
    run(23 * SECOND / 2 - 1);
    assertThat(limited).isEmpty();
    run(12 * SECOND);

    assertThat(limited).containsExactly("repair-unanswered");
  }

  @Test
  void shouldHearOutAnAnswerThatAlwaysTakesTenSeconds() {
    ready(PEER, 0);
    long now = 0;
    boolean answered = false;
    for (int round = 0; round < 20 && !answered; round++) {
      now += 10 * SECOND;
      run(now);
      reconciler.onDigests(PEER, differing(MINUTE - 2), now);
      answered = !taken().isEmpty() && reconciler.nextDeadlineNanos() > now;
      now += 10 * SECOND;
      run(now);
      answered = !reconciler.onIds(PEER, ids(MINUTE - 2, true, 7), now).isEmpty();
    }
    assertThat(answered).isTrue();
    assertThat(now).isLessThan(100 * SECOND);
  }

  @Test
  void shouldNotBanALateAnswerThatFitsNoLongerWhatWasAsked() {
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(MINUTE - 2), 1);
    run(4 * SECOND);
    reconciler.onDigests(PEER, differing(MINUTE - 2), 4 * SECOND);
    taken();
    reconciler.onIds(PEER, ids(MINUTE - 2, false, 8, 9), 5 * SECOND);
    assertThat(taken()).containsExactly(new Message.GetIds(MINUTE - 2, hash(9)));

    assertThat(reconciler.onIds(PEER, ids(MINUTE - 2, false, 8, 9), 6 * SECOND)).isEmpty();

    assertThat(outbox.disconnects()).isEmpty();
    assertThat(limited).containsExactly("repair-unanswered", "repair-unasked");
  }

  // Hostile answers.

  @Test
  void shouldIgnoreDigestsAndIdsThatItDidNotAskFor() {
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(), 1);
    taken();

    assertThat(reconciler.onDigests(PEER, differing(MINUTE), 2)).isFalse();
    assertThat(reconciler.onIds(PEER, ids(MINUTE, true, 1), 2)).isEmpty();

    assertThat(taken()).isEmpty();
    assertThat(limited).containsExactly("repair-unasked", "repair-unasked");
  }

  @Test
  void shouldIgnoreMinutesOutsideTheRangeItAskedFor() {
    ready(PEER, 0);
    taken();

    reconciler.onDigests(PEER, differing(5, MINUTE - 11, MINUTE + 2), 1);

    assertThat(taken()).isEmpty();
  }

  @Test
  void shouldDisconnectAPeerWhoseMinutesDoNotAscend() {
    ready(PEER, 0);

    reconciler.onDigests(PEER, differing(MINUTE, MINUTE), 1);

    assertThat(outbox.disconnects())
        .extracting(Disconnected::peer, Disconnected::reason)
        .containsExactly(tuple(PEER, DisconnectReason.MALFORMED));
  }

  @Test
  void shouldDisconnectAPeerWhoseIdsDoNotAscend() {
    assertDisconnectedFor(ids(MINUTE, true, 2, 1));
  }

  @Test
  void shouldDisconnectAPeerThatListsAnIdTwice() {
    assertDisconnectedFor(ids(MINUTE, true, 1, 1));
  }

  @Test
  void shouldDisconnectAPeerWhosePageIsEmptyButNotTheLast() {
    assertDisconnectedFor(ids(MINUTE, false));
  }

  @Test
  void shouldDisconnectAPeerThatRepeatsAPage() {
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(MINUTE), 1);
    reconciler.onIds(PEER, ids(MINUTE, false, 1, 2), 2);

    reconciler.onIds(PEER, ids(MINUTE, false, 2, 3), 3);

    assertThat(outbox.disconnects()).hasSize(1);
  }

  private void assertDisconnectedFor(Message.Ids answer) {
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(MINUTE), 1);

    assertThat(reconciler.onIds(PEER, answer, 2)).isEmpty();

    assertThat(outbox.disconnects())
        .extracting(Disconnected::reason)
        .containsExactly(DisconnectReason.MALFORMED);
    reconciler.checkInvariants();
  }

  @Test
  void shouldLeaveAPeerThatListsWithoutEnd() {
    ready(PEER, 0);
    reconciler.onDigests(PEER, differing(MINUTE), 1);
    long nowNanos = SECOND;
    int listed = 0;
    while (!limited.contains("repair-elements")) {
      int from = listed + 1;
      int[] page = IntStream.range(from, from + 1000).toArray();
      reconciler.onIds(PEER, ids(MINUTE, false, page), nowNanos);
      listed += 1000;
      assertThat(listed).isLessThanOrEqualTo(101_000);
      nowNanos += SECOND / 10;
      reconciler.onTimer(nowNanos);
    }
    assertThat(listed).isEqualTo(101_000);
  }

  @Test
  void shouldAskForPagesNoFasterThanANeighbourServesThem() {
    ready(PEER, 0);
    taken();
    reconciler.onDigests(PEER, differing(MINUTE), 1);
    int asked = outbox.takeSent().size();
    int number = 0;
    for (long nowNanos = 1; nowNanos < 2 * SECOND; nowNanos += SECOND / 1000) {
      reconciler.onTimer(nowNanos);
      reconciler.onIds(PEER, ids(MINUTE, false, ++number), nowNanos);
      asked += outbox.takeSent().size();
    }

    assertThat(asked).isBetween(48 + 30, 48 + 33);
    assertThat(outbox.disconnects()).isEmpty();
  }

  // Hostile questions.

  @Test
  void shouldAnswerWithTipsAndTheDigestsOfMinutesThatAreNotEmpty() {
    reconciler.onAdded(Signed.tx(MINUTE - 4, 1));
    ready(PEER, 0);
    taken();

    reconciler.onGetDigests(PEER, ALL_LIVE, List.of(hash(7)), 1);

    assertThat(taken())
        .containsExactly(
            new Message.Digests(
                List.of(hash(7)),
                List.of(new Message.SpanDigest(MINUTE - 4, 1, reconciler.digest(MINUTE - 4)))));
  }

  @Test
  void shouldCutARangeThatIsTooLong() {
    reconciler.onAdded(Signed.tx(MINUTE, 1));
    ready(PEER, 0);
    taken();

    reconciler.onGetDigests(
        PEER, new Message.GetDigests(MINUTE - 1500, 0xffff_ffffL), List.of(), 1);
    reconciler.onGetDigests(
        PEER, new Message.GetDigests(MINUTE - 1499, 0xffff_ffffL), List.of(), 2);
    reconciler.onGetDigests(PEER, new Message.GetDigests(MINUTE, 0), List.of(), 3);

    assertThat(taken())
        .extracting(message -> ((Message.Digests) message).spans().size())
        .containsExactly(0, 1, 1);
  }

  @Test
  void shouldServeFourDigestsAtOnceAndThenOneInOneAndAHalfSeconds() {
    ready(PEER, 0);
    taken();

    for (int i = 0; i < 10; i++) {
      reconciler.onGetDigests(PEER, ALL_LIVE, List.of(), i);
    }
    assertThat(taken()).hasSize(4);
    assertThat(limited).hasSize(6).containsOnly("repair-digests");
    reconciler.onGetDigests(PEER, ALL_LIVE, List.of(), 3 * SECOND / 2);
    reconciler.onGetDigests(PEER, ALL_LIVE, List.of(), 3 * SECOND / 2);
    assertThat(taken()).hasSize(1);
  }

  @Test
  void shouldServeSixtyFourPagesAtOnceAndThenTwentyASecond() {
    ready(PEER, 0);
    taken();
    Message.GetIds question = new Message.GetIds(MINUTE, Hash256.ZERO);

    for (int i = 0; i < 200; i++) {
      reconciler.onGetIds(PEER, question, 1);
    }
    assertThat(taken()).hasSize(64);
    for (int i = 0; i < 200; i++) {
      reconciler.onGetIds(PEER, question, 1 + SECOND);
    }
    assertThat(taken()).hasSize(20);
    assertThat(limited).containsOnly("repair-ids");
  }

  @Test
  void shouldServeNoIdsToAPeerThatDoesNotRead() {
    ready(PEER, 0);
    taken();
    outbox.setQueuedBytes(PEER, (1 << 20) + 1);

    reconciler.onGetIds(PEER, new Message.GetIds(MINUTE, Hash256.ZERO), 1);

    assertThat(taken()).isEmpty();
    assertThat(limited).containsExactly("repair-ids");
  }
}
