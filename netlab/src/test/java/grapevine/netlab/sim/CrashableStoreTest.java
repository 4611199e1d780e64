package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Scenario;
import grapevine.netlab.scenario.TransactionMaker;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemStore.PutResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashableStoreTest {
  private static final Scenario SCENARIO = Runs.scenario(2, "announce", Runs.STEADY, List.of());

  private final Simulation simulation = new Simulation(SCENARIO.drawWires(), 1, false);
  private final LabNetwork network = SCENARIO.createNetwork(Simulation.WALL_MILLIS);
  private final TransactionMaker maker = SCENARIO.transactionMaker(network);
  private final CrashableStore store = new CrashableStore(simulation, 1L << 30);

  private Transaction put() {
    Transaction transaction = maker.make(Simulation.WALL_MILLIS, 250);
    assertThat(store.put(transaction)).isEqualTo(PutResult.STORED);
    return transaction;
  }

  private void run(long millis) {
    simulation.runUntil(simulation.nowNanos() + millis * 1_000_000, () -> true);
  }

  private List<Transaction> onDisk() {
    List<Transaction> found = new ArrayList<>();
    store.transactions(Simulation.WALL_MILLIS, found::add);
    return found;
  }

  @Test
  void shouldShowAtOnceWhatWasPut() {
    Transaction transaction = put();
    assertThat(store.contains(transaction.id())).isTrue();
    assertThat(store.item(transaction.id())).contains(transaction);
    assertThat(store.committedPosition()).isLessThan(store.position());
  }

  @Test
  void shouldLoseWhatWasNotCommittedWhenPowerFails() {
    Transaction first = put();
    store.sync();
    run(50);
    assertThat(store.committedPosition()).isEqualTo(store.position());
    Transaction second = put();
    store.crash();
    assertThat(onDisk()).containsExactly(first);
    assertThat(store.contains(second.id())).isFalse();
  }

  @Test
  void shouldLoseABatchThatPowerCutsShort() {
    put();
    store.sync();
    run(6); // the batch is taken after 5 ms, and takes 8
    store.crash();
    run(100);
    assertThat(onDisk()).isEmpty();
    assertThat(store.committedPosition()).isEqualTo(store.position());
  }

  @Test
  void shouldCommitWithinASecondWithoutBeingAsked() {
    put();
    run(1_100);
    assertThat(store.committedPosition()).isEqualTo(store.position());
  }

  @Test
  void shouldHoldNothingAfterItsDiskIsGone() {
    put();
    store.sync();
    run(100);
    store.wipe();
    assertThat(onDisk()).isEmpty();
    assertThat(store.life()).isEqualTo(1);
  }
}
