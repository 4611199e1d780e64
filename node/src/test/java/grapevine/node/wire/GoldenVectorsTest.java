package grapevine.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.Vectors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes on the wire, checked in: who changes one breaks every node that is out there. */
class GoldenVectorsTest {
  @Test
  void shouldHaveAnExampleOfEveryType() {
    assertThat(ExampleMessages.ALL.values().stream().map(Message::type).distinct())
        .containsExactlyInAnyOrder(MessageType.values());
  }

  @Test
  void shouldNameEachExampleAfterItsType() {
    ExampleMessages.ALL.forEach(
        (name, message) -> assertThat(name.split("-", 2)[0]).isEqualTo(message.type().label()));
  }

  /** A new example's line is in what the failing assertion says was expected. */
  @Test
  void shouldWriteTheVectorsByteForByte() {
    Map<String, byte[]> frames = new LinkedHashMap<>();
    ExampleMessages.ALL.forEach(
        (name, message) -> frames.put(name, ExampleMessages.frame(message)));
    assertThat(Vectors.read("wire.txt")).isEqualTo(Vectors.write(frames));
  }

  @Test
  void shouldCoverEveryCodeOnce() {
    assertThat(Arrays.stream(MessageType.values()).map(MessageType::code)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(MessageType.values()).map(MessageType::label)).doesNotHaveDuplicates();
  }
}
