package grapevine.node.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final Network.Senders OPEN = new Network.Senders.Open(4);
  private static final List<PublicKey> ONE = List.of(Samples.PRODUCER.publicKey());

  private static Network named(String name) {
    return new Network(name, 0, 1000, 600, 1 << 20, 100, ONE, OPEN);
  }

  private static Network sized(
      long genesisMillis, long slotMillis, long lifetimeSeconds, int blockBytes, int horizon) {
    return new Network(
        "n", genesisMillis, slotMillis, lifetimeSeconds, blockBytes, horizon, ONE, OPEN);
  }

  private static Network sent(Network.Senders senders) {
    return new Network("n", 0, 1000, 600, 1 << 20, 100, ONE, senders);
  }

  private static Network.Senders listed(int allowance) {
    return new Network.Senders.Listed(
        new TreeMap<>(Collections.singletonMap(Samples.SENDER.publicKey(), allowance)));
  }

  private static void assertRefused(String naming, Runnable creation) {
    assertThatThrownBy(creation::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(naming);
  }

  @Test
  void shouldTakeTheEndsOfEveryRange() {
    assertThatCode(
            () -> {
              named("x".repeat(64));
              sized(0, 10, 1, BlockHeader.BYTES, 1);
              sized(1L << 52, 86_400_000, 86_400, 8 << 20, 1 << 30);
              sent(new Network.Senders.Open(0));
              sent(new Network.Senders.Open(64));
              sent(listed(1));
              sent(listed(65_535));
              sent(new Network.Senders.Listed(new TreeMap<>()));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void shouldNameTheValueThatIsOutOfRange() {
    assertRefused("name", () -> named(""));
    assertRefused("name", () -> named("x".repeat(65)));
    assertRefused("name", () -> named("two words"));
    assertRefused("name", () -> named("n\u00e4me"));
    assertRefused("genesis-time -1", () -> sized(-1, 1000, 600, 1 << 20, 100));
    assertRefused("genesis-time", () -> sized((1L << 52) + 1, 1000, 600, 1 << 20, 100));
    assertRefused("slot-millis 9,", () -> sized(0, 9, 600, 1 << 20, 100));
    assertRefused("slot-millis", () -> sized(0, 86_400_001, 600, 1 << 20, 100));
    assertRefused("lifetime-max 0,", () -> sized(0, 1000, 0, 1 << 20, 100));
    assertRefused("lifetime-max 86401,", () -> sized(0, 1000, 86_401, 1 << 20, 100));
    assertRefused("block-bytes-max 203,", () -> sized(0, 1000, 600, 203, 100));
    assertRefused("block-bytes-max", () -> sized(0, 1000, 600, (8 << 20) + 1, 100));
    assertRefused("horizon 0,", () -> sized(0, 1000, 600, 1 << 20, 0));
    assertRefused("horizon", () -> sized(0, 1000, 600, 1 << 20, (1 << 30) + 1));
    assertRefused("stamp-bits -1,", () -> sent(new Network.Senders.Open(-1)));
    assertRefused("stamp-bits 65,", () -> sent(new Network.Senders.Open(65)));
    assertRefused("allowance of ", () -> sent(listed(0)));
    assertRefused("allowance of ", () -> sent(listed(65_536)));
  }

  @Test
  void shouldRefuseMoreProducersThanAnIndexCanName() {
    List<PublicKey> most = new ArrayList<>(Collections.nCopies(65_535, ONE.getFirst()));
    assertThatCode(() -> new Network("n", 0, 1000, 600, 1 << 20, 100, most, OPEN))
        .doesNotThrowAnyException();
    most.add(ONE.getFirst());

    assertRefused(
        "producers 65536,", () -> new Network("n", 0, 1000, 600, 1 << 20, 100, most, OPEN));
  }

  @Test
  void shouldHaveAnotherIdWhenAnyValueDiffers() {
    List<PublicKey> two = List.of(ONE.getFirst(), Samples.OTHER_PRODUCER.publicKey());
    Set<Hash256> ids = new LinkedHashSet<>();
    ids.add(named("n").id());
    ids.add(named("m").id());
    ids.add(sized(1, 1000, 600, 1 << 20, 100).id());
    ids.add(sized(0, 1001, 600, 1 << 20, 100).id());
    ids.add(sized(0, 1000, 601, 1 << 20, 100).id());
    ids.add(sized(0, 1000, 600, 1 << 19, 100).id());
    ids.add(sized(0, 1000, 600, 1 << 20, 101).id());
    ids.add(new Network("n", 0, 1000, 600, 1 << 20, 100, two, OPEN).id());
    ids.add(new Network("n", 0, 1000, 600, 1 << 20, 100, two.reversed(), OPEN).id());
    ids.add(sent(new Network.Senders.Open(5)).id());
    ids.add(sent(listed(5)).id());
    ids.add(sent(listed(6)).id());

    assertThat(ids).hasSize(12);
    assertThat(named("n").id()).isEqualTo(sized(0, 1000, 600, 1 << 20, 100).id());
    assertThat(named("n").shortId()).isEqualTo(named("n").id().prefix64());
  }

  @Test
  void shouldNumberSlotsFromGenesisAndGiveThemToProducersInTurn() {
    Network network = Samples.LISTED;

    assertThat(network.slotAt(Samples.GENESIS_MILLIS)).isZero();
    assertThat(network.slotAt(Samples.GENESIS_MILLIS + 1999)).isZero();
    assertThat(network.slotAt(Samples.GENESIS_MILLIS + 2000)).isOne();
    assertThat(network.slotAt(Samples.GENESIS_MILLIS - 1)).isEqualTo(-1);
    assertThat(network.slotStartMillis(30)).isEqualTo(Samples.GENESIS_MILLIS + 60_000);
    assertThat(network.producerOf(6)).isZero();
    assertThat(network.producerOf(7)).isOne();
  }

  @Test
  void shouldAllowListedSendersOnly() {
    assertThat(listed(7).allowance(Samples.SENDER.publicKey())).isEqualTo(7);
    assertThat(listed(7).allowance(Samples.STRANGER.publicKey())).isZero();
  }

  @Test
  void shouldNotDependOnTheOrderInWhichSendersAreListed() {
    TreeMap<PublicKey, Integer> descending = new TreeMap<>(Collections.reverseOrder());
    descending.put(Samples.SENDER.publicKey(), 3);
    descending.put(Samples.OTHER_SENDER.publicKey(), 1);

    assertThat(Samples.network(new Network.Senders.Listed(descending)).id())
        .isEqualTo(Samples.LISTED.id());
  }

  @Test
  void shouldReadItsCanonicalEncoding() throws MalformedException {
    for (Network network : List.of(named("n"), sent(listed(65_535)), sent(OPEN))) {
      assertThat(Network.read(ByteBuffer.wrap(network.toBytes()))).isEqualTo(network);
    }
  }

  @Test
  void shouldRefuseOtherEncodings() {
    byte[] bytes = sent(listed(7)).toBytes();
    for (int length = 0; length < bytes.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
      assertThatThrownBy(() -> Network.read(cut)).isInstanceOf(MalformedException.class);
    }
    ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 1));
    assertThatThrownBy(() -> Network.read(longer)).hasMessageContaining("1 bytes after");
    ByteBuffer later = ByteBuffer.wrap(bytes.clone()).put(1, (byte) 2);
    assertThatThrownBy(() -> Network.read(later)).hasMessage("network version 2, expected 1");
  }
}
