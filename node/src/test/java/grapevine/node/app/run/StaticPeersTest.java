package grapevine.node.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import grapevine.node.app.config.HostPort;
import grapevine.node.model.NodeAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticPeersTest {
  private static final HostPort FIXED = new HostPort("10.0.0.1", 1);

  private static final int MAX = 4;

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
    StaticPeers peers =
        new StaticPeers(List.of(FIXED), Optional.of(file), List.of(address(9, 9)), MAX);

    assertThat(peers.lookUp()).containsExactly(address(1, 1), address(2, 2));
  }

  @Test
  void shouldPassOverANameThatNobodyKnows() throws Exception {
    HostPort nobody = new HostPort("nobody.invalid", 1);
    StaticPeers peers = new StaticPeers(List.of(nobody, FIXED), Optional.empty(), List.of(), MAX);

    assertThat(peers.lookUp()).containsExactly(address(1, 1));
    assertThat(peers.add(nobody)).isEmpty();
  }

  @Test
  void shouldReadItsFileAgainAndKeepTheOldPlacesWhenItIsWrong() throws Exception {
    Path file = file("10.0.0.2:2\n");
    StaticPeers peers = new StaticPeers(List.of(), Optional.of(file), List.of(), MAX);
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
    StaticPeers peers = new StaticPeers(List.of(FIXED), Optional.empty(), List.of(), MAX);
    HostPort more = new HostPort("10.0.0.5", 5);

    assertThat(peers.add(more)).containsExactly(address(5, 5));
    assertThat(peers.lookUp()).containsExactly(address(1, 1), address(5, 5));
    assertThat(peers.remove(FIXED)).isFalse();
    assertThat(peers.remove(more)).isTrue();
    assertThat(peers.lookUp()).containsExactly(address(1, 1));
  }

  @Test
  void shouldRefuseToAddThisNodeOrMoreThanTheCoreTakes() throws Exception {
    Path file = file("10.0.0.2:2\n10.0.0.3:3\n10.0.0.4:4\n10.0.0.5:5\n");
    StaticPeers peers =
        new StaticPeers(List.of(FIXED), Optional.of(file), List.of(address(9, 9)), MAX);
    List<NodeAddress> kept = peers.lookUp();
    assertThat(kept).containsExactly(address(1, 1), address(2, 2), address(3, 3), address(4, 4));

    assertThatThrownBy(() -> peers.add(new HostPort("10.0.0.9", 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("this is the node itself, expected another");
    assertThatThrownBy(() -> peers.add(new HostPort("10.0.0.6", 6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4 addresses are to stay connected already, expected no more");
    assertThat(peers.add(new HostPort("10.0.0.2", 2))).containsExactly(address(2, 2));
    assertThat(peers.lookUp()).isEqualTo(kept);
  }

  @Test
  void shouldNotTakeAnotherOrderOfANamesAddressesForAChange() {
    List<NodeAddress> before = List.of(address(2, 1), address(1, 1), address(3, 1));
    assertThat(StaticPeers.merged(before, List.of(address(3, 1), address(2, 1), address(1, 1))))
        .isEqualTo(before);
    assertThat(StaticPeers.merged(before, List.of(address(4, 1), address(3, 1), address(2, 1))))
        .containsExactly(address(2, 1), address(3, 1), address(4, 1));
  }

  @Test
  void shouldKeepTheSameOnesOfMoreAddressesThanItTakes() {
    List<NodeAddress> all =
        IntStream.range(0, 100).mapToObj(host -> address(host, 1)).collect(Collectors.toList());
    List<NodeAddress> kept = StaticPeers.merged(List.of(), all);
    assertThat(kept).hasSize(64);

    Collections.reverse(all);
    assertThat(StaticPeers.merged(kept, all)).isEqualTo(kept);
  }

  @Test
  void shouldAddAndTakeBackWhileANameServerIsSlow() throws Exception {
    HostPort slow = new HostPort("slow.example", 1);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    StaticPeers peers =
        new StaticPeers(
            List.of(slow),
            Optional.empty(),
            List.of(),
            MAX,
            places -> {
              if (places.contains(slow)) {
                asked.countDown();
                answers.await();
                return Map.of(slow, List.of(address(1, 1)));
              }
              return PlaceLookup.all(places);
            });
    FutureTask<List<NodeAddress>> lookUp = new FutureTask<>(peers::lookUp);
    Thread.ofPlatform().start(lookUp);
    asked.await();

    HostPort more = new HostPort("10.0.0.5", 5);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          peers.add(more);
          peers.add(new HostPort("10.0.0.6", 6));
          assertThat(peers.remove(more)).isTrue();
        });
    answers.countDown();

    assertThat(lookUp.get()).containsExactly(address(1, 1), address(6, 6));
  }
}
