package grapevine.netlab.scenario;

import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.crypto.Sha256;
import grapevine.node.model.Network;
import java.nio.ByteBuffer;
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
 * A network for one run and all its keys, made from the run's seed. Immutable. Identities of nodes
 * are made when they are asked for, each time anew: those of 100,000 nodes take 6 s, and a
 * simulator needs none.
 */
public final class LabNetwork {
  private static final String NAME = "netlab";
  private static final int HORIZON_BLOCKS = 10_000;
  private static final String KEY_TAG = "grapevine-netlab-node-key-1";
  private static final String STAND_IN_TAG = "grapevine-netlab-node-id-1";

  private final Network network;
  private final int nodes;
  private final byte[] nodeSeed;
  private final List<Integer> producers;
  private final List<KeyPair> producerKeys;
  private final List<KeyPair> senderKeys;

  private LabNetwork(
      Network network,
      int nodes,
      byte[] nodeSeed,
      List<Integer> producers,
      List<KeyPair> producerKeys,
      List<KeyPair> senderKeys) {
    this.network = network;
    this.nodes = nodes;
    this.nodeSeed = nodeSeed;
    this.producers = List.copyOf(producers);
    this.producerKeys = List.copyOf(producerKeys);
    this.senderKeys = List.copyOf(senderKeys);
  }

  /**
   * @param slotMillis one producer's turn
   * @param lifetimeSeconds of transactions: long enough that none expires during the run
   * @param blockBytesMax of a whole block
   * @param producers nodes that make blocks
   * @param allowance transactions a minute of each sender
   */
  public record Terms(
      long genesisMillis,
      long slotMillis,
      long lifetimeSeconds,
      int blockBytesMax,
      int producers,
      int senders,
      int allowance) {
    private static final int BLOCK_BYTES_MAX = 1 << 20;

    /** Blocks of up to 1 MiB. */
    public Terms(
        long genesisMillis,
        long slotMillis,
        long lifetimeSeconds,
        int producers,
        int senders,
        int allowance) {
      this(
          genesisMillis,
          slotMillis,
          lifetimeSeconds,
          BLOCK_BYTES_MAX,
          producers,
          senders,
          allowance);
    }

    /**
     * What a scenario needs: its blocks fit, its transactions outlive it, and its senders may send
     * all that is scheduled even when a driver is a minute late with half of it.
     *
     * @param genesisMillis when the network begins: before its nodes start
     */
    public static Terms of(Scenario scenario, long genesisMillis) {
      return ScenarioTerms.of(scenario, genesisMillis);
    }
  }

  /**
   * Chooses producers among the nodes and makes their keys and those of the senders; equal
   * arguments give equal networks.
   *
   * @throws IllegalArgumentException for more producers than nodes
   */
  public static LabNetwork create(int nodes, Terms terms, RandomGenerator random) {
    if (terms.producers > nodes) {
      throw new IllegalArgumentException(
          terms.producers + " producers, expected at most the " + nodes + " nodes");
    }
    List<Integer> shuffled = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      shuffled.add(node);
    }
    Collections.shuffle(shuffled, Random.from(random));
    byte[] nodeSeed = new byte[KeyPair.SEED_BYTES];
    random.nextBytes(nodeSeed);
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
            terms.blockBytesMax,
            HORIZON_BLOCKS,
            producerKeys.stream().map(KeyPair::publicKey).toList(),
            new Network.Senders.Listed(allowances));
    return new LabNetwork(
        network, nodes, nodeSeed, shuffled.subList(0, terms.producers), producerKeys, senderKeys);
  }

  private static List<KeyPair> keys(int count, RandomGenerator random) {
    List<KeyPair> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(KeyPair.generate(random));
    }
    return keys;
  }

  public Network network() {
    return network;
  }

  public int nodes() {
    return nodes;
  }

  /** The identity of a node, made anew by each call: 60 µs. */
  public KeyPair nodeKey(int node) {
    return KeyPair.ofSeed(nodeBytes(KEY_TAG, node));
  }

  /**
   * Stands for the identity of a node where nobody proves who he is: 32 bytes that belong to no
   * key, for less than 1 µs.
   */
  public PublicKey nodeStandIn(int node) {
    return PublicKey.of(nodeBytes(STAND_IN_TAG, node));
  }

  private byte[] nodeBytes(String tag, int node) {
    return Sha256.hash(tag, nodeSeed, ByteBuffer.allocate(Integer.BYTES).putInt(node).array())
        .toBytes();
  }

  /** Numbers of the nodes that make blocks, in the order of their slots. */
  public List<Integer> producers() {
    return producers;
  }

  /** Keys that sign blocks, in the same order. */
  public List<KeyPair> producerKeys() {
    return producerKeys;
  }

  /** Who may send transactions. */
  public List<KeyPair> senderKeys() {
    return senderKeys;
  }

  /** Numbers of the nodes that make no blocks, ascending. */
  public List<Integer> idlers() {
    return IntStream.range(0, nodes).filter(node -> !producers.contains(node)).boxed().toList();
  }

  /** The key with which a node signs blocks; null when it makes none. */
  public @Nullable KeyPair producerKey(int node) {
    int turn = producers.indexOf(node);
    return turn < 0 ? null : producerKeys.get(turn);
  }

  /**
   * The first time from this one on at which a {@link Schedule} may begin, so that its turns fall
   * to those who own the slots: the first producer's slot begins, and it is not the genesis.
   */
  public long scheduleStartMillis(long notBeforeMillis) {
    if (producers.isEmpty()) {
      return Math.max(notBeforeMillis, network.genesisTimeMillis());
    }
    long roundMillis = network.slotMillis() * producers.size();
    long rounds = Math.ceilDiv(notBeforeMillis - network.genesisTimeMillis(), roundMillis);
    return network.genesisTimeMillis() + Math.max(1, rounds) * roundMillis;
  }
}
