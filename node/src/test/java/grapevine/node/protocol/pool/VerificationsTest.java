package grapevine.node.protocol.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Signature;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.pool.Verifications.Pending;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerificationsTest {
  private static final PeerId ALICE = new PeerId(1);
  private static final PeerId BOB = new PeerId(2);
  private static final List<SignatureCheck> CHECKS =
      List.of(
          new SignatureCheck(Signed.key(0), new byte[4], Signature.of(new byte[Signature.BYTES])));

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final Verifications<String> verifications =
      new Verifications<>(new Verifications.Limits(100, 250), outbox);

  @AfterEach
  void checkInvariants() {
    verifications.checkInvariants();
  }

  private boolean start(PeerId from, String subject, int bytes) {
    return verifications.start(from, subject, CHECKS, bytes, 7);
  }

  private Ticket lastTicket() {
    return outbox.verifies().getLast().ticket();
  }

  @Test
  void shouldGiveBackWhatWaitedForTheVerdict() {
    assertThat(start(ALICE, "first", 60)).isTrue();

    assertThat(outbox.verifies()).containsExactly(new RecordingOutbox.Verify(lastTicket(), CHECKS));
    assertThat(verifications.inFlightBytes(ALICE)).isEqualTo(60);
    assertThat(verifications.finish(lastTicket())).contains(new Pending<>(ALICE, "first", 7));
    assertThat(verifications.finish(lastTicket())).isEmpty();
    assertThat(verifications.inFlightBytes(ALICE)).isZero();
    assertThat(verifications.inFlightBytes()).isZero();
  }

  @Test
  void shouldRefuseAPeerBeyondItsBoundAndStartNothing() {
    start(ALICE, "first", 60);

    assertThat(start(ALICE, "second", 41)).isFalse();
    assertThat(outbox.verifies()).hasSize(1);
    assertThat(start(ALICE, "third", 40)).isTrue();
    assertThat(start(BOB, "fourth", 100)).isTrue();
  }

  @Test
  void shouldPassABlockLargerThanAPeersBoundWhenItIsAlone() {
    assertThat(start(ALICE, "block", 200)).isTrue();
    assertThat(start(ALICE, "transaction", 1)).isFalse();
    assertThat(start(BOB, "transaction", 1)).isTrue();
    assertThat(start(BOB, "block", 200)).isFalse();
  }

  @Test
  void shouldRefuseEveryoneBeyondTheNodesBound() {
    start(ALICE, "block", 200);

    assertThat(start(BOB, "transaction", 51)).isFalse();
    assertThat(start(BOB, "transaction", 50)).isTrue();
  }

  @Test
  void shouldCountAPeersChecksUntilTheVerdictEvenWhenItIsGone() {
    start(ALICE, "first", 100);
    verifications.onPeerGone(ALICE, 8);

    assertThat(verifications.inFlightBytes(ALICE)).isEqualTo(100);
    assertThat(verifications.finish(lastTicket())).isPresent();
    assertThat(verifications.inFlightBytes()).isZero();
  }

  @Test
  void shouldRefuseASubjectThatCountsForNothing() {
    assertThatThrownBy(() -> start(ALICE, "nothing", 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
