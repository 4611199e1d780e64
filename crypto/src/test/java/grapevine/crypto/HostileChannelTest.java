package grapevine.crypto;

import static grapevine.crypto.ChannelPair.bytes;
import static grapevine.crypto.ChannelPair.filled;
import static grapevine.crypto.ChannelPair.random;
import static grapevine.crypto.ChannelPair.receive;
import static grapevine.crypto.ChannelPair.seal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import grapevine.crypto.ChannelException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the channel does with a peer, or somebody between the peers, who means it ill. */
class HostileChannelTest {
  private static final byte[] PREAMBLE = {'G', 'R', 'V', 1, 0, 1, 2, 3};

  private final SplittableRandom random = new SplittableRandom(666);

  @Test
  void shouldFailAtTheFirstWrongByteOfTheMagicAndAnswerNothing() {
    for (byte[] start : new byte[][] {{-1}, {'G', 'E'}, {'G', 'R', 0}, {71, 69, 84, 32, 47}}) {
      SecureChannel responder = SecureChannel.responder(ChannelPair.responderIdentity());

      assertThat(failure(responder, start)).isEqualTo(Reason.BAD_MAGIC);
      assertThat(responder.takeOutgoing().hasRemaining()).isFalse();
    }
  }

  @Test
  void shouldNameAnotherNetworkOnBothSides() {
    ChannelIdentity foreign =
        new ChannelIdentity(
            ChannelPair.INITIATOR, Hash256.of(filled(9)), null, new SplittableRandom(1));
    shouldFailOnBothSides(foreign, Reason.WRONG_NETWORK);
  }

  @Test
  void shouldNameAnotherChannelVersionOnBothSides() {
    shouldFailOnBothSides(
        ChannelPair.initiatorIdentity(filled(5), 100), Reason.BAD_CHANNEL_VERSION);
  }

  private static void shouldFailOnBothSides(ChannelIdentity foreign, Reason reason) {
    SecureChannel initiator = SecureChannel.initiator(foreign);
    SecureChannel responder = SecureChannel.responder(ChannelPair.responderIdentity());

    assertThat(failure(responder, bytes(initiator.takeOutgoing()))).isEqualTo(reason);
    byte[] answer = bytes(responder.takeOutgoing());
    assertThat(answer).isEqualTo(PREAMBLE);
    assertThat(failure(initiator, answer)).isEqualTo(reason);
  }

  @Test
  void shouldTellNetworksApartThatShareATag() {
    byte[] id = ChannelPair.NETWORK.toBytes();
    id[31] ^= 1;
    ChannelIdentity neighbour =
        new ChannelIdentity(ChannelPair.INITIATOR, Hash256.of(id), null, new SplittableRandom(1));
    ChannelPair pair = new ChannelPair(neighbour, ChannelPair.responderIdentity());

    ChannelException failure = catchThrowableOfType(ChannelException.class, pair::shakeHands);
    assertThat(failure.reason()).isEqualTo(Reason.HANDSHAKE_FAILED);
  }

  @Test
  void shouldKeepOutWhoHasAnotherNetworkKey() throws ChannelException {
    ChannelPair pair =
        new ChannelPair(
            ChannelPair.initiatorIdentity(filled(5), 100),
            ChannelPair.responderIdentity(filled(6), 100));
    receive(pair.responder, bytes(pair.initiator.takeOutgoing()));
    receive(pair.initiator, bytes(pair.responder.takeOutgoing()));

    assertThat(failure(pair.responder, bytes(pair.initiator.takeOutgoing())))
        .isEqualTo(Reason.HANDSHAKE_FAILED);
    assertThat(pair.responder.isOpen()).isFalse();
  }

