package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.KeyFile;
import grapevine.netlab.scenario.LabNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeHomeTest {
  private static final LabNetwork NETWORK =
      LabNetwork.create(
          3, new LabNetwork.Terms(1_000, 500, 600, 2, 2, 60), new SplittableRandom(1));

  @Test
  void shouldWriteWhatANodeExpectsToFind(@TempDir Path parent) throws Exception {
    int producer = NETWORK.producers().get(1);
    NodeHome home = NodeHome.of(parent, producer);
    home.write(NETWORK.network(), NETWORK.nodeKey(producer), NETWORK.producerKey(producer));
    assertThat(home.data().resolve("FORMAT"))
        .hasContent("grapevine-store 1\nnetwork " + NETWORK.network().id().toHex() + "\n");
    assertThat(KeyFile.read(home.data().resolve("key")).publicKey())
        .isEqualTo(NETWORK.nodeKey(producer).publicKey());
    assertThat(KeyFile.read(home.data().resolve("producer.key")).publicKey())
        .isEqualTo(NETWORK.network().producers().get(1));
  }

  @Test
  void shouldGiveNoProducerKeyToANodeThatMakesNoBlocks(@TempDir Path parent) throws Exception {
    int idler = NETWORK.idlers().getFirst();
    NodeHome home = NodeHome.of(parent, idler);
    home.write(NETWORK.network(), NETWORK.nodeKey(idler), NETWORK.producerKey(idler));
    assertThat(Files.exists(home.data().resolve("producer.key"))).isFalse();
  }

  @Test
  void shouldWriteEveryTermOfTheNetwork() {
    String toml = NodeHome.toml(NETWORK.network());
    assertThat(toml)
        .contains("name = \"netlab\"\n", "genesis-time = 1000\n", "slot-millis = 500\n")
        .contains("lifetime-max = 600\n", "block-bytes-max = 1048576\n", "horizon = 10000\n")
        .contains("[senders.listed]\n");
    NETWORK
        .senderKeys()
        .forEach(key -> assertThat(toml).contains("\"" + key.publicKey() + "\" = 60\n"));
    NETWORK.network().producers().forEach(key -> assertThat(toml).contains("\"" + key + "\""));
  }

  @Test
  void shouldMakeTheSameKeysOfTheSameSeed() {
    LabNetwork.Terms terms = new LabNetwork.Terms(1_000, 500, 600, 2, 2, 60);
    LabNetwork again = LabNetwork.create(3, terms, new SplittableRandom(1));
    assertThat(again.network()).isEqualTo(NETWORK.network());
    assertThat(again.producers()).isEqualTo(NETWORK.producers());
    LabNetwork other = LabNetwork.create(3, terms, new SplittableRandom(2));
    assertThat(other.network().id()).isNotEqualTo(NETWORK.network().id());
  }
}
