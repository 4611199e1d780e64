package grapevine.node.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeAddressTest {
  private static NodeAddress four(String text) {
    byte[] host = new byte[4];
    String[] parts = text.split("\\.", -1);
    for (int i = 0; i < 4; i++) {
      host[i] = (byte) Integer.parseInt(parts[i]);
    }
    return NodeAddress.ip(host, 7700);
  }

  /** The first and the last bytes in hexadecimal, zeros between. */
  private static NodeAddress six(String first, String last) {
    String zeros = "0".repeat(32 - first.length() - last.length());
    return NodeAddress.ip(HexFormat.of().parseHex(first + zeros + last), 7700);
  }

  private static NodeAddress read(String hex) throws MalformedException {
    return NodeAddress.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1",
        "128.0.0.1", "169.253.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.0.1",
        "192.169.0.1", "198.17.0.1", "198.20.0.1", "198.51.99.1", "203.0.112.1", "223.255.255.255"
      })
  void shouldCallPublicAddressesRoutable(String text) {
    assertThat(four(text).isGloballyRoutable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.1",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255"
      })
  void shouldCallSpecialAddressesNotRoutable(String text) {
    assertThat(four(text).isGloballyRoutable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2001, 01, true",
    "2a00, 01, true",
    "3fff, 01, true",
    "20010db8, 01, false",
    "'', '', false",
    "'', 01, false",
    "fe80, 01, false",
    "fc00, 01, false",
    "fd12, 01, false",
    "ff02, 01, false",
    "4000, 01, false",
    "1fff, 01, false"
  })
  void shouldCallGlobalUnicastOfIpv6Routable(String first, String last, boolean routable) {
    assertThat(six(first, last).isGloballyRoutable()).isEqualTo(routable);
  }

  @Test
  void shouldKnowLoopback() {
    assertThat(four("127.0.0.1").isLoopback()).isTrue();
    assertThat(four("127.8.9.10").isLoopback()).isTrue();
    assertThat(four("126.0.0.1").isLoopback()).isFalse();
    assertThat(six("", "01").isLoopback()).isTrue();
    assertThat(six("01", "01").isLoopback()).isFalse();
    assertThat(six("", "02").isLoopback()).isFalse();
  }

  @Test
  void shouldDialOnlyWhatCanAnswer() throws MalformedException {
    assertThat(four("127.0.0.1").isDialable()).isTrue();
    assertThat(four("10.0.0.1").isDialable()).isTrue();
    assertThat(six("fe80", "01").isDialable()).isTrue();
    assertThat(six("", "01").isDialable()).isTrue();
    assertThat(four("0.0.0.0").isDialable()).isFalse();
    assertThat(four("224.0.0.1").isDialable()).isFalse();
    assertThat(four("255.255.255.255").isDialable()).isFalse();
    assertThat(six("", "").isDialable()).isFalse();
    assertThat(six("ff02", "01").isDialable()).isFalse();
    assertThat(NodeAddress.ip(new byte[] {10, 0, 0, 1}, 0).isDialable()).isFalse();
    assertThat(read("0902ab121e14").isDialable()).isFalse();
  }

  @Test
  void shouldGroupBySixteenBitsOfIpv4AndThirtyTwoOfIpv6() throws MalformedException {
    assertThat(four("1.2.3.4").group()).isEqualTo(four("1.2.200.9").group());
    assertThat(four("1.2.3.4").group()).isNotEqualTo(four("1.3.3.4").group());
    assertThat(six("20010470", "01").group()).isEqualTo(six("20010470ffff", "02").group());
    assertThat(six("20010470", "01").group()).isNotEqualTo(six("20010471", "01").group());
    assertThat(four("32.1.4.112").group()).isNotEqualTo(six("20010470", "01").group());
    assertThat(read("0902ab121e14").group()).isEqualTo(read("0901ff1e14").group());
    assertThat(read("0902ab121e14").group()).isNotEqualTo(read("0a02ab121e14").group());
  }

  /** Not even neighbours of one network, which share places under the usual chain of 31. */
  @Test
  void shouldSpreadOverTheTablesThatItIsAKeyOf() {
    Set<Integer> codes = new HashSet<>();
    for (int host = 0; host < 1 << 16; host++) {
      byte[] bytes = {10, 0, (byte) (host >> 8), (byte) host};
      codes.add(NodeAddress.ip(bytes, 7700).hashCode());
    }
    assertThat(codes).as("of 65,536, half a pair to be expected").hasSizeGreaterThan(65_526);
  }

  @Test
  void shouldWriteAddressesAsPeopleDo() throws MalformedException {
    assertThat(four("192.0.2.1")).hasToString("192.0.2.1:7700");
    assertThat(four("255.0.0.128")).hasToString("255.0.0.128:7700");
    assertThat(six("20010db8", "01")).hasToString("[2001:db8::1]:7700");
    assertThat(six("", "")).hasToString("[::]:7700");
    assertThat(six("", "01")).hasToString("[::1]:7700");
    assertThat(six("fe80", "")).hasToString("[fe80::]:7700");
    // RFC 5952, 4.2.2 and 4.2.3: no lone zero is cut, and of two runs the first.
    assertThat(six("20010db80000000100010001", "00010001"))
        .hasToString("[2001:db8:0:1:1:1:1:1]:7700");
    assertThat(six("20010db800000000", "000100000000" + "0001"))
        .hasToString("[2001:db8::1:0:0:1]:7700");
    assertThat(read("0902ab121e14")).hasToString("kind9:ab12:7700");
  }

  @Test
  void shouldGiveAMappedAddressItsOnlyName() {
    NodeAddress mapped = six("", "ffff01020304");

    assertThat(mapped).isEqualTo(four("1.2.3.4")).hasSameHashCodeAs(four("1.2.3.4"));
    assertThat(mapped.kind()).isEqualTo(NodeAddress.IPV4);
    assertThatThrownBy(() -> read("0210" + "00".repeat(10) + "ffff01020304" + "1e14"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("mapped");
  }

  @Test
  void shouldKeepKindsOfLaterVersionsByteForByte() throws MalformedException {
    NodeAddress later = read("0902ab121e14");
    ByteBuffer out = ByteBuffer.allocate(later.sizeBytes());
    later.write(out);

    assertThat(out.array()).isEqualTo(HexFormat.of().parseHex("0902ab121e14"));
    assertThat(later.isIp()).isFalse();
    assertThat(later.isGloballyRoutable()).isFalse();
    assertThat(later.port()).isEqualTo(7700);
    assertThat(read("0940" + "11".repeat(64) + "0001").host()).hasSize(64);
  }

  @Test
  void shouldCallWrongLengthsMalformed() {
    for (String hex :
        new String[] {
          "0103010203" + "1e14",
          "0105" + "0102030405" + "1e14",
          "0204" + "01020304" + "1e14",
          "0941" + "11".repeat(65) + "0001"
        }) {
      assertThatThrownBy(() -> read(hex)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> NodeAddress.ip(new byte[5], 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NodeAddress.ip(new byte[4], 65_536))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldOrderByKindThenUnsignedBytesThenPort() {
    assertThat(four("1.2.3.4")).isLessThan(four("200.0.0.1"));
    assertThat(four("255.0.0.0")).isLessThan(six("20", "01"));
    assertThat(four("1.2.3.4")).isLessThan(NodeAddress.ip(new byte[] {1, 2, 3, 4}, 7701));
    assertThat(four("1.2.3.4")).isEqualByComparingTo(four("1.2.3.4"));
  }
}
