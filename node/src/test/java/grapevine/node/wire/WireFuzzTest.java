package grapevine.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes come, they are messages or a {@link ProtocolViolation}, never another exception;
 * and what was read is written as it came, since every message has one encoding.
 */
class WireFuzzTest {
  private static final List<byte[]> FRAMES =
      ExampleMessages.ALL.values().stream().map(ExampleMessages::frame).toList();

  private static final List<MessageType> TYPES = List.of(MessageType.values());

  private byte[] fed = new byte[0];
  private int readBytes;
  private int messages;
  private int violations;

  private void feed(byte[] bytes, SplittableRandom random) {
    fed = bytes;
    readBytes = 0;
    MessageReader reader = new MessageReader(MessageCodec.BODY_BYTES_MAX);
    try {
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, random.nextInt(1, 400));
        reader.read(ByteBuffer.wrap(bytes, at, length), this::onMessage);
        at += length;
        assertThat(reader.heldBytes()).isLessThanOrEqualTo(Math.max(256, 2 * bytes.length));
      }
    } catch (ProtocolViolation e) {
      assertThat(e.detail()).isNotEmpty().matches("[ -~]*");
      violations++;
    }
  }

  private boolean onMessage(Message message, int frameBytes) {
    messages++;
    if (!(message instanceof Message.Unknown)) {
      assertThat(ExampleMessages.frame(message))
          .isEqualTo(Arrays.copyOfRange(fed, readBytes, readBytes + frameBytes));
    }
    readBytes += frameBytes;
    return true;
  }

  @Test
  void shouldTakeRandomBytes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 8_000; round++) {
      byte[] bytes = new byte[random.nextInt(1, 600)];
      random.nextBytes(bytes);
      feed(bytes, random);
    }
    assertThat(violations).isPositive();
  }

  @Test
  void shouldTakeRandomBodiesOfEveryType() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 8_000; round++) {
      MessageType type = TYPES.get(random.nextInt(TYPES.size()));
      byte[] body = new byte[random.nextInt(300)];
      random.nextBytes(body);
      if (body.length > 0) {
        body[0] = (byte) random.nextInt(4); // a short list is read further than a long one
      }
      feed(ExampleMessages.frame(type.code(), body), random);
    }
    assertThat(messages).isPositive();
    assertThat(violations).isPositive();
  }

  @Test
  void shouldTakeValidMessagesWithBytesChanged() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 12_000; round++) {
      byte[] bytes = FRAMES.get(random.nextInt(FRAMES.size())).clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        int at = random.nextInt(bytes.length);
        bytes[at] =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> -1;
              case 2 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
              default -> (byte) random.nextInt(256);
            };
      }
      feed(bytes, random);
    }
    assertThat(messages).isPositive();
    assertThat(violations).isPositive();
  }

  @Test
  void shouldTakeValidMessagesCutAndJoined() {
    SplittableRandom random = new SplittableRandom(4);
    for (int round = 0; round < 5_000; round++) {
      byte[] first = FRAMES.get(random.nextInt(FRAMES.size()));
      byte[] second = FRAMES.get(random.nextInt(FRAMES.size()));
      int end = random.nextInt(first.length + 1);
      int start = random.nextInt(second.length + 1);
      byte[] bytes = new byte[end + second.length - start];
      System.arraycopy(first, 0, bytes, 0, end);
      System.arraycopy(second, start, bytes, end, second.length - start);
      feed(bytes, random);
    }
    assertThat(messages).isPositive();
    assertThat(violations).isPositive();
  }
}
