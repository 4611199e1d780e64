package grapevine.node.protocol.peers;

import static grapevine.node.protocol.peers.PeersFixture.HOUR;
import static grapevine.node.protocol.peers.PeersFixture.SECOND;
import static grapevine.node.protocol.peers.PeersFixture.WALL_MILLIS;
import static grapevine.node.protocol.peers.PeersFixture.ip4;
import static grapevine.node.protocol.peers.PeersFixture.key;
import static grapevine.node.protocol.peers.PeersFixture.local;
import static grapevine.node.protocol.peers.PeersFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.peers.AddressTable.Result;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the table, after every step, with a twin that knows nothing of slots: who may have come,
 * who may have gone, whose record it must be, and how many of which source.
 */
class AddressTablePropertyTest {
  private static final int QUOTA = 3;
  private static final AddressTable.Limits LIMITS =
      new AddressTable.Limits(
          4,
          2,
          2,
          2,
          2,
          QUOTA,
          30 * 86_400_000L,
          4 * HOUR,
          2,
          HOUR / 2,
          SECOND,
          20 * SECOND,
          600 * SECOND,
          24 * HOUR,
          true);

  /** What the twin knows of one node. */
  private static final class Known {
    private NodeRecord record;
    private final String source;
    private int failures;
    private long answeredNanos = -1;

    Known(NodeRecord record, String source) {
      this.record = record;
      this.source = source;
    }

    boolean isProtected(long now) {
      return answeredNanos >= 0 && now - answeredNanos < LIMITS.answeredNanos();
    }

    boolean mayBeReplacedByHearsay(long now) {
      return failures >= (answeredNanos >= 0 ? 10 : 3) && !isProtected(now);
    }
  }

  private final Map<PublicKey, Known> twin = new LinkedHashMap<>();
  private long now = SECOND;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void shouldAgreeWithANaiveTwin(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    NodeRecord self = record(0, local(1));
    AddressTable table = new AddressTable(LIMITS, self, random.split());
    List<List<NodeRecord>> nodes = nodes(random);
    Set<Result> results = EnumSet.noneOf(Result.class);
    for (int step = 0; step < 1_500; step++) {
      now += random.nextLong(random.nextInt(20) == 0 ? HOUR : SECOND);
      List<NodeRecord> node = nodes.get(random.nextInt(nodes.size()));
      PublicKey key = node.getFirst().key();
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          NodeRecord record = node.get(random.nextInt(node.size()));
          String source = "source" + random.nextInt(5);
          Result result = table.add(record, source, WALL_MILLIS, now);
          results.add(result);
          judge(table, self, record, source, result);
        }
        case 3 -> {
          table.onSuccess(key, now);
          Known known = twin.get(key);
          if (known != null) {
            known.failures = 0;
            known.answeredNanos = now;
          }
          forget(table, false, 2);
        }
        case 4 -> {
          table.onFailure(key, now);
          if (twin.containsKey(key)) {
            twin.get(key).failures++;
          }
          forget(table, false, 2);
        }
        default -> {
          table.pick(c -> false, now).ifPresent(c -> table.onDialled(c.key(), now));
          forget(table, false, 2);
        }
      }
      compare(table);
    }
    assertThat(results).containsExactlyInAnyOrder(Result.values());
  }

  /** Forty nodes with three records each; one moves, one has no address, one is the node itself. */
  private static List<List<NodeRecord>> nodes(SplittableRandom random) {
    List<List<NodeRecord>> nodes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      KeyPair node = key(i);
      NodeAddress first = random.nextBoolean() ? local(7000 + i) : ip4(8, random.nextInt(3), i, 1);
      NodeAddress third = random.nextInt(4) == 0 ? ip4(7, 7, i, 1) : first;
      nodes.add(
          i == 1
              ? List.of(record(node, 1, ip4(0, 0, 0, 0)))
              : List.of(record(node, 1, first), record(node, 2, first), record(node, 3, third)));
    }
    return nodes;
  }

  private void judge(
      AddressTable table, NodeRecord self, NodeRecord record, String source, Result result) {
    Known known = twin.get(record.key());
    long ofSource = twin.values().stream().filter(k -> k.source.equals(source)).count();
    if (record.key().equals(self.key())) {
      assertThat(result).isEqualTo(Result.OWN);
    } else if (record.addresses().getFirst().equals(ip4(0, 0, 0, 0))) {
      assertThat(result).isEqualTo(Result.UNDIALABLE);
    } else if (known != null && record.sequence() <= known.record.sequence()) {
      assertThat(result).isEqualTo(Result.KNOWN);
    } else if (known != null && record.addresses().equals(known.record.addresses())) {
      assertThat(result).isEqualTo(Result.UPDATED);
    } else if (known != null) {
      assertThat(result).isIn(Result.UPDATED, Result.FULL);
    } else if (ofSource >= QUOTA) {
      assertThat(result).isEqualTo(Result.QUOTA);
    } else {
      assertThat(result).isIn(Result.NEW, Result.FULL);
    }
    boolean changes = result == Result.NEW || result == Result.UPDATED;
    if (!changes) {
      forget(table, true, 0);
      return;
    }
    forget(table, true, 1);
    if (known == null) {
      twin.put(record.key(), new Known(record, source));
    } else {
      if (!record.addresses().equals(known.record.addresses())) {
        known.failures = 0;
        known.answeredNanos = -1;
      }
      known.record = record;
    }
  }

  /** Takes note of who has left the table, and checks that each might. */
  private void forget(AddressTable table, boolean byHearsay, int most) {
    List<PublicKey> gone =
        twin.keySet().stream().filter(key -> table.record(key).isEmpty()).toList();
    assertThat(gone).hasSizeLessThanOrEqualTo(most);
    for (PublicKey key : gone) {
      Known known = twin.remove(key);
      assertThat(known.isProtected(now)).as("answered lately").isFalse();
      assertThat(!byHearsay || known.mayBeReplacedByHearsay(now)).as("failed").isTrue();
    }
  }

  private void compare(AddressTable table) {
    table.checkInvariants();
    assertThat(table.size()).isEqualTo(twin.size()).isLessThanOrEqualTo(LIMITS.entriesMax());
    twin.forEach(
        (key, known) -> {
          if (!table.record(key).equals(Optional.of(known.record))) {
            fail("record of " + key);
          }
        });
  }
}
