package grapevine.node.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.app.config.DurableNumber;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Network;
import grapevine.node.model.Validity;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.sync.BlockTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerTest {
  private static final KeyPair FIRST = KeyPair.generate(new SplittableRandom(1));
  private static final KeyPair SECOND = KeyPair.generate(new SplittableRandom(2));
  private static final Network NETWORK =
      new Network(
          "test",
          1_000_000,
          1000,
          600,
          1 << 20,
          100,
          List.of(FIRST.publicKey(), SECOND.publicKey(), FIRST.publicKey()),
          new Network.Senders.Open(0));

  @TempDir Path folder;
  private final Chain chain = new Chain();

  /** A node that proposes empty blocks, forgets them, and may end when it is given one. */
  private static final class Chain implements Producer.Chain {
    private final List<Block> submitted = new ArrayList<>();
    private long wallMillis;
    private boolean diesBeforeSubmit;

    @Override
    public long wallMillis() {
      return wallMillis;
    }

    @Override
    public Optional<BlockTemplate.Proposal> proposal(int producer) {
      long slot = NETWORK.slotAt(wallMillis);
      BlockHeader.Draft draft =
          new BlockHeader.Draft(
              new Validity(NETWORK).networkShortId(),
              NETWORK.id(),
              1,
              slot,
              wallMillis,
              0,
              0,
              Block.transactionRoot(List.of()),
              producer,
              Hash256.ZERO);
      return Optional.of(new BlockTemplate.Proposal(draft, List.of()));
    }

    @Override
    public NodeView.Submission submit(Block block) {
      if (diesBeforeSubmit) {
        throw new IllegalStateException("killed");
      }
      submitted.add(block);
      return new NodeView.Submission(block.id(), null, false, 1);
    }
  }

  private Producer producer(KeyPair key) throws IOException {
    return new Producer(NETWORK, key, DurableNumber.open(folder.resolve("slot")), chain);
  }

  private void produceAt(long millisSinceGenesis) throws Exception {
    chain.wallMillis = NETWORK.genesisTimeMillis() + millisSinceGenesis;
    producer(FIRST).produce();
  }

  @Test
  void shouldMakeOneBlockInItsSlot() throws Exception {
    produceAt(3000);
    produceAt(3500);
    assertThat(chain.submitted).hasSize(1);
    Block block = chain.submitted.getFirst();
    assertThat(block.header().slot()).isEqualTo(3);
    assertThat(new Validity(NETWORK).header(block.header())).isEmpty();
  }

  @Test
  void shouldKeepOutOfSlotsOfOthers() throws Exception {
    produceAt(1000);
    produceAt(1500);
    assertThat(chain.submitted).isEmpty();
    produceAt(2000);
    assertThat(chain.submitted).hasSize(1);
  }

  @Test
  void shouldNeverSignASlotAgainWhenKilledBeforeItsBlockIsOut() throws Exception {
    chain.diesBeforeSubmit = true;
    assertThatThrownBy(() -> produceAt(3000)).hasMessage("killed");
    chain.diesBeforeSubmit = false;
    produceAt(3100);
    produceAt(2500);
    assertThat(chain.submitted).isEmpty();
    produceAt(5000);
    assertThat(chain.submitted).hasSize(1);
  }

  @Test
  void shouldNotSignWhenTheSlotCannotBeWritten() throws Exception {
    chain.wallMillis = NETWORK.genesisTimeMillis() + 3000;
    Producer producer =
        new Producer(
            NETWORK, FIRST, DurableNumber.open(folder.resolve("gone").resolve("slot")), chain);
    assertThatThrownBy(producer::produce).isInstanceOf(IOException.class);
    assertThat(chain.submitted).isEmpty();
  }

  @Test
  void shouldWaitForItsNextSlot() throws Exception {
    long genesis = NETWORK.genesisTimeMillis();
    assertThat(producer(FIRST).millisToOwnSlot(genesis + 2000)).isEqualTo(1000);
    assertThat(producer(FIRST).millisToOwnSlot(genesis + 3999)).isEqualTo(1001);
    assertThat(producer(SECOND).millisToOwnSlot(genesis + 1000)).isEqualTo(3000);
    assertThat(producer(SECOND).millisToOwnSlot(genesis - 5000)).isEqualTo(6000);
  }

  @Test
  void shouldRefuseAKeyThatIsNoProducer() {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> producer(KeyPair.generate(new SplittableRandom(3))))
        .withMessageContaining("is not one of the 3 producers of network test");
  }

  @Test
  void shouldRefuseADamagedSlotFile() throws IOException {
    Files.writeString(folder.resolve("slot"), "12x\n");
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> producer(FIRST))
        .withMessageContaining("is damaged")
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED_OR_TOO_NEW));
  }

  @Test
  void shouldOnlyRaiseANumber() throws IOException {
    DurableNumber number = DurableNumber.open(folder.resolve("n"));
    assertThat(number.value()).isZero();
    number.raise(7);
    assertThatThrownBy(() -> number.raise(7)).isInstanceOf(IllegalArgumentException.class);
    assertThat(DurableNumber.open(folder.resolve("n")).value()).isEqualTo(7);
  }
}
