package grapevine.netlab.local;

import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network for one run and all its keys, made from the run's seed. Immutable. Its id still differs
 * from run to run, because the genesis is now.
 *
 * @param nodeKeys identities by number of the node
 * @param producers numbers of the nodes that make blocks, in the order of their slots
 * @param producerKeys by the same order
 * @param senderKeys who may send transactions
 */
public record LocalNetwork(
    Network network,
    List<KeyPair> nodeKeys,
    List<Integer> producers,
    List<KeyPair> producerKeys,
    List<KeyPair> senderKeys) {
  private static final String NAME = "netlab";
  private static final int BLOCK_BYTES_MAX = 1 << 20;
  private static final int HORIZON_BLOCKS = 10_000;

  public LocalNetwork {
    nodeKeys = List.copyOf(nodeKeys);
    producers = List.copyOf(producers);
    producerKeys = List.copyOf(producerKeys);
    senderKeys = List.copyOf(senderKeys);
  }

  /**
   * @param slotMillis one producer's turn
   * @param lifetimeSeconds of transactions: long enough that none expires during the run
   * @param allowance transactions a minute of each sender
   */
  public record Terms(
      long genesisMillis,
      long slotMillis,
      long lifetimeSeconds,
      int producers,
      int senders,
      int allowance) {}

  /** Chooses producers among the nodes and makes all keys; equal arguments give equal networks. */
  public static LocalNetwork create(int nodes, Terms terms, RandomGenerator random) {
    List<Integer> shuffled = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      shuffled.add(node);
    }
    Collections.shuffle(shuffled, Random.from(random));
    List<KeyPair> nodeKeys = keys(nodes, random);
    List<KeyPair> producerKeys = keys(terms.producers, random);
    List<KeyPair> senderKeys = keys(terms.senders, random);
    SortedMap<PublicKey, Integer> allowances = new TreeMap<>();
    senderKeys.forEach(key -> allowances.put(key.publicKey(), terms.allowance));
    Network network =
        new Network(
            NAME,
            terms.genesisMillis,
            terms.slotMillis,
            terms.lifetimeSeconds,
            BLOCK_BYTES_MAX,
            HORIZON_BLOCKS,
            producerKeys.stream().map(KeyPair::publicKey).toList(),
            new Network.Senders.Listed(allowances));
    return new LocalNetwork(
        network, nodeKeys, shuffled.subList(0, terms.producers), producerKeys, senderKeys);
  }

  private static List<KeyPair> keys(int count, RandomGenerator random) {
    List<KeyPair> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(KeyPair.generate(random));
    }
    return keys;
  }

  /** Numbers of the nodes that make no blocks, ascending. */
  public List<Integer> idlers() {
    return IntStream.range(0, nodeKeys.size())
        .filter(node -> !producers.contains(node))
        .boxed()
        .toList();
  }

  /** The key with which a node signs blocks; null when it makes none. */
  @Nullable KeyPair producerKey(int node) {
    int turn = producers.indexOf(node);
    return turn < 0 ? null : producerKeys.get(turn);
  }
}
