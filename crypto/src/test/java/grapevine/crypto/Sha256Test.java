package grapevine.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class Sha256Test {
  @Test
  void shouldHashTheExamplesOfFips180() {
    assertThat(Sha256.plain())
        .hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Sha256.plain(ascii("abc")))
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Sha256.plain(ascii("a"), ascii("bc"))).isEqualTo(Sha256.plain(ascii("abc")));
  }

  @Test
  void shouldPutTagAndZeroByteFirst() {
    Hash256 expected = Sha256.plain(ascii("tag\0body"));

    assertThat(Sha256.hash("tag", ascii("bo"), ascii("dy"))).isEqualTo(expected);
    assertThat(Sha256.hash("tag", ByteBuffer.wrap(ascii("body")))).isEqualTo(expected);
    assertThat(Sha256.hash("ta", ascii("gbody"))).isNotEqualTo(Sha256.hash("tag", ascii("body")));
  }

  @Test
  void shouldHashWhatRemainsAndLeaveTheBufferAlone() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16).put(ascii("..body..")).position(2).limit(6);

    assertThat(Sha256.hash("tag", buffer)).isEqualTo(Sha256.hash("tag", ascii("body")));
    assertThat(buffer.position()).isEqualTo(2);
    assertThat(buffer.limit()).isEqualTo(6);
  }

  @Test
  void shouldRefuseTagsThatCouldBeMistaken() {
    assertThatThrownBy(() -> Sha256.hash("a\0b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Sha256.hash("tåg")).isInstanceOf(IllegalArgumentException.class);
    assertThat(Sha256.plain(ascii("abc")).toHex()).startsWith("ba7816bf");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
