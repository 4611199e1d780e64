package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Ed25519;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.SignatureCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class VerifyPoolTest {
  private static final String TAG = "test";
  private static final KeyPair SIGNER = KeyPair.generate(new SplittableRandom(1));

  @Test
  void shouldAcceptListsOfGoodSignatures() throws Exception {
    try (VerifyPool pool = new VerifyPool(2)) {
      for (int size : new int[] {0, 1, VerifyPool.SLICE_CHECKS, VerifyPool.SLICE_CHECKS + 1}) {
        assertThat(verdict(pool, good(size))).as("of %d", size).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "63, 199", "64, 65", "199, 199", "5, 150"})
  void shouldNameFirstThatFailsInWhateverSlice(int first, int second) throws Exception {
    List<SignatureCheck> checks = good(200);
    checks.set(first, bad(checks.get(first)));
    checks.set(second, bad(checks.get(second)));
    try (VerifyPool pool = new VerifyPool(2)) {
      assertThat(verdict(pool, checks)).isEqualTo(Math.min(first, second));
    }
  }

  @Test
  void shouldCallMalformedKeyInvalid() throws Exception {
    SignatureCheck check = good(1).getFirst();
    byte[] noPoint = new byte[PublicKey.BYTES];
    noPoint[0] = 2;
    try (VerifyPool pool = new VerifyPool(1)) {
      SignatureCheck malformed =
          new SignatureCheck(PublicKey.of(noPoint), check.message(), check.signature());
      assertThat(verdict(pool, List.of(malformed))).isZero();
    }
  }

  @Test
  void shouldThrowWhenMoreWaitsThanAnyCoreAllowsItself() {
    List<SignatureCheck> checks = good(VerifyPool.SLICE_CHECKS * 4);
    try (VerifyPool pool = new VerifyPool(1, 2)) {
      assertThatThrownBy(() -> pool.firstInvalid(checks))
          .isInstanceOf(RejectedExecutionException.class);
    }
  }

  @Test
  void shouldTakeNothingAfterClose() {
    VerifyPool pool = new VerifyPool(1);
    pool.close();
    assertThatThrownBy(() -> pool.firstInvalid(good(1)))
        .isInstanceOf(RejectedExecutionException.class);
  }

  private static int verdict(VerifyPool pool, List<SignatureCheck> checks) throws Exception {
    return pool.firstInvalid(checks).get(20, TimeUnit.SECONDS);
  }

  private static List<SignatureCheck> good(int count) {
    List<SignatureCheck> checks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] message = {(byte) i};
      checks.add(
          new SignatureCheck(
              SIGNER.publicKey(), Ed25519.tagged(TAG, message), SIGNER.sign(TAG, message)));
    }
    return checks;
  }

  private static SignatureCheck bad(SignatureCheck check) {
    return new SignatureCheck(check.key(), new byte[] {1, 2, 3}, check.signature());
  }
}
