package grapevine.node.protocol.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.Transaction;
import grapevine.node.wire.Message;
import grapevine.node.wire.Message.Ids.Element;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveSetTest {
  private static final long MINUTE = Signed.MINUTE;

  private final LiveSet set = new LiveSet();
  private final Transaction a = Signed.tx(MINUTE, 1, 0);
  private final Transaction b = Signed.tx(MINUTE, 1, 1);
  private final Transaction c = Signed.tx(MINUTE, 1, 2);

  @AfterEach
  void checkInvariants() {
    set.checkInvariants();
  }

  private static LiveSet of(Transaction... txs) {
    LiveSet set = new LiveSet();
    for (Transaction tx : txs) {
      set.add(tx);
    }
    return set;
  }

  private static byte[] bytes(String tag, Iterable<Hash256> hashes, int minuteBytes) {
    ByteBuffer out = ByteBuffer.allocate(1000);
    out.put(tag.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    if (minuteBytes > 0) {
      out.putInt((int) MINUTE);
    }
    hashes.forEach(hash -> hash.write(out));
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  @Test
  void shouldDigestAMinuteAsTheWireSays() {
    Transaction other = Signed.tx(MINUTE, 2);
    set.add(a);
    set.add(other);
    set.add(Signed.tx(MINUTE + 1, 3));
    List<Hash256> ascending = new ArrayList<>(List.of(a.hash(), other.hash()));
    Collections.sort(ascending);

    long expected = Sha256.plain(bytes("grapevine-minute-1", ascending, 4)).prefix64();

    assertThat(set.digest(MINUTE)).isEqualTo(expected);
    assertThat(set.digests(MINUTE, MINUTE))
        .containsExactly(new Message.SpanDigest(MINUTE, 2, expected));
    assertThat(set.digest(MINUTE + 5))
        .isEqualTo(new LiveSet().digest(MINUTE + 5))
        .isNotEqualTo(set.digest(MINUTE + 6));
  }

  @Test
  void shouldDigestAllElementsInOneOrderOverAllMinutes() {
    List<Hash256> hashes = new ArrayList<>();
    for (int k = 0; k < 9; k++) {
      Transaction tx = Signed.tx(MINUTE + k % 3, k);
      set.add(tx);
      hashes.add(tx.hash());
    }
    Collections.sort(hashes);

    assertThat(set.digest()).isEqualTo(Sha256.plain(bytes("grapevine-set-1", hashes, 0)));
    assertThat(set.size()).isEqualTo(9);
  }

  @Test
  void shouldDigestIndependentlyOfTheOrderOfArrival() {
    List<Transaction> txs =
        new ArrayList<>(IntStream.range(0, 30).mapToObj(k -> Signed.tx(MINUTE, k)).toList());
    LiveSet one = of(txs.toArray(Transaction[]::new));
    Collections.shuffle(txs, new Random(1));
    LiveSet other = of(txs.toArray(Transaction[]::new));

    assertThat(other.digest()).isEqualTo(one.digest());
    assertThat(other.digest(MINUTE)).isEqualTo(one.digest(MINUTE));
  }

  @Test
  void shouldDigestAConflictAlikeWhicheverPairItHolds() {
    LiveSet one = of(a, b);
    one.pair(a, b);
    LiveSet other = of(c, a);
    other.pair(c, a);

    assertThat(one.digest()).isEqualTo(other.digest());
    assertThat(one.digest(MINUTE)).isEqualTo(other.digest(MINUTE));
    assertThat(one.size()).isEqualTo(1);
    assertThat(one.digest()).isNotEqualTo(of(a).digest()).isNotEqualTo(of(a, b).digest());
  }

  @Test
  void shouldListAConflictAsOneElementWithBothIds() {
    set.add(a);
    set.add(b);
    set.pair(a, b);

    assertThat(set.ids(MINUTE, Hash256.ZERO, 10))
        .isEqualTo(
            new Message.Ids(
                MINUTE,
                true,
                List.of(
                    new Element.Pair(
                        a.slot().conflictElement(),
                        a.hash(),
                        a.sizeBytes(),
                        b.hash(),
                        b.sizeBytes()))));
    assertThat(set.contains(MINUTE, a.hash())).isTrue();
    assertThat(set.contains(MINUTE, c.hash())).isFalse();
  }

  @Test
  void shouldHoldTheOtherByItselfWhenOneOfAPairLeaves() {
    set.add(a);
    set.add(b);
    set.pair(a, b);

    set.remove(a);

    assertThat(set.digest()).isEqualTo(of(b).digest());
    assertThat(set.contains(MINUTE, a.hash())).isFalse();
    set.remove(b);
    assertThat(set.size()).isZero();
    assertThat(set.digests(0, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void shouldPageInAscendingOrderAndSayWhenItEnds() {
    for (int k = 0; k < 10; k++) {
      set.add(Signed.tx(MINUTE, k));
    }

    Message.Ids first = set.ids(MINUTE, Hash256.ZERO, 5);
    Message.Ids second = set.ids(MINUTE, first.elements().getLast().hash(), 5);

    assertThat(first.last()).isFalse();
    assertThat(second.last()).isTrue();
    List<Hash256> all = new ArrayList<>();
    first.elements().forEach(element -> all.add(element.hash()));
    second.elements().forEach(element -> all.add(element.hash()));
    assertThat(all).hasSize(10).isSorted().doesNotHaveDuplicates();
    assertThat(set.ids(MINUTE + 1, Hash256.ZERO, 5))
        .isEqualTo(new Message.Ids(MINUTE + 1, true, List.of()));
  }

  @Test
  void shouldDigestAndListASliceAsIfItWereAMinute() {
    Transaction inFirst = Signed.tx(MINUTE, 3_999);
    Transaction inSecond = Signed.tx(MINUTE, 4_000);
    Transaction alsoInSecond = Signed.tx(MINUTE, 7_999);
    set.add(inFirst);
    set.add(inSecond);
    set.add(alsoInSecond);
    set.add(Signed.tx(MINUTE + 1, 4_000));
    long second = Span.slice(MINUTE, 1);
    List<Hash256> ascending = new ArrayList<>(List.of(inSecond.hash(), alsoInSecond.hash()));
    Collections.sort(ascending);

    assertThat(second).isEqualTo(0x8000_0000L + MINUTE * 15 + 1);
    assertThat(set.digest(second)).isEqualTo(LiveMinute.digestOf(second, ascending));
    assertThat(set.digests(Span.slice(MINUTE - 1, 14), Span.slice(MINUTE, 14)))
        .extracting(told -> told.span(), told -> told.elements())
        .containsExactly(tuple(second - 1, 1), tuple(second, 2));
    Message.Ids page = set.ids(second, Hash256.ZERO, 1);
    assertThat(page.last()).isFalse();
    assertThat(page.elements().getFirst().hash()).isEqualTo(ascending.getFirst());
    page = set.ids(second, ascending.getFirst(), 1);
    assertThat(page.last()).isTrue();
    assertThat(page.elements().getFirst().hash()).isEqualTo(ascending.getLast());
    assertThat(of(inSecond).missing(set.ids(second, Hash256.ZERO, 9)))
        .extracting(entry -> entry.id())
        .containsExactly(alsoInSecond.id());
  }

  @Test
  void shouldDigestASliceAnewWhenItHasChanged() {
    long first = Span.slice(MINUTE, 0);
    long empty = set.digest(first);
    set.add(a);
    long before = set.digest(first);
    set.add(Signed.tx(MINUTE, 2));
    assertThat(set.digest(first)).isNotEqualTo(before).isNotEqualTo(empty);

    set.remove(Signed.tx(MINUTE, 2));
    assertThat(set.digest(first)).isEqualTo(before);
    set.remove(a);
    assertThat(set.digest(first)).isEqualTo(empty);
  }

  @Test
  void shouldHoldAConflictInTheFirstSliceWhateverItsTimes() {
    Transaction one = Signed.tx(MINUTE, 9_000, 0);
    Transaction other = Signed.tx(MINUTE, 9_000, 1);
    set.add(one);
    set.add(other);
    assertThat(set.digests(Span.slice(MINUTE, 0), Span.slice(MINUTE, 14)))
        .extracting(told -> told.span())
        .containsExactly(Span.slice(MINUTE, 2));

    set.pair(one, other);

    assertThat(set.digests(Span.slice(MINUTE, 0), Span.slice(MINUTE, 14)))
        .extracting(told -> told.span())
        .containsExactly(Span.slice(MINUTE, 0));
    assertThat(set.ids(Span.slice(MINUTE, 0), Hash256.ZERO, 9).elements()).hasSize(1);
    assertThat(of(one).missing(set.ids(Span.slice(MINUTE, 0), Hash256.ZERO, 9)))
        .extracting(entry -> entry.id())
        .containsExactly(other.id());
  }

  @Test
  void shouldMissOfAnUnknownPairOnlyWhatIsNotHere() {
    set.add(a);
    LiveSet other = of(a, c);
    other.pair(a, c);

    assertThat(set.missing(other.ids(MINUTE, Hash256.ZERO, 10)))
        .extracting(entry -> entry.id().hash(), entry -> entry.sizeBytes(), e -> e.ageMillis())
        .containsExactly(tuple(c.hash(), c.sizeBytes(), 65_535));
  }

  @Test
  void shouldMissNothingOfAPairWhoseConflictItHolds() {
    set.add(a);
    set.add(b);
    set.pair(a, b);
    LiveSet other = of(a, c);
    other.pair(a, c);

    assertThat(set.missing(other.ids(MINUTE, Hash256.ZERO, 10))).isEmpty();
    assertThat(set.missing(of(b).ids(MINUTE, Hash256.ZERO, 10))).isEmpty();
    assertThat(set.missing(of(c).ids(MINUTE, Hash256.ZERO, 10))).hasSize(1);
  }

  @Test
  void shouldFailWhenBooksAreNotKept() {
    set.add(a);

    assertThatThrownBy(() -> set.add(a)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> set.remove(b)).isInstanceOf(IllegalStateException.class);
  }
}
