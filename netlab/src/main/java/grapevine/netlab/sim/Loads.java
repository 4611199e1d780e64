package grapevine.netlab.sim;

import grapevine.crypto.KeyPair;
import grapevine.netlab.scenario.BlockMaker;
import grapevine.netlab.scenario.Schedule;
import grapevine.netlab.scenario.TransactionMaker;
import grapevine.node.model.Block;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.sync.BlockTemplate;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hands nodes what the schedule says is born. One thing waits in the queue at a time, so that a
 * long run costs no more than a short one. Confined to the simulation's thread.
 */
final class Loads {
  private static final long ACK_LOOK_NANOS = 1_000_000;

  private final World world;
  private final Schedule schedule;
  private final long originNanos;
  private final TransactionMaker transactions;
  private final BlockMaker blocks;
  private final Set<ItemId> born = new LinkedHashSet<>();
  private final SortedMap<String, Long> refused = new TreeMap<>();

  /** By producer, the last slot that it signed a block of: nobody honest signs two. */
  private final Map<Integer, Long> lastSlots = new HashMap<>(); // never iterated

  private int nextBirth;
  private int nextTurn;

  /**
   * @param originNanos when the schedule's time begins
   */
  Loads(World world, Schedule schedule, long originNanos) {
    this.world = world;
    this.schedule = schedule;
    this.originNanos = originNanos;
    transactions = world.scenario().transactionMaker(world.network());
    blocks = new BlockMaker(world.network(), transactions);
  }

  void start() {
    scheduleBirth();
    scheduleTurn();
  }

  /** What was born, whatever became of it. */
  Set<ItemId> born() {
    return born;
  }

  /** What nodes refused, by reason. */
  SortedMap<String, Long> refused() {
    return refused;
  }

  private void scheduleBirth() {
    if (nextBirth < schedule.births().size()) {
      Schedule.Birth birth = schedule.births().get(nextBirth++);
      world.simulation().at(originNanos + birth.atNanos(), nowNanos -> bear(birth, nowNanos));
    }
  }

  private void bear(Schedule.Birth birth, long nowNanos) {
    scheduleBirth();
    SimNode node = world.simulation().node(birth.node());
    if (node.isUp()) {
      long wallMillis = Simulation.WALL_MILLIS + nowNanos / 1_000_000;
      submit(node, transactions.make(wallMillis, birth.bytes()), nowNanos);
    }
  }

  private void submit(SimNode node, Item item, long nowNanos) {
    NodeView.Submission submission = node.submit(item, nowNanos);
    if (submission.rejection() != null) {
      refused.merge(submission.rejection().key(), 1L, Long::sum);
      return;
    }
    born.add(item.id());
    if (item instanceof Transaction) {
      acknowledge(node, node.store().life(), submission, nowNanos);
    }
  }

  /** Tells the client when the item is on disk, if the node lives to see it. */
  private void acknowledge(SimNode node, int life, NodeView.Submission submission, long nowNanos) {
    if (node.store().life() != life) {
      return;
    }
    if (node.store().committedPosition() >= submission.storePosition()) {
      world.recorder().onAcknowledged(submission.id());
    } else {
      world
          .simulation()
          .at(nowNanos + ACK_LOOK_NANOS, later -> acknowledge(node, life, submission, later));
    }
  }

  private void scheduleTurn() {
    if (nextTurn < schedule.turns().size()) {
      Schedule.Turn turn = schedule.turns().get(nextTurn++);
      world.simulation().at(originNanos + turn.atNanos(), nowNanos -> produce(turn, nowNanos));
    }
  }

  private void produce(Schedule.Turn turn, long nowNanos) {
    scheduleTurn();
    SimNode node = world.simulation().node(world.network().producers().get(turn.producer()));
    if (!node.isUp() || node.isFrozen(nowNanos)) {
      return;
    }
    // As an honest producer: only in a slot of its own by its own clock, and never twice in one.
    node.ask(core -> core.proposal(turn.producer(), nowNanos), nowNanos)
        .filter(proposal -> isLater(turn.producer(), proposal.header().slot()))
        .ifPresent(proposal -> submit(node, block(turn, proposal), nowNanos));
  }

  /** Also when its disk is gone: the slots that a producer has used lie elsewhere in a node. */
  private boolean isLater(int producer, long slot) {
    boolean later = slot > lastSlots.getOrDefault(producer, 0L);
    if (later) {
      lastSlots.put(producer, slot);
    }
    return later;
  }

  private Block block(Schedule.Turn turn, BlockTemplate.Proposal proposal) {
    if (turn.bytes() == 0) {
      KeyPair key = world.network().producerKeys().get(turn.producer());
      return new Block(BlockHeader.sign(key, proposal.header()), proposal.transactions());
    }
    BlockHeader.Draft draft = proposal.header();
    Block block =
        blocks.make(
            turn.producer(),
            draft.parent(),
            draft.height() - 1,
            draft.timeMillis(),
            turn.bytes(),
            turn.transactionBytes());
    block.transactions().forEach(tx -> world.recorder().onCarried(tx.id()));
    return block;
  }
}
