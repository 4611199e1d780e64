package grapevine.node.wire;

import static grapevine.node.wire.ExampleMessages.frame;
import static grapevine.node.wire.ExampleMessages.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import grapevine.node.wire.ProtocolViolation.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final List<Message> MESSAGES = List.copyOf(ExampleMessages.ALL.values());
  private static final byte[] STREAM =
      join(MESSAGES.stream().map(ExampleMessages::frame).toArray(byte[][]::new));

  private final List<Message> taken = new ArrayList<>();
  private final MessageReader reader = new MessageReader(MessageCodec.BODY_BYTES_MAX);

  private void read(byte[] bytes, int from, int to) throws ProtocolViolation {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    reader.read(in, (message, frameBytes) -> taken.add(message));
    assertThat(in.hasRemaining()).isFalse();
  }

  @Test
  void shouldReadAStreamInOnePiece() throws ProtocolViolation {
    read(STREAM, 0, STREAM.length);
    assertThat(taken).isEqualTo(MESSAGES);
    assertThat(reader.isMidMessage()).isFalse();
    assertThat(reader.heldBytes()).isZero();
  }

  @Test
  void shouldReadAStreamByteByByte() throws ProtocolViolation {
    for (int i = 0; i < STREAM.length; i++) {
      read(STREAM, i, i + 1);
    }
    assertThat(taken).isEqualTo(MESSAGES);
    assertThat(reader.heldBytes()).isZero();
  }

  @Test
  void shouldReadAStreamCutAnywhere() throws ProtocolViolation {
    for (int cut = 0; cut <= STREAM.length; cut++) {
      taken.clear();
      read(STREAM, 0, cut);
      read(STREAM, cut, STREAM.length);
      assertThat(taken).as("cut at %d", cut).isEqualTo(MESSAGES);
    }
  }

  @Test
  void shouldReadAStreamCutIntoAnyPieces() throws ProtocolViolation {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 300; round++) {
      taken.clear();
      for (int at = 0; at < STREAM.length; ) {
        int end = Math.min(STREAM.length, at + random.nextInt(1, 2 + (4 << random.nextInt(9))));
        read(STREAM, at, end);
        at = end;
      }
      assertThat(taken).as("round %d", round).isEqualTo(MESSAGES);
    }
  }

  @Test
  void shouldTellHowLongEachFrameWas() throws ProtocolViolation {
    List<Integer> lengths = new ArrayList<>();
    reader.read(ByteBuffer.wrap(STREAM), (message, frameBytes) -> lengths.add(frameBytes));
    assertThat(lengths).isEqualTo(MESSAGES.stream().map(m -> frame(m).length).toList());
  }

  @Test
  void shouldReadAnEmptyBodyThatComesAfterItsType() throws ProtocolViolation {
    read(new byte[] {(byte) 129}, 0, 1);
    assertThat(reader.isMidMessage()).isTrue();
    read(new byte[] {0}, 0, 1);
    assertThat(taken).containsExactly(new Message.Unknown(129, 0));
  }

  @Test
  void shouldStopWhereTheSinkSaysSo() throws ProtocolViolation {
    byte[] two = join(frame(MESSAGES.get(0)), frame(MESSAGES.get(1)));
    MessageReader.Sink sink =
        (message, frameBytes) -> {
          taken.add(message);
          return false;
        };
    reader.read(ByteBuffer.wrap(two), sink);
    assertThat(taken).hasSize(1);

    taken.clear();
    MessageReader inPieces = new MessageReader(MessageCodec.BODY_BYTES_MAX);
    inPieces.read(ByteBuffer.wrap(two, 0, 3), sink);
    inPieces.read(ByteBuffer.wrap(two, 3, two.length - 3), sink);
    assertThat(taken).hasSize(1);
  }

  @Test
  void shouldRefuseALongFrameAtItsHead() {
    byte[] head = {(byte) MessageType.INV.code(), -1, -1, -1, -1, 7};
    assertThat(violation(MessageCodec.BODY_BYTES_MAX, head).reason())
        .isEqualTo(Reason.FRAME_TOO_LARGE);
    assertThat(violation(1_024, new byte[] {0, (byte) 0x81, 8}).detail()).isEqualTo("1025>1024");
    byte[] beyondInt = {0, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8};
    assertThat(violation(Integer.MAX_VALUE, beyondInt).reason()).isEqualTo(Reason.FRAME_TOO_LARGE);
  }

  @Test
  void shouldRefuseALengthThatIsNotInItsShortestForm() {
    byte[] type = {(byte) MessageType.PING.code()};
    for (byte[] length :
        List.of(
            new byte[] {(byte) 0x80, 0},
            new byte[] {(byte) 0x90, 0},
            new byte[] {(byte) 0x90, (byte) 0x80, 0},
            new byte[] {(byte) 0x90, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0})) {
      assertThat(violation(MessageCodec.BODY_BYTES_MAX, join(type, length)).reason())
          .isEqualTo(Reason.MALFORMED);
    }
  }

  /** The same however it comes: nothing is waited for after the byte that is wrong. */
  private static ProtocolViolation violation(int bodyBytesMax, byte[] bytes) {
    ProtocolViolation whole = violation(bodyBytesMax, bytes, bytes.length);
    ProtocolViolation inPieces = violation(bodyBytesMax, bytes, 1);
    assertThat(inPieces.reason()).isEqualTo(whole.reason());
    assertThat(inPieces.detail()).isEqualTo(whole.detail());
    return whole;
  }

  private static ProtocolViolation violation(int bodyBytesMax, byte[] bytes, int pieceBytes) {
    MessageReader reader = new MessageReader(bodyBytesMax);
    return catchThrowableOfType(
        ProtocolViolation.class,
        () -> {
          for (int at = 0; at < bytes.length; at += pieceBytes) {
            reader.read(ByteBuffer.wrap(bytes, at, pieceBytes), (message, frameBytes) -> true);
          }
        });
  }

  @Test
  void shouldHoldNoMoreThanTwiceWhatHasCome() throws ProtocolViolation {
    byte[] longest = frame(ExampleMessages.longest());
    for (int i = 0; i < longest.length; i++) {
      assertThat(reader.heldBytes()).isLessThanOrEqualTo(Math.max(256, 2 * i));
      read(longest, i, i + 1);
    }
    assertThat(taken).containsExactly(ExampleMessages.longest());
    assertThat(reader.heldBytes()).isZero();
  }

  @Test
  void shouldReserveNothingForALengthThatIsOnlyAnnounced() throws ProtocolViolation {
    byte[] head = Arrays.copyOf(frame(129, new byte[MessageCodec.BODY_BYTES_MAX]), 4);
    read(head, 0, 4);
    assertThat(reader.heldBytes()).isEqualTo(256);
  }

  @Test
  void shouldApplyAHigherLimitFromTheNextMessageOn() throws ProtocolViolation {
    Message hello = ExampleMessages.ALL.get("hello");
    byte[] both = join(frame(hello), frame(129, new byte[2_000]));
    MessageReader strict = new MessageReader(Message.Hello.BYTES_MAX);
    strict.read(
        ByteBuffer.wrap(both),
        (message, frameBytes) -> {
          strict.limit(MessageCodec.BODY_BYTES_MAX);
          return taken.add(message);
        });
    assertThat(taken).containsExactly(hello, new Message.Unknown(129, 2_000));
  }
}
