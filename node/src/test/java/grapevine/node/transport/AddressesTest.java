package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.node.model.NodeAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AddressesTest {
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:7700", "[2001:db8::1]:65535"})
  void shouldReadWhatAddressPrintsAndConvertItBack(String text) throws Exception {
    NodeAddress address = Addresses.resolve(text).get(10, TimeUnit.SECONDS).getFirst();
    assertThat(address).hasToString(text);
    assertThat(Addresses.of(Addresses.toSocket(address))).isEqualTo(address);
  }

  @Test
  void shouldResolveNames() throws Exception {
    assertThat(Addresses.resolve("localhost:7700").get(10, TimeUnit.SECONDS))
        .contains(NodeAddress.ip(new byte[] {127, 0, 0, 1}, 7700));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", ":7700", "localhost:", "localhost:0", "a:65536", "a:+1", "::1:7"})
  void shouldRefuseOtherText(String text) {
    assertThatThrownBy(() -> Addresses.resolve(text).get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void shouldRefuseUnresolvedSocketAddress() {
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("example.invalid", 1);
    assertThatThrownBy(() -> Addresses.of(unresolved)).isInstanceOf(IllegalArgumentException.class);
  }
}
