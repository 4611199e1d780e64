package grapevine.node.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerMapTest {
  private static final int STEPS = 3_000;

  /** Few peers are scanned and many are indexed, so both sides of that bound are walked. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 31, 34, 60, 700})
  void shouldAnswerAsLinkedHashMapDoes(int peers) {
    SplittableRandom random = new SplittableRandom(peers);
    PeerMap<Integer> map = new PeerMap<>();
    Map<PeerId, Integer> naive = new LinkedHashMap<>();
    for (int step = 0; step < STEPS; step++) {
      PeerId peer = new PeerId(1 + random.nextLong(peers) * (1 + random.nextInt(2) * (1L << 40)));
      switch (random.nextInt(5)) {
        case 0, 1 -> assertThat(map.put(peer, step)).isEqualTo(naive.put(peer, step));
        case 2 -> assertThat(map.putIfAbsent(peer, step)).isEqualTo(naive.putIfAbsent(peer, step));
        default -> assertThat(map.remove(peer)).isEqualTo(naive.remove(peer));
      }
      PeerId other = new PeerId(1 + random.nextLong(peers));
      assertThat(map.get(other)).isEqualTo(naive.get(other));
      assertThat(map.containsKey(other)).isEqualTo(naive.containsKey(other));
      assertThat(map.size()).isEqualTo(naive.size());
      assertThat(map.isEmpty()).isEqualTo(naive.isEmpty());
      if (step % 50 == 0) {
        compareInOrder(map, naive);
      }
    }
    compareInOrder(map, naive);
  }

  private static void compareInOrder(PeerMap<Integer> map, Map<PeerId, Integer> naive) {
    List<PeerId> peers = new ArrayList<>();
    map.forEach((peer, value) -> peers.add(peer));
    assertThat(peers).containsExactlyElementsOf(naive.keySet());
    assertThat(map.values()).containsExactlyElementsOf(naive.values());
    for (int place = 0; place < peers.size(); place++) {
      assertThat(map.peerAt(place)).isEqualTo(peers.get(place));
      assertThat(map.place(peers.get(place))).isEqualTo(place);
      assertThat(map.valueAt(place)).isEqualTo(naive.get(peers.get(place)));
    }
  }

  @Test
  void shouldRefusePlacesBeyondItsEnd() {
    PeerMap<String> map = new PeerMap<>();
    map.put(new PeerId(7), "seven");
    map.remove(new PeerId(7));
    assertThatThrownBy(() -> map.valueAt(0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> map.peerAt(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldNoticeChangesWhileItIsGoneThrough() {
    PeerMap<String> map = new PeerMap<>();
    map.put(new PeerId(1), "one");
    map.put(new PeerId(2), "two");
    map.put(new PeerId(3), "three");
    assertThatThrownBy(() -> map.forEach((peer, value) -> map.remove(peer)))
        .isInstanceOf(ConcurrentModificationException.class);
    assertThatThrownBy(
            () -> {
              for (String value : map.values()) {
                map.put(new PeerId(4), value);
              }
            })
        .isInstanceOf(ConcurrentModificationException.class);
  }
}
