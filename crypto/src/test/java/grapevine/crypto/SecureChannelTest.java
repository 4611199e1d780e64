package grapevine.crypto;

import static grapevine.crypto.ChannelPair.bytes;
import static grapevine.crypto.ChannelPair.filled;
import static grapevine.crypto.ChannelPair.random;
import static grapevine.crypto.ChannelPair.receive;
import static grapevine.crypto.ChannelPair.seal;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SecureChannelTest {
  private final SplittableRandom random = new SplittableRandom(34);

  @Test
  void shouldOpenBothSidesAndNameWhoIsOnTheOther() throws ChannelException {
    ChannelPair pair =
        new ChannelPair(ChannelPair.initiatorIdentity(), ChannelPair.responderIdentity());
    assertThat(pair.initiator.isOpen() || pair.responder.isOpen()).isFalse();
    assertThatThrownBy(pair.responder::remoteIdentity).isInstanceOf(IllegalStateException.class);

    pair.shakeHands();

    assertThat(pair.initiator.isOpen() && pair.responder.isOpen()).isTrue();
    assertThat(pair.initiator.remoteIdentity()).isEqualTo(ChannelPair.RESPONDER.publicKey());
    assertThat(pair.responder.remoteIdentity()).isEqualTo(ChannelPair.INITIATOR.publicKey());
    assertThat(pair.toResponder.size()).isEqualTo(8 + 2 + 32 + 2 + 160);
    assertThat(pair.toInitiator.size()).isEqualTo(8 + 2 + 192);
  }

  @Test
  void shouldSayWhatASecondImplementationSays() throws ChannelException {
    shouldSay("channel_xx.txt", null);
    shouldSay("channel_xxpsk3.txt", filled(0x55));
  }

  private static void shouldSay(String file, byte @Nullable [] psk) throws ChannelException {
    Map<String, byte[]> expected = new HashMap<>();
    for (String line : TestResource.lines(file)) {
      String[] fields = line.split(" ");
      expected.put(fields[0], HexFormat.of().parseHex(fields[1]));
    }
    assertThat(expected).hasSize(14);
    ChannelPair pair =
        new ChannelPair(
            identity(ChannelPair.INITIATOR, psk, 0x11, 0x33),
            identity(ChannelPair.RESPONDER, psk, 0x22, 0x44));

    byte[] first = bytes(pair.initiator.takeOutgoing());
    assertThat(first).isEqualTo(concat(expected.get("preamble"), expected.get("message1")));
    receive(pair.responder, first);
    byte[] second = bytes(pair.responder.takeOutgoing());
    assertThat(second).isEqualTo(concat(expected.get("preamble"), expected.get("message2")));
    receive(pair.initiator, second);
    byte[] third = bytes(pair.initiator.takeOutgoing());
    assertThat(third).isEqualTo(expected.get("message3"));
    receive(pair.responder, third);
    for (int i = 0; i < 5; i++) {
      byte[] there = "grapevine".getBytes(US_ASCII);
      byte[] back = "vine".getBytes(US_ASCII);
      assertThat(seal(pair.initiator, there)).isEqualTo(expected.get("initiator" + i));
      assertThat(seal(pair.responder, back)).isEqualTo(expected.get("responder" + i));
      assertThat(receive(pair.responder, expected.get("initiator" + i))).containsExactly(there);
      assertThat(receive(pair.initiator, expected.get("responder" + i))).containsExactly(back);
    }
  }

  @Test
  void shouldCarryRecordsOfEverySizeBothWays() throws ChannelException {
    ChannelPair pair = ChannelPair.open();
    for (int size : new int[] {1, 2, 15, 16, 17, 255, 4_096, 4_097, 65_518, 65_519, 3}) {
      byte[] plain = random(random, size);

      assertThat(receive(pair.responder, seal(pair.initiator, plain))).containsExactly(plain);
      assertThat(receive(pair.initiator, seal(pair.responder, plain))).containsExactly(plain);
    }
  }

  @Test
  void shouldWorkOnDirectReadOnlyAndLittleEndianBuffers() throws ChannelException {
    ChannelPair pair = ChannelPair.open();
    byte[] plain = random(random, 300);
    ByteBuffer in = ByteBuffer.allocateDirect(300).put(plain).flip().asReadOnlyBuffer();
    ByteBuffer out = ByteBuffer.allocateDirect(400).order(ByteOrder.LITTLE_ENDIAN).position(7);

    pair.initiator.seal(in, out);

    assertThat(in.hasRemaining()).isFalse();
    assertThat(out.position()).isEqualTo(7 + 300 + SecureChannel.OVERHEAD_BYTES);
    out.flip().position(7);
    List<byte[]> records = new ArrayList<>();
    pair.responder.receive(
        out.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN),
        record -> records.add(bytes(record)));
    assertThat(records).containsExactly(plain);
  }

  @Test
  void shouldDeliverTheSameAtEverySplitPoint() throws ChannelException {
    ChannelPair recorded = ChannelPair.open();
    List<byte[]> plains = List.of(random(random, 1), random(random, 40), random(random, 5));
    for (byte[] plain : plains) {
      recorded.toResponder.writeBytes(seal(recorded.initiator, plain));
      recorded.toInitiator.writeBytes(seal(recorded.responder, plain));
    }
    byte[] toResponder = recorded.toResponder.toByteArray();
    byte[] toInitiator = recorded.toInitiator.toByteArray();

    for (int split = 0; split <= toResponder.length; split++) {
      SecureChannel channel = SecureChannel.responder(ChannelPair.responderIdentity());
      assertThat(inTwo(channel, toResponder, split)).containsExactlyElementsOf(plains);
    }
    for (int split = 0; split <= toInitiator.length; split++) {
      SecureChannel channel = SecureChannel.initiator(ChannelPair.initiatorIdentity());
      assertThat(inTwo(channel, toInitiator, split)).containsExactlyElementsOf(plains);
    }
  }

  @Test
  void shouldKnowWhetherARecordIsIncomplete() throws ChannelException {
    ChannelPair pair = ChannelPair.open();
    for (byte b : seal(pair.initiator, new byte[100])) {
      boolean delivered = !receive(pair.responder, new byte[] {b}).isEmpty();
      assertThat(pair.responder.isMidRecord()).isNotEqualTo(delivered);
    }
  }

  @Test
  void shouldDeliverTheSameByteByByte() throws ChannelException {
    ChannelPair recorded = ChannelPair.open();
    byte[] small = random(random, 20);
    byte[] large = random(random, 9_000);
    recorded.toResponder.writeBytes(seal(recorded.initiator, small));
    recorded.toResponder.writeBytes(seal(recorded.initiator, large));
    recorded.toResponder.writeBytes(seal(recorded.initiator, small));
    SecureChannel channel = SecureChannel.responder(ChannelPair.responderIdentity());
    List<byte[]> records = new ArrayList<>();
    for (byte one : recorded.toResponder.toByteArray()) {
      records.addAll(receive(channel, new byte[] {one}));
    }

    assertThat(records).containsExactly(small, large, small);
  }

  @Test
  void shouldRekeyBothDirectionsAtTheSameRecord() throws ChannelException {
    ChannelPair pair =
        new ChannelPair(
            ChannelPair.initiatorIdentity(null, 3), ChannelPair.responderIdentity(null, 3));
    pair.shakeHands();
    for (int i = 0; i < 20; i++) {
      byte[] plain = random(random, 10);
      assertThat(receive(pair.responder, seal(pair.initiator, plain))).containsExactly(plain);
      if (i % 2 == 0) {
        assertThat(receive(pair.initiator, seal(pair.responder, plain))).containsExactly(plain);
      }
    }
  }

  @Test
  void shouldUseAnotherKeyFromTheRekeyOn() throws ChannelException {
    ChannelPair pair =
        new ChannelPair(
            ChannelPair.initiatorIdentity(null, 3), ChannelPair.responderIdentity(null, 4));
    pair.shakeHands();
    for (int i = 0; i < 3; i++) {
      assertThat(receive(pair.responder, seal(pair.initiator, new byte[] {1}))).hasSize(1);
    }

    byte[] fourth = seal(pair.initiator, new byte[] {1});
    assertThatThrownBy(() -> receive(pair.responder, fourth)).hasMessageStartingWith("bad-mac");
  }

  @Test
  void shouldRefuseToSealWhatCannotBeARecord() throws ChannelException {
    ChannelPair pair = ChannelPair.open();
    ByteBuffer out = ByteBuffer.allocate(70_000);

    assertThatThrownBy(() -> pair.initiator.seal(ByteBuffer.allocate(0), out))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pair.initiator.seal(ByteBuffer.allocate(65_520), out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a record holds 1 to 65519 bytes, not 65520");
    ByteBuffer plain = ByteBuffer.wrap(new byte[] {1, 2, 3});
    assertThatThrownBy(() -> pair.initiator.seal(plain, ByteBuffer.allocate(20)))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(plain.remaining()).isEqualTo(3);
    assertThat(receive(pair.responder, seal(pair.initiator, new byte[] {1, 2, 3}))).hasSize(1);
  }

  @Test
  void shouldStopDeliveringWhenTheSinkClosesIt() throws ChannelException {
    ChannelPair pair = ChannelPair.open();
    byte[] two = concat(seal(pair.initiator, new byte[] {1}), seal(pair.initiator, new byte[] {2}));
    List<byte[]> records = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(two);
    pair.responder.receive(
        in,
        record -> {
          records.add(bytes(record));
          pair.responder.close();
        });

    assertThat(records).containsExactly(new byte[] {1});
    assertThat(in.hasRemaining()).isFalse();
    assertThat(pair.responder.isOpen()).isFalse();
    assertThatThrownBy(() -> receive(pair.responder, new byte[1]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> seal(pair.responder, new byte[1]))
        .isInstanceOf(IllegalStateException.class);
    assertThat(pair.responder.remoteIdentity()).isEqualTo(ChannelPair.INITIATOR.publicKey());
  }

  @Test
  void shouldReserveWhatCameAndNotWhatWasAnnounced() {
    RecordBuffer buffer = new RecordBuffer();

    assertThat(buffer.take(ByteBuffer.wrap(new byte[3]), 65_535)).isNull();
    assertThat(buffer.pending().array().length).isLessThanOrEqualTo(16);
    assertThat(buffer.take(ByteBuffer.wrap(new byte[5_000]), 65_535)).isNull();
    assertThat(buffer.pending().remaining()).isEqualTo(5_003);
    assertThat(buffer.pending().array().length).isLessThanOrEqualTo(10_006);
    assertThat(buffer.take(ByteBuffer.wrap(new byte[65_000]), 65_535)).isNotNull();
    buffer.trim();
    assertThat(buffer.pending().array()).isEmpty();
  }

  private static List<byte[]> inTwo(SecureChannel channel, byte[] bytes, int split)
      throws ChannelException {
    List<byte[]> records = new ArrayList<>(receive(channel, Arrays.copyOfRange(bytes, 0, split)));
    records.addAll(receive(channel, Arrays.copyOfRange(bytes, split, bytes.length)));
    return records;
  }

  private static ChannelIdentity identity(
      KeyPair keys, byte @Nullable [] psk, int noiseStatic, int ephemeral) {
    Queue<byte[]> secrets = new ArrayDeque<>(List.of(filled(noiseStatic), filled(ephemeral)));
    RandomGenerator scripted =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            throw new AssertionError("secrets are drawn as bytes");
          }

          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(secrets.remove(), 0, bytes, 0, bytes.length);
          }
        };
    return new ChannelIdentity(keys, ChannelPair.NETWORK, psk, scripted, 2);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
