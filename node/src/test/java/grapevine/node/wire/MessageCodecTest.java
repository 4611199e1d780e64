package grapevine.node.wire;

import static grapevine.node.wire.ExampleMessages.body;
import static grapevine.node.wire.ExampleMessages.frame;
import static grapevine.node.wire.ExampleMessages.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import grapevine.crypto.Hash256;
import grapevine.node.Samples;
import grapevine.node.model.ItemId;
import grapevine.node.wire.ProtocolViolation.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  static Iterable<Message> examples() {
    return ExampleMessages.ALL.values();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldReadWhatItWrote(Message message) throws ProtocolViolation {
    assertThat(decode(message.type().code(), body(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldRefuseAMessageCutAtAnyLength(Message message) throws ProtocolViolation {
    byte[] body = body(message);
    for (int length = 0; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      if (message instanceof Message.BlockChunk chunk
          && length > body.length - chunk.bytes().remaining()) {
        // Its bytes reach to the end, so that what is left is a shorter chunk.
        assertThat(decode(MessageType.BLOCK.code(), cut)).isNotEqualTo(message);
      } else {
        assertThat(violation(message.type().code(), cut))
            .as("%s cut to %d bytes", message.type(), length)
            .isEqualTo(Reason.MALFORMED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldRefuseBytesAfterTheMessage(Message message) throws ProtocolViolation {
    byte[] longer = join(body(message), new byte[1]);
    if (message instanceof Message.BlockChunk) {
      assertThat(decode(MessageType.BLOCK.code(), longer)).isNotEqualTo(message);
    } else {
      assertThat(violation(message.type().code(), longer)).isEqualTo(Reason.MALFORMED);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldKnowTheLengthOfAFrame(Message message) {
    assertThat(MessageCodec.frameBytes(body(message).length)).isEqualTo(frame(message).length);
  }

  @Test
  void shouldPutTheShortestLengthIntoTheHead() {
    for (int bytes : new int[] {0, 1, 127, 128, 16_383, 16_384, MessageCodec.BODY_BYTES_MAX}) {
      byte[] body = new byte[bytes];
      assertThat(MessageCodec.frameBytes(bytes)).isEqualTo(frame(129, body).length);
    }
  }

  @Test
  void shouldHaveRoomForTheLongestMessage() throws ProtocolViolation {
    Message longest = ExampleMessages.longest();
    byte[] body = body(longest);
    assertThat(body).hasSizeBetween(100_000, MessageCodec.BODY_BYTES_MAX / 2);
    assertThat(decode(longest.type().code(), body)).isEqualTo(longest);
  }

  @Test
  void shouldMeasureWhatItWouldWrite() {
    WireWriter measuring = WireWriter.measuring();
    WireWriter scratch = new WireWriter();
    for (Message message : ExampleMessages.ALL.values()) {
      assertThat(MessageCodec.measure(message, measuring))
          .as(message.type().label())
          .isEqualTo(MessageCodec.encode(message, scratch).remaining());
    }
    assertThatThrownBy(() -> MessageCodec.measure(new Message.Bye("a".repeat(65)), measuring))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldUseItsScratchAgain() throws ProtocolViolation {
    WireWriter scratch = new WireWriter();
    MessageCodec.encode(ExampleMessages.longest(), scratch);
    for (Message message : ExampleMessages.ALL.values()) {
      ByteBuffer frame = MessageCodec.encode(message, scratch);
      assertThat(ExampleMessages.bytes(frame)).isEqualTo(frame(message));
    }
  }

  @Test
  void shouldKeepNoHoldOfTheBytesItRead() throws ProtocolViolation {
    for (Message message : ExampleMessages.ALL.values()) {
      byte[] body = body(message);
      Message read = decode(message.type().code(), body);
      Arrays.fill(body, (byte) 0x55);
      assertThat(read).isEqualTo(message);
      assertThat(body(read)).isEqualTo(body(message));
    }
  }

  @Test
  void shouldSkipUnknownOddTypes() throws ProtocolViolation {
    for (int code = 1; code < 256; code += 2) {
      if (MessageType.of(code) == null) {
        assertThat(decode(code, new byte[3])).isEqualTo(new Message.Unknown(code, 3));
      }
    }
  }

  @Test
  void shouldRefuseUnknownEvenTypes() {
    for (int code = 0; code < 256; code += 2) {
      if (MessageType.of(code) == null) {
        assertThat(violation(code, new byte[3])).isEqualTo(Reason.UNKNOWN_TYPE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void shouldNameTheRuleThatWasBroken(Reason reason) {
    ProtocolViolation violation =
        catchThrowableOfType(
            ProtocolViolation.class,
            () ->
                new MessageReader(MessageCodec.BODY_BYTES_MAX)
                    .read(ByteBuffer.wrap(breaking(reason)), (message, bytes) -> true));
    assertThat(violation.reason()).isEqualTo(reason);
    assertThat(violation.detail()).isNotEmpty();
    assertThat(violation.getStackTrace()).isEmpty();
  }

  /** A frame that breaks just this rule. */
  private static byte[] breaking(Reason reason) {
    ItemId id = Samples.transaction(0).id();
    return switch (reason) {
      case MALFORMED -> frame(MessageType.PING.code(), new byte[15]);
      case FRAME_TOO_LARGE -> frame(MessageType.INV.code(), new byte[(256 << 10) + 1]);
      case UNKNOWN_TYPE -> frame(44, new byte[0]);
      case INV_SIZE ->
          listOf(
              1_001,
              MessageType.INV,
              body(new Message.Inv(List.of(new Message.Inv.Entry(id, 1, 1)))));
      case GETDATA_SIZE -> listOf(257, MessageType.GETDATA, body(new Message.GetData(List.of(id))));
      case PEERS_SIZE ->
          listOf(101, MessageType.PEERS, body(new Message.Peers(List.of(Samples.NODE_RECORD))));
      case HEADERS_SIZE ->
          listOf(
              257,
              MessageType.HEADERS,
              body(new Message.Headers(List.of(Samples.block().header()))));
      case REPAIR_SIZE -> listOf(65, MessageType.DIGESTS, join(new byte[1], new byte[32]));
    };
  }

  /** A message that is a list: the one entry of {@code ofOne}, so many times. */
  private static byte[] listOf(int count, MessageType type, byte[] ofOne) {
    byte[] entry = Arrays.copyOfRange(ofOne, 1, ofOne.length);
    WireWriter out = new WireWriter().varint(count);
    Collections.nCopies(count, entry).forEach(bytes -> out.bytes(ByteBuffer.wrap(bytes)));
    return frame(type.code(), ExampleMessages.bytes(out.slice(0)));
  }

  @Test
  void shouldSayByHowMuchAListIsTooLong() {
    assertThatThrownBy(() -> decode(MessageType.INV.code(), count(1_001))).hasMessage("1001>1000");
  }

  @Test
  void shouldRefuseTooManyOfEveryList() {
    assertThat(violation(MessageType.NOTFOUND.code(), count(257))).isEqualTo(Reason.GETDATA_SIZE);
    assertThat(violation(MessageType.GETHEADERS.code(), count(33))).isEqualTo(Reason.HEADERS_SIZE);
    assertThat(violation(MessageType.DIGESTS.code(), join(new byte[1], count(1_501))))
        .isEqualTo(Reason.REPAIR_SIZE);
    assertThat(violation(MessageType.IDS.code(), join(new byte[5], count(1_001))))
        .isEqualTo(Reason.REPAIR_SIZE);
  }

  private static byte[] count(int count) {
    return ExampleMessages.bytes(new WireWriter().varint(count).slice(0));
  }

  @Test
  void shouldRefuseWhatHasAnotherEncodingToo() {
    byte[] padded = {(byte) 0x80, 0};
    byte[] tooGreat = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8};
    byte[] endless = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    for (byte[] varint : List.of(padded, tooGreat, endless)) {
      assertThat(violation(MessageType.INV.code(), varint)).isEqualTo(Reason.MALFORMED);
    }
    byte[] last = body(new Message.Ids(1, true, List.of()));
    last[4] = 2;
    assertThat(violation(MessageType.IDS.code(), last)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void shouldRefuseTextThatIsNotPrintable() {
    for (int bad : new int[] {0, 0x1F, 0x7F, 0x80, 0xFF}) {
      byte[] body = {1, (byte) bad};
      assertThat(violation(MessageType.BYE.code(), body)).isEqualTo(Reason.MALFORMED);
    }
    byte[] long65 = new byte[66];
    Arrays.fill(long65, (byte) 'a');
    long65[0] = 65;
    assertThat(violation(MessageType.BYE.code(), long65)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void shouldRefuseKindsOfItemsThatDoNotExist() {
    for (int kind : new int[] {0, 3, 255}) {
      byte[] body = body(new Message.GetData(List.of(ItemId.block(Hash256.ZERO))));
      body[1] = (byte) kind;
      assertThat(violation(MessageType.GETDATA.code(), body)).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  void shouldBoundAChunk() throws ProtocolViolation {
    byte[] head = Arrays.copyOf(body(ExampleMessages.ALL.get("block")), 42);
    assertThat(violation(MessageType.BLOCK.code(), head)).isEqualTo(Reason.MALFORMED);
    assertThat(violation(MessageType.BLOCK.code(), join(head, new byte[65_537])))
        .isEqualTo(Reason.MALFORMED);
    assertThat(decode(MessageType.BLOCK.code(), join(head, new byte[65_536])))
        .isInstanceOf(Message.BlockChunk.class);
  }

  /** What we get wrong ourselves is no peer's fault. */
  @Test
  void shouldThrowAtAMessageThatNobodyWouldTake() {
    WireWriter scratch = new WireWriter();
    Message.Inv.Entry entry = new Message.Inv.Entry(Samples.transaction(0).id(), 1, 1);
    assertThatThrownBy(
            () -> MessageCodec.encode(new Message.Inv(Collections.nCopies(1_001, entry)), scratch))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MessageCodec.encode(new Message.Bye("a".repeat(65)), scratch))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MessageCodec.encode(new Message.Unknown(129, 0), scratch))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Message decode(int typeCode, byte[] body) throws ProtocolViolation {
    return MessageCodec.decode(typeCode, ByteBuffer.wrap(body));
  }

  private static Reason violation(int typeCode, byte[] body) {
    return catchThrowableOfType(ProtocolViolation.class, () -> decode(typeCode, body)).reason();
  }
}