  @Test
  void shouldRejectARecordWithAnyBitFlippedAndDeliverNothingOfIt() throws ChannelException {
    ChannelPair recorded = ChannelPair.open();
    byte[] handshake = recorded.toResponder.toByteArray();
    byte[] before = seal(recorded.initiator, new byte[] {7});
    byte[] record = seal(recorded.initiator, random(random, 24));
    byte[] after = new byte[66_000];
    for (int bit = 0; bit < record.length * 8; bit++) {
      SecureChannel responder = SecureChannel.responder(ChannelPair.responderIdentity());
      receive(responder, handshake);
      assertThat(receive(responder, before)).hasSize(1);
      byte[] damaged = record.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      // A length that grew waits for more, and gets it.
      ByteBuffer in = ByteBuffer.allocate(damaged.length + after.length).put(damaged).put(after);

      assertThat(failure(responder, in.array())).as("bit %d", bit).isEqualTo(Reason.BAD_MAC);
      assertThat(responder.isOpen()).isFalse();
      assertThatThrownBy(() -> receive(responder, record))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void shouldRejectRecordsReplayedReorderedOrLeftOut() throws ChannelException {
    ChannelPair replayed = ChannelPair.open();
    byte[] record = seal(replayed.initiator, new byte[] {1});
    assertThat(receive(replayed.responder, record)).hasSize(1);
    assertThat(failure(replayed.responder, record)).isEqualTo(Reason.BAD_MAC);

    ChannelPair leftOut = ChannelPair.open();
    seal(leftOut.initiator, new byte[] {1});
    assertThat(failure(leftOut.responder, seal(leftOut.initiator, new byte[] {2})))
        .isEqualTo(Reason.BAD_MAC);

    ChannelPair reflected = ChannelPair.open();
    assertThat(failure(reflected.initiator, seal(reflected.initiator, new byte[] {1})))
        .isEqualTo(Reason.BAD_MAC);
  }

  @Test
  void shouldRejectRecordsThatHoldNothing() throws ChannelException {
    for (int size = 0; size <= NoiseCipher.TAG_BYTES; size++) {
      ChannelPair pair = ChannelPair.open();

      assertThat(failure(pair.responder, new byte[] {0, (byte) size})).isEqualTo(Reason.BAD_MAC);
    }
  }

  @Test
  void shouldRejectHandshakeMessagesOfWrongSizeBeforeTheyCome() throws ChannelException {
    for (int size : new int[] {0, 31, 33, 512, 65_535}) {
      SecureChannel responder = SecureChannel.responder(ChannelPair.responderIdentity());
      receive(responder, PREAMBLE);

      assertThat(failure(responder, new byte[] {(byte) (size >>> 8), (byte) size}))
          .isEqualTo(Reason.HANDSHAKE_FAILED);
    }
  }

  @Test
  void shouldRejectAHandshakeWithAnyByteAltered() throws ChannelException {
    byte[] toResponder = ChannelPair.open().toResponder.toByteArray();
    byte[] toInitiator = ChannelPair.open().toInitiator.toByteArray();
    for (int at = 0; at < toResponder.length; at++) {
      SecureChannel channel = SecureChannel.responder(ChannelPair.responderIdentity());
      shouldNotOpen(channel, altered(toResponder, at));
    }
    for (int at = 0; at < toInitiator.length; at++) {
      SecureChannel channel = SecureChannel.initiator(ChannelPair.initiatorIdentity());
      shouldNotOpen(channel, altered(toInitiator, at));
    }
  }

  @Test
  void shouldFailOnlyWithChannelExceptionsOnRandomBytes() {
    for (int i = 0; i < 3_000; i++) {
      SecureChannel channel =
          random.nextBoolean()
              ? SecureChannel.responder(ChannelPair.responderIdentity())
              : SecureChannel.initiator(ChannelPair.initiatorIdentity());
      byte[] noise = random(random, random.nextInt(400));
      int honest = random.nextInt(12);
      System.arraycopy(PREAMBLE, 0, noise, 0, Math.min(noise.length, Math.min(8, honest)));
      if (noise.length > 9 && honest > 8) {
        noise[8] = 0;
        noise[9] = (byte) (honest == 9 ? 192 : 32);
      }
      shouldNotOpen(channel, noise);
    }
  }

  @Test
  void shouldRejectEphemeralKeysOfSmallOrder() {
    SecureChannel responder = SecureChannel.responder(ChannelPair.responderIdentity());
    byte[] zeroKey = new byte[8 + 2 + 32];
    System.arraycopy(PREAMBLE, 0, zeroKey, 0, 8);
    zeroKey[9] = 32;

    assertThat(failure(responder, zeroKey)).isEqualTo(Reason.HANDSHAKE_FAILED);
  }

  @Test
  void shouldRejectAProofThatAManInTheMiddleCarriesOver() throws ChannelException {
    // The man in the middle asks the true responder for its proof, and shows it to the victim.
    NoiseHandshake toTrue = handshake(true, 21);
    SecureChannel trueResponder = SecureChannel.responder(ChannelPair.responderIdentity());
    receive(trueResponder, PREAMBLE);
    receive(trueResponder, record(toTrue.write(hash -> new byte[0])));
    ByteBuffer answer = trueResponder.takeOutgoing();
    byte[] proof = toTrue.read(answer.position(8 + 2));
    assertThat(proof).hasSize(ChannelProof.BYTES);

    assertThat(failureOfInitiator(hash -> proof)).isEqualTo(Reason.BAD_IDENTITY);
  }

  @Test
  void shouldRejectProofsOfTheWrongRoleKeyOrNetwork() throws ChannelException {
    KeyPair keys = ChannelPair.RESPONDER;
    byte[] noiseStatic = DhKeyPair.generate(new SplittableRandom(20)).publicKey();
    Hash256 network = ChannelPair.NETWORK;

    assertThat(
            failureOfInitiator(
                hash ->
                    ChannelProof.make(keys, ChannelProof.RESPONDER, network, noiseStatic, hash)))
        .isNull();
    assertThat(
            failureOfInitiator(
                hash ->
                    ChannelProof.make(keys, ChannelProof.INITIATOR, network, noiseStatic, hash)))
        .isEqualTo(Reason.BAD_IDENTITY);
    assertThat(
            failureOfInitiator(
                hash -> ChannelProof.make(keys, ChannelProof.RESPONDER, network, filled(3), hash)))
        .isEqualTo(Reason.BAD_IDENTITY);
    assertThat(
            failureOfInitiator(
                hash ->
                    ChannelProof.make(
                        keys, ChannelProof.RESPONDER, Hash256.ZERO, noiseStatic, hash)))
        .isEqualTo(Reason.BAD_IDENTITY);
    assertThat(
            failureOfInitiator(
                hash ->
                    ChannelProof.make(
                        keys, ChannelProof.RESPONDER, network, noiseStatic, filled(4))))
        .isEqualTo(Reason.BAD_IDENTITY);
  }

  @Test
  void shouldRejectGarbageInPlaceOfAProof() throws ChannelException {
    byte[] smallOrder = new byte[ChannelProof.BYTES];
    smallOrder[0] = 1;
    smallOrder[32] = 1;
    assertThat(failureOfInitiator(hash -> smallOrder)).isEqualTo(Reason.BAD_IDENTITY);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = random(random, ChannelProof.BYTES);
      assertThat(failureOfInitiator(hash -> garbage)).isEqualTo(Reason.BAD_IDENTITY);
    }
  }

  @Test
  void shouldRejectTheProofOfAnInitiatorThatSignedAnotherHandshake() throws ChannelException {
    NoiseHandshake attacker = handshake(true, 22);
    SecureChannel victim = SecureChannel.responder(ChannelPair.responderIdentity());
    receive(victim, PREAMBLE);
    receive(victim, record(attacker.write(hash -> new byte[0])));
    attacker.read(victim.takeOutgoing().position(8 + 2));
    byte[] noiseStatic = DhKeyPair.generate(new SplittableRandom(20)).publicKey();
    byte[] last =
        attacker.write(
            hash ->
                ChannelProof.make(
                    ChannelPair.INITIATOR,
                    ChannelProof.INITIATOR,
                    ChannelPair.NETWORK,
                    noiseStatic,
                    filled(8)));

    assertThat(failure(victim, record(last))).isEqualTo(Reason.BAD_IDENTITY);
    assertThat(victim.isOpen()).isFalse();
    assertThatThrownBy(victim::remoteIdentity).isInstanceOf(IllegalStateException.class);
  }

  /**
   * How an initiator judges a responder that puts this payload into message 2; null if it opens.
   */
  private static @Nullable Reason failureOfInitiator(UnaryOperator<byte[]> payloadOf)
      throws ChannelException {
    SecureChannel victim = SecureChannel.initiator(ChannelPair.initiatorIdentity());
    NoiseHandshake attacker = handshake(false, 23);
    attacker.read(victim.takeOutgoing().position(8 + 2));
    byte[] message = attacker.write(payloadOf);
    receive(victim, PREAMBLE);
    try {
      receive(victim, record(message));
    } catch (ChannelException e) {
      assertThat(victim.takeOutgoing().hasRemaining()).isFalse();
      return e.reason();
    }
    assertThat(victim.isOpen()).isTrue();
    return null;
  }

  /** Noise without the rules of the channel; its static key is that of seed 20. */
  private static NoiseHandshake handshake(boolean initiator, int ephemeralSeed) {
    ByteBuffer prologue = ByteBuffer.allocate(40).put(PREAMBLE);
    ChannelPair.NETWORK.write(prologue);
    return new NoiseHandshake(
        NoiseProtocol.XX,
        initiator,
        prologue.array(),
        DhKeyPair.generate(new SplittableRandom(20)),
        DhKeyPair.generate(new SplittableRandom(ephemeralSeed)),
        null);
  }

  private static byte[] record(byte[] message) {
    return ByteBuffer.allocate(2 + message.length)
        .putShort((short) message.length)
        .put(message)
        .array();
  }

  private byte[] altered(byte[] bytes, int at) {
    byte[] altered = bytes.clone();
    altered[at] ^= (byte) (1 << random.nextInt(8));
    return altered;
  }

  private static void shouldNotOpen(SecureChannel channel, byte[] bytes) {
    try {
      assertThat(receive(channel, bytes)).isEmpty();
    } catch (ChannelException e) {
      assertThat(e).hasMessageStartingWith(e.reason().key());
      assertThat(e.getStackTrace()).isEmpty();
    }
    assertThat(channel.isOpen()).isFalse();
  }

  /** Expects a failure with nothing delivered. */
  private static Reason failure(SecureChannel channel, byte[] bytes) {
    ChannelException failure =
        catchThrowableOfType(
            ChannelException.class,
            () ->
                channel.receive(
                    ByteBuffer.wrap(bytes),
                    plain -> {
                      throw new AssertionError("delivered " + Arrays.toString(bytes(plain)));
                    }));
    assertThat(failure).isNotNull();
    return failure.reason();
  }
}
