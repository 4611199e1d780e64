package grapevine.node.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.app.config.HostPort;
import grapevine.node.model.NodeAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticPeersTest {
  private static final HostPort FIXED = new HostPort("10.0.0.1", 1);

  @TempDir Path folder;

  private static NodeAddress address(int host, int port) {
    return NodeAddress.ip(new byte[] {10, 0, 0, (byte) host}, port);
  }

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("peers.txt"), text);
  }

  @Test
  void shouldNameAllPlacesOnceButNotThisNode() throws Exception {
    Path file = file("10.0.0.2:2\n10.0.0.1:1\n10.0.0.9:9\n");
    StaticPeers peers = new StaticPeers(List.of(FIXED), Optional.of(file), List.of(address(9, 9)));

    assertThat(peers.lookUp()).containsExactly(address(1, 1), address(2, 2));
  }

  @Test
  void shouldPassOverANameThatNobodyKnows() throws Exception {
    HostPort nobody = new HostPort("nobody.invalid", 1);
    StaticPeers peers = new StaticPeers(List.of(nobody, FIXED), Optional.empty(), List.of());

    assertThat(peers.lookUp()).containsExactly(address(1, 1));
    assertThat(peers.add(nobody)).isEmpty();
  }

  @Test
  void shouldReadItsFileAgainAndKeepTheOldPlacesWhenItIsWrong() throws Exception {
    Path file = file("10.0.0.2:2\n");
    StaticPeers peers = new StaticPeers(List.of(), Optional.of(file), List.of());
    file("10.0.0.3:3\n");
    assertThat(peers.lookUp()).containsExactly(address(2, 2));

    peers.reread();
    assertThat(peers.lookUp()).containsExactly(address(3, 3));

    file("10.0.0.4\n");
    peers.reread();
    assertThat(peers.lookUp()).containsExactly(address(3, 3));

    Files.delete(file);
    peers.reread();
    assertThat(peers.lookUp()).containsExactly(address(3, 3));
  }

  @Test
  void shouldTakeBackWhatWasAddedAndNothingElse() throws Exception {
    StaticPeers peers = new StaticPeers(List.of(FIXED), Optional.empty(), List.of());
    HostPort more = new HostPort("10.0.0.5", 5);

    assertThat(peers.add(more)).containsExactly(address(5, 5));
    assertThat(peers.lookUp()).containsExactly(address(1, 1), address(5, 5));
    assertThat(peers.remove(FIXED)).isFalse();
    assertThat(peers.remove(more)).isTrue();
    assertThat(peers.lookUp()).containsExactly(address(1, 1));
  }
}
