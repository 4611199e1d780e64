package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  /** The leaves and roots that implementations of Certificate Transparency test with. */
  private static final List<String> CT_LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> CT_ROOTS =
      List.of(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private final SplittableRandom random = new SplittableRandom(6962);

  @Test
  void shouldGiveTheReferenceRootsOfOneToEightLeaves() {
    List<Hash256> leaves = new ArrayList<>();
    for (int i = 0; i < CT_ROOTS.size(); i++) {
      leaves.add(MerkleTree.leaf(HexFormat.of().parseHex(CT_LEAVES.get(i))));

      assertThat(MerkleTree.rootOfLeaves(leaves)).hasToString(CT_ROOTS.get(i));
    }
  }

  @Test
  void shouldHashNothingForAnEmptyTree() {
    assertThat(MerkleTree.root(List.of())).isEqualTo(Sha256.plain());
  }

  @Test
  void shouldAgreeWithTheRecursiveDefinitionForEverySize() {
    for (int size = 1; size <= 300; size++) {
      List<Hash256> ids = ids(size);

      assertThat(MerkleTree.root(ids)).isEqualTo(naive(ids));
    }
  }

  @Test
  void shouldProveEveryRangeOfSmallTrees() {
    for (int size = 1; size <= 20; size++) {
      List<Hash256> ids = ids(size);
      Hash256 root = MerkleTree.root(ids);
      for (int from = 0; from < size; from++) {
        for (int to = from + 1; to <= size; to++) {
          List<Hash256> proof = MerkleTree.rangeProof(ids, from, to);

          assertThat(MerkleTree.verifyRange(root, size, from, ids.subList(from, to), proof))
              .isTrue();
        }
      }
    }
  }

  @Test
  void shouldRejectEveryTamperedProof() {
    for (int i = 0; i < 2_000; i++) {
      int size = 2 + random.nextInt(60);
      List<Hash256> ids = ids(size);
      Hash256 root = MerkleTree.root(ids);
      int from = random.nextInt(size);
      int to = from + 1 + random.nextInt(size - from);
      List<Hash256> range = new ArrayList<>(ids.subList(from, to));
      List<Hash256> proof = new ArrayList<>(MerkleTree.rangeProof(ids, from, to));
      assertThat(MerkleTree.verifyRange(root, size, from, range, proof)).isTrue();

      int claimed = from;
      Hash256 claimedRoot = root;
      switch (random.nextInt(8)) {
        case 0 -> range.set(random.nextInt(range.size()), id());
        case 1 -> range.remove(random.nextInt(range.size()));
        case 2 -> range.add(random.nextInt(range.size() + 1), id());
        case 3 -> proof.add(random.nextInt(proof.size() + 1), id());
        case 4 -> claimed = from + (random.nextBoolean() ? 1 : -1);
        case 5 -> claimedRoot = id();
        case 6 -> {
          if (proof.isEmpty()) {
            continue;
          }
          proof.remove(random.nextInt(proof.size()));
        }
        default -> {
          if (proof.isEmpty()) {
            continue;
          }
          proof.set(random.nextInt(proof.size()), id());
        }
      }

      assertThat(MerkleTree.verifyRange(claimedRoot, size, claimed, range, proof)).isFalse();
    }
  }

  @Test
  void shouldRejectSwappedNeighbours() {
    List<Hash256> ids = ids(16);
    List<Hash256> range = new ArrayList<>(ids.subList(4, 9));
    List<Hash256> proof = MerkleTree.rangeProof(ids, 4, 9);
    Collections.swap(range, 1, 2);

    assertThat(MerkleTree.verifyRange(MerkleTree.root(ids), 16, 4, range, proof)).isFalse();
  }

  @Test
  void shouldNotTakeANodeForALeaf() {
    List<Hash256> ids = ids(4);
    Hash256 left = MerkleTree.root(ids.subList(0, 2));
    Hash256 right = MerkleTree.root(ids.subList(2, 4));

    assertThat(MerkleTree.root(List.of(left, right))).isNotEqualTo(MerkleTree.root(ids));
    assertThat(MerkleTree.verifyRange(MerkleTree.root(ids), 2, 0, List.of(left), List.of(right)))
        .isFalse();
  }

  @Test
  void shouldAnswerHostileSizesWithFalse() {
    Hash256 root = id();
    List<Hash256> one = List.of(id());
    int[] odd = {Integer.MIN_VALUE, -1, 0, 1, 2, Integer.MAX_VALUE - 1, Integer.MAX_VALUE};
    for (int size : odd) {
      for (int from : odd) {
        for (int proofSize : new int[] {0, 1, 30, 31, 62, 63, 1_000}) {
          List<Hash256> proof = ids(proofSize);
          assertThat(MerkleTree.verifyRange(root, size, from, one, proof)).isFalse();
          assertThat(MerkleTree.verifyRange(root, size, from, List.of(), proof)).isFalse();
          assertThat(MerkleTree.verifyRange(root, size, from, proof, one)).isFalse();
        }
      }
    }
  }

  @Test
  void shouldKeepProofsShort() {
    List<Hash256> ids = ids(4_000);

    assertThat(MerkleTree.rangeProof(ids, 1_999, 2_001).size()).isLessThanOrEqualTo(24);
    assertThat(MerkleTree.rangeProof(ids, 0, 4_000)).isEmpty();
  }

  @Test
  void shouldRefuseToProveRangesThatAreNotThere() {
    List<Hash256> ids = ids(3);
    for (int[] range : new int[][] {{-1, 1}, {1, 1}, {2, 1}, {2, 4}}) {
      assertThatThrownBy(() -> MerkleTree.rangeProof(ids, range[0], range[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private static Hash256 naive(List<Hash256> ids) {
    if (ids.size() == 1) {
      return Sha256.plain(new byte[] {0}, ids.get(0).toBytes());
    }
    int split = 1;
    while (2 * split < ids.size()) {
      split *= 2;
    }
    return Sha256.plain(
        new byte[] {1},
        naive(ids.subList(0, split)).toBytes(),
        naive(ids.subList(split, ids.size())).toBytes());
  }

  private List<Hash256> ids(int size) {
    List<Hash256> ids = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ids.add(id());
    }
    return ids;
  }

  private Hash256 id() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Hash256.of(bytes);
  }
}
