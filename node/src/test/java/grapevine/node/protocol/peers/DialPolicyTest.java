package grapevine.node.protocol.peers;

import static grapevine.node.protocol.peers.PeersFixture.SECOND;
import static grapevine.node.protocol.peers.PeersFixture.WALL_MILLIS;
import static grapevine.node.protocol.peers.PeersFixture.ip4;
import static grapevine.node.protocol.peers.PeersFixture.key;
import static grapevine.node.protocol.peers.PeersFixture.local;
import static grapevine.node.protocol.peers.PeersFixture.peer;
import static grapevine.node.protocol.peers.PeersFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.RecordingOutbox;
import grapevine.node.protocol.peers.AddressTable.Liveness;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DialPolicyTest {
  private static final NodeAddress SELF = local(1);

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final SplittableRandom random = new SplittableRandom(9);
  private final AddressTable table =
      new AddressTable(AddressTable.Limits.defaults(), record(1_000, SELF), random);
  private final Set<NodeAddress> banned = new HashSet<>();
  private long now;
  private long peers;

  private DialPolicy policy(int target, NodeAddress... statics) {
    return new DialPolicy(
        DialPolicy.Limits.defaults(),
        new DialPolicy.Plan(List.of(statics), List.of(SELF), target),
        table,
        outbox,
        NodeEvents.NONE,
        random,
        (key, address, nowNanos) -> banned.contains(address));
  }

  private void know(int count) {
    for (int i = 0; i < count; i++) {
      know(2_000 + i, local(10_000 + i));
    }
  }

  private PublicKey know(int seed, NodeAddress address) {
    table.add(record(seed, address), "source" + seed, WALL_MILLIS, now);
    return key(seed).publicKey();
  }

  /** Who lives at an address of {@link #know(int)}, or at any other. */
  private static PublicKey keyAt(NodeAddress address) {
    return key(address.port() >= 10_000 ? address.port() - 8_000 : address.port()).publicKey();
  }

  private List<NodeAddress> run(DialPolicy policy, long untilNanos) {
    List<NodeAddress> dials = new ArrayList<>();
    while (policy.nextDeadlineNanos() <= untilNanos) {
      now = Math.max(now, policy.nextDeadlineNanos());
      policy.onTimer(now);
      policy.checkInvariants();
      dials.addAll(outbox.takeDials());
    }
    now = untilNanos;
    return dials;
  }

  private PeerId connect(DialPolicy policy, NodeAddress address) {
    return connect(policy, address, keyAt(address), Direction.OUTBOUND);
  }

  private PeerId connect(
      DialPolicy policy, NodeAddress address, PublicKey key, Direction direction) {
    PeerId peer = new PeerId(++peers);
    policy.onConnected(peer, address, key, direction, now);
    policy.onPeerReady(peer(peer.value(), key, direction, address), now);
    policy.checkInvariants();
    return peer;
  }

  private void fill(DialPolicy policy, int target) {
    for (int connected = 0; connected < target; ) {
      for (NodeAddress address : run(policy, now)) {
        connect(policy, address);
        connected++;
      }
    }
  }

  @Test
  void shouldDialFromTheTableUpToTheTargetFewAtATime() {
    know(40);
    DialPolicy policy = policy(8);

    List<NodeAddress> first = run(policy, now);
    assertThat(first).hasSize(4).doesNotHaveDuplicates();
    first.forEach(address -> connect(policy, address));
    List<NodeAddress> second = run(policy, now);
    assertThat(second).hasSize(4).doesNotContainAnyElementsOf(first);
    second.forEach(address -> connect(policy, address));

    assertThat(run(policy, now + 100 * SECOND)).isEmpty();
  }

  @Test
  void shouldReplaceAConnectionThatEnds() {
    know(40);
    DialPolicy policy = policy(2);
    List<NodeAddress> dials = run(policy, now);
    PeerId first = connect(policy, dials.get(0));
    connect(policy, dials.get(1));

    policy.onDisconnected(first, now);

    assertThat(run(policy, now)).hasSize(1);
  }

  @Test
  void shouldDialWhomTheOperatorNamesLaterAndNoLongerWhomHeDoesNot() {
    DialPolicy policy = policy(0, local(5), local(6));
    run(policy, now);
    PeerId kept = connect(policy, local(5));
    policy.onDialFailed(local(6), now);

    policy.onStaticPeers(List.of(local(6), local(7)));
    policy.checkInvariants();

    assertThat(policy.staticPeers()).containsExactly(local(6), local(7));
    assertThat(policy.why(kept)).isEqualTo(DialPolicy.Why.TABLE);
    assertThat(run(policy, now)).as("at once, the other after its wait").containsExactly(local(7));
    assertThat(run(policy, now + SECOND)).containsExactly(local(6));
    policy.onDisconnected(kept, now);
    assertThat(run(policy, now + 60 * SECOND)).doesNotContain(local(5));
  }

  @Test
  void shouldKnowThatWhomTheOperatorNamesLaterIsConnected() {
    know(40);
    DialPolicy policy = policy(2);
    List<NodeAddress> dials = run(policy, now);
    PeerId peer = connect(policy, dials.get(0));

    policy.onStaticPeers(dials); // one connected, one being dialled
    policy.checkInvariants();

    assertThat(policy.why(peer)).isEqualTo(DialPolicy.Why.OPERATOR);
    assertThat(run(policy, now + 60 * SECOND)).doesNotContainAnyElementsOf(dials);
  }

  @Test
  void shouldTakeOnlySoManyOfTheOperatorsAddresses() {
    DialPolicy policy = policy(0);
    List<NodeAddress> many = new ArrayList<>();
    for (int k = 0; k < 300; k++) {
      many.add(NodeAddress.ip(new byte[] {10, 0, (byte) (k / 200), (byte) (k % 200 + 1)}, 7700));
    }

    policy.onStaticPeers(many);

    assertThat(policy.staticPeers()).hasSize(256);
    policy.checkInvariants();
  }

  @Test
  void shouldDialNobodyWhoIsBannedUntilTheBanEnds() {
    know(1);
    NodeAddress known = local(10_000);
    banned.addAll(List.of(known, local(5)));
    DialPolicy policy = policy(1, local(5));

    assertThat(run(policy, now + 60 * SECOND)).isEmpty();

    banned.clear();
    assertThat(run(policy, now + 15 * SECOND + 3 * SECOND)).contains(local(5));
  }

  @Test
  void shouldDialTheOperatorsAddressesBeyondTheTargetAndForEver() {
    know(40);
    NodeAddress[] statics = {local(5), local(6), local(7)};
    DialPolicy policy = policy(1, statics);

    assertThat(run(policy, now)).containsExactly(statics);
    connect(policy, statics[0]);
    connect(policy, statics[1]);
    policy.onDialFailed(statics[2], now);
    long waitNanos = 0;
    for (int i = 0; i < 8; i++) {
      long startNanos = now;
      long dueNanos = policy.nextDeadlineNanos();
      waitNanos = dueNanos - startNanos;
      assertThat(run(policy, dueNanos)).containsExactly(statics[2]);
      policy.onDialFailed(statics[2], now);
      if (i == 0) {
        assertThat(waitNanos).isBetween(SECOND * 2 / 5, SECOND * 3 / 5);
      }
    }
    assertThat(waitNanos).isBetween(12 * SECOND, 18 * SECOND);
  }

  @Test
  void shouldComeBackSoonToAnOperatorsAddressOnceAConnectionHasLasted() {
    DialPolicy policy = policy(0, local(5));
    for (int i = 0; i < 10; i++) {
      run(policy, policy.nextDeadlineNanos());
      policy.onDialFailed(local(5), now);
    }
    run(policy, policy.nextDeadlineNanos());
    PeerId peer = connect(policy, local(5));
    now += 10 * SECOND;
    policy.onDisconnected(peer, now);

    assertThat(policy.nextDeadlineNanos() - now).isLessThan(SECOND);
  }

  @Test
  void shouldWaitLongerEachTimeForAnOperatorsPeerThatThrowsUsOut() {
    DialPolicy policy = policy(0, local(5));
    for (int i = 0; i < 10; i++) {
      run(policy, policy.nextDeadlineNanos());
      policy.onDisconnected(connect(policy, local(5)), now);
    }
    assertThat(policy.nextDeadlineNanos() - now).isGreaterThan(10 * SECOND);
  }

  @Test
  void shouldNotDialAnOperatorsPeerThatHasDialledUs() {
    DialPolicy policy = policy(0, local(5));
    run(policy, now);
    PeerId ours = new PeerId(++peers);
    policy.onConnected(ours, local(5), keyAt(local(5)), Direction.OUTBOUND, now);
    PeerId theirs = connect(policy, local(40_000), keyAt(local(5)), Direction.INBOUND);
    policy.onDisconnected(ours, now); // lost against the other

    assertThat(policy.nextDeadlineNanos()).isEqualTo(Component.NEVER);
    policy.onDisconnected(theirs, now);
    assertThat(run(policy, now + SECOND)).containsExactly(local(5));
  }

  @Test
  void shouldNeverDialItself() {
    know(40);
    DialPolicy policy = policy(8, SELF);
    assertThat(run(policy, now)).doesNotContain(SELF).hasSize(4);
  }

  @Test
  void shouldNotDialAnAddressThatLedBackForADay() {
    DialPolicy policy = policy(0, local(5));
    for (int i = 0; i < 1_000; i++) {
      policy.onSelf(local(20_000 + i), now);
    }
    run(policy, now);
    PeerId self = new PeerId(++peers);
    policy.onConnected(self, local(5), key(1_000).publicKey(), Direction.OUTBOUND, now);
    policy.onSelf(local(5), now);
    policy.onDisconnected(self, now);

    long day = 86_400 * SECOND;
    assertThat(run(policy, now + day - SECOND)).isEmpty();
    assertThat(run(policy, now + 2 * SECOND)).containsExactly(local(5));
  }

  @Test
  void shouldDialOneNodeOfARoutableGroupOnly() {
    for (int i = 0; i < 10; i++) {
      know(2_000 + i, ip4(8, 8, i, 1));
    }
    know(3_000, ip4(7, 7, 7, 7));
    DialPolicy policy = policy(8);

    assertThat(run(policy, now + 60 * SECOND))
        .extracting(NodeAddress::group)
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  void shouldNotDialWhoIsConnectedEitherWay() {
    know(3);
    DialPolicy policy = policy(8);
    connect(policy, local(40_000), keyAt(local(10_000)), Direction.INBOUND);

    assertThat(run(policy, now + SECOND)).containsExactlyInAnyOrder(local(10_001), local(10_002));
  }

  @Test
  void shouldLookAgainAtOnceWhenTheTableHasGrown() {
    DialPolicy policy = policy(8);
    assertThat(run(policy, now)).isEmpty();
    assertThat(policy.nextDeadlineNanos()).isEqualTo(now + 5 * SECOND);

    know(1);
    policy.onAddresses(now);

    assertThat(run(policy, now)).hasSize(1);
  }

  @Test
  void shouldCondemnNobodyWhileItIsAlone() {
    know(3);
    DialPolicy policy = policy(8);
    for (int i = 0; i < 10; i++) {
      run(policy, now + 30 * SECOND).forEach(address -> policy.onDialFailed(address, now));
    }
    assertThat(table.count(Liveness.UNTRIED)).isEqualTo(3);

    connect(policy, local(5), keyAt(local(5)), Direction.INBOUND);
    for (int i = 0; i < 40; i++) {
      run(policy, now + 60 * SECOND).forEach(address -> policy.onDialFailed(address, now));
    }
    assertThat(table.count(Liveness.FAILED)).isEqualTo(3);
  }

  @Test
  void shouldBlameTheNodeWhoseAddressIsAnothers() {
    PublicKey liar = know(2_000, local(10_000));
    DialPolicy policy = policy(1);
    run(policy, now);

    connect(policy, local(10_000), key(77).publicKey(), Direction.OUTBOUND);

    assertThat(table.count(Liveness.SUSPECT)).isOne();
    assertThat(table.record(liar)).isPresent();
  }

  @Test
  void shouldKeepOneFeelerBeyondTheTargetAndChangeIt() {
    know(40);
    DialPolicy policy = policy(8);
    fill(policy, 8);

    List<NodeAddress> first = run(policy, now + 120 * SECOND);
    assertThat(first).hasSize(1);
    PeerId feeler = connect(policy, first.getFirst());
    assertThat(outbox.disconnects()).isEmpty();
    assertThat(run(policy, now + 119 * SECOND)).isEmpty();
    List<NodeAddress> second = run(policy, now + SECOND);

    assertThat(second).hasSize(1).isNotEqualTo(first);
    assertThat(outbox.takeDisconnects())
        .singleElement()
        .satisfies(
            gone -> {
              assertThat(gone.peer()).isEqualTo(feeler);
              assertThat(gone.reason()).isEqualTo(DisconnectReason.EVICTED);
            });
  }

  @Test
  void shouldKeepAFeelerThatFillsThePlaceOfAnother() {
    know(40);
    DialPolicy policy = policy(2);
    List<NodeAddress> dials = run(policy, now);
    PeerId regular = connect(policy, dials.get(0));
    connect(policy, dials.get(1));
    run(policy, now + 120 * SECOND).forEach(address -> connect(policy, address));

    policy.onDisconnected(regular, now);
    assertThat(run(policy, now + 120 * SECOND)).hasSize(1);

    assertThat(outbox.disconnects()).isEmpty();
  }

  @Test
  void shouldDialNobodyButTheOperatorsWithoutATarget() {
    know(40);
    DialPolicy policy = policy(0);

    assertThat(policy.nextDeadlineNanos()).isEqualTo(Component.NEVER);
  }

  @Test
  void shouldHoldItsInvariantsWhateverHappens() {
    know(60);
    DialPolicy policy = policy(5, local(5), local(6), local(7));
    List<NodeAddress> dialling = new ArrayList<>();
    List<PeerId> connected = new ArrayList<>();
    for (int step = 0; step < 1_000; step++) {
      now += random.nextLong(SECOND);
      int choice = random.nextInt(4);
      if (choice == 0 && !dialling.isEmpty()) {
        connected.add(connect(policy, dialling.remove(random.nextInt(dialling.size()))));
      } else if (choice == 1 && !dialling.isEmpty()) {
        policy.onDialFailed(dialling.remove(random.nextInt(dialling.size())), now);
      } else if (choice == 2 && !connected.isEmpty()) {
        policy.onDisconnected(connected.remove(random.nextInt(connected.size())), now);
      } else {
        policy.onTimer(now);
        dialling.addAll(outbox.takeDials());
      }
      policy.checkInvariants();
      table.checkInvariants();
      assertThat(dialling).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(4);
      assertThat(connected.size()).isLessThanOrEqualTo(5 + 3 + 1);
    }
  }
}
