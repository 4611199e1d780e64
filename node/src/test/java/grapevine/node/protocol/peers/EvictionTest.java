package grapevine.node.protocol.peers;

import static grapevine.node.protocol.peers.PeersFixture.ip4;
import static grapevine.node.protocol.peers.PeersFixture.local;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.SipHash;
import grapevine.node.protocol.peers.Eviction.Candidate;
import grapevine.node.protocol.port.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvictionTest {
  private static final SipHash ORDER = new SipHash(1, 2);
  private static final int PROTECTED =
      Eviction.BY_GROUP + Eviction.BY_ROUND_TRIP + Eviction.BY_TRANSACTION + Eviction.BY_BLOCK;

  /** An attacker's: far, useless, all from one group. */
  private static Candidate sybil(int id) {
    return new Candidate(new PeerId(id), ip4(66, 6, id, 1), 1_000 + id, 900_000_000, -1, -1);
  }

  /** Evicts and lets another attacker in, many times over. */
  private static List<Candidate> afterFlood(List<Candidate> before) {
    List<Candidate> inbound = new ArrayList<>(before);
    for (int i = 0; i < 300; i++) {
      Optional<PeerId> gone = Eviction.choose(inbound, ORDER);
      assertThat(gone).isPresent();
      inbound.removeIf(candidate -> candidate.id().equals(gone.get()));
      inbound.add(sybil(1_000 + i));
    }
    return inbound;
  }

  private static List<Candidate> sybils(int count) {
    List<Candidate> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(sybil(100 + i));
    }
    return list;
  }

  @Test
  void shouldEvictNobodyWhenAllAreProtected() {
    assertThat(Eviction.choose(List.of(), ORDER)).isEmpty();
    assertThat(Eviction.choose(sybils(PROTECTED), ORDER)).isEmpty();
    assertThat(Eviction.choose(sybils(PROTECTED + 1), ORDER)).isPresent();
  }

  @Test
  void shouldEvictTheYoungestOfTheLargestGroup() {
    List<Candidate> inbound = sybils(28);
    for (int i = 0; i < 4; i++) {
      inbound.add(new Candidate(new PeerId(i), ip4(10 + i, i, 1, 1), 9_000, 900_000_000, -1, -1));
    }

    assertThat(Eviction.choose(inbound, ORDER)).contains(new PeerId(127));
  }

  @Test
  void shouldKeepTheNearestThroughAFlood() {
    List<Candidate> inbound = sybils(24);
    for (int i = 0; i < 8; i++) {
      inbound.add(new Candidate(new PeerId(i), ip4(66, 6, i, 2), 5_000, 1_000_000, -1, -1));
    }

    assertThat(afterFlood(inbound)).containsAll(inbound.subList(24, 32));
  }

  @Test
  void shouldKeepWhoGaveUsNewTransactionsAndBlocksThroughAFlood() {
    List<Candidate> inbound = sybils(24);
    for (int i = 0; i < 4; i++) {
      inbound.add(new Candidate(new PeerId(i), ip4(66, 6, i, 2), 5_000, -1, 500 + i, -1));
      inbound.add(new Candidate(new PeerId(10 + i), ip4(66, 6, i, 3), 5_000, -1, -1, 500 + i));
    }

    assertThat(afterFlood(inbound)).containsAll(inbound.subList(24, 32));
  }

  @Test
  void shouldKeepTheLongerConnectedHalf() {
    List<Candidate> inbound = sybils(32);

    List<Candidate> after = afterFlood(inbound);

    long old = after.stream().filter(candidate -> candidate.id().value() < 1_000).count();
    assertThat(old).isGreaterThanOrEqualTo((32 - PROTECTED) / 2);
  }

  @Test
  void shouldKeepGroupsThatTheSecretKeyPrefersWhateverTheyAre() {
    List<Candidate> inbound = sybils(24);
    for (int i = 0; i < 8; i++) {
      inbound.add(new Candidate(new PeerId(i), ip4(10 + i, i, 1, 1), 9_000, 900_000_000, -1, -1));
    }
    for (int secret = 0; secret < 20; secret++) {
      SipHash order = new SipHash(secret, 7);
      assertThat(Eviction.choose(inbound, order)).isPresent();
    }
  }

  @Test
  void shouldNotDependOnTheOrderOfCandidates() {
    SplittableRandom random = new SplittableRandom(8);
    for (int round = 0; round < 100; round++) {
      List<Candidate> inbound = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        inbound.add(
            new Candidate(
                new PeerId(i),
                random.nextBoolean() ? local(i) : ip4(8, random.nextInt(4), 1, 1),
                random.nextInt(5),
                random.nextInt(-1, 5),
                random.nextInt(-1, 3),
                random.nextInt(-1, 3)));
      }
      Optional<PeerId> chosen = Eviction.choose(inbound, ORDER);
      Collections.shuffle(inbound, random);

      assertThat(Eviction.choose(inbound, ORDER)).isEqualTo(chosen).isPresent();
    }
  }
}
