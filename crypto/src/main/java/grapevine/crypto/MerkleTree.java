package grapevine.crypto;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Merkle tree of RFC 6962, section 2.1, over the ids of a block's transactions. Pure functions;
 * any thread.
 *
 * <pre>
 *   root of no ids      SHA-256 of nothing
 *   leaf                SHA-256(0x00 ‖ id)
 *   node                SHA-256(0x01 ‖ left ‖ right)
 *   n ids, n &gt; 1        node(root of the first k, root of the others), k the largest power of two &lt; n
 * </pre>
 *
 * <p>Leaves and nodes differ in their first byte, so no node can be passed off as a leaf; and no id
 * is ever duplicated to fill a level, so that two different lists have two different roots, which
 * Bitcoin's tree does not give (CVE-2012-2459).
 *
 * <p>A root does not tell its number of ids, and a proof holds only together with it: the size must
 * come from where the root comes from, the signed header.
 */
public final class MerkleTree {
  /** A list has fewer than 2^31 ids, so a path from root to leaf has at most this many nodes. */
  private static final int HEIGHT_MAX = 31;

  private MerkleTree() {}

  /** In 2n hashes and memory for at most 32 of them. */
  public static Hash256 root(List<Hash256> ids) {
    return new Peaks().addAll(ids, 0, ids.size()).root();
  }

  /**
   * What a holder of the ids from..to needs beside them to compute the root: the roots of the
   * greatest subtrees outside the range, from left to right; at most 62.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ from &lt; to ≤ number of ids
   */
  public static List<Hash256> rangeProof(List<Hash256> ids, int from, int to) {
    if (from < 0 || from >= to || to > ids.size()) {
      throw new IndexOutOfBoundsException(
          "a range of " + from + " to " + to + " within " + ids.size() + " ids");
    }
    List<Hash256> proof = new ArrayList<>();
    prove(ids, 0, ids.size(), from, to, proof);
    return proof;
  }

  /**
   * Whether these ids stand at from, from + 1, … in the tree of that root and size. Takes whatever
   * a peer sends: ranges outside the tree, empty ranges and proofs of the wrong length are {@code
   * false}. The work is bounded by the number of ids given.
   *
   * @param size number of ids in the whole tree, from the same signed header as the root
   */
  public static boolean verifyRange(
      Hash256 root, int size, int from, List<Hash256> rangeIds, List<Hash256> proof) {
    long to = (long) from + rangeIds.size();
    if (from < 0 || to == from || to > size || proof.size() > 2 * HEIGHT_MAX) {
      return false;
    }
    RangeCheck check = new RangeCheck(from, (int) to, rangeIds, proof);
    Hash256 computed = check.root(0, size);
    return computed != null && check.isProofUsedUp() && computed.equals(root);
  }

  /** SHA-256(0x00 ‖ data). */
  static Hash256 leaf(byte[] data) {
    return Sha256.plain(new byte[] {0}, data);
  }

  /** The root above leaves that are hashed already. */
  static Hash256 rootOfLeaves(List<Hash256> leaves) {
    Peaks peaks = new Peaks();
    for (Hash256 leaf : leaves) {
      peaks.addLeaf(leaf);
    }
    return peaks.root();
  }

  private static void prove(
      List<Hash256> ids, int low, int high, int from, int to, List<Hash256> proof) {
    if (high <= from || to <= low) {
      proof.add(new Peaks().addAll(ids, low, high).root());
    } else if (low < from || to < high) {
      int middle = middle(low, high);
      prove(ids, low, middle, from, to, proof);
      prove(ids, middle, high, from, to, proof);
    }
  }

  /** Where the subtree over low..high, of two leaves or more, splits. */
  private static int middle(int low, int high) {
    return low + Integer.highestOneBit(high - low - 1);
  }

  /** Rebuilds a root from the ids of a range and the hashes of a proof. */
  private static final class RangeCheck {
    private final int from;
    private final int to;
    private final List<Hash256> rangeIds;
    private final List<Hash256> proof;
    private int proofUsed;

    RangeCheck(int from, int to, List<Hash256> rangeIds, List<Hash256> proof) {
      this.from = from;
      this.to = to;
      this.rangeIds = rangeIds;
      this.proof = proof;
    }

    /** Null when the proof is too short. */
    @Nullable Hash256 root(int low, int high) {
      if (high <= from || to <= low) {
        return proofUsed < proof.size() ? proof.get(proofUsed++) : null;
      }
      if (from <= low && high <= to) {
        return new Peaks().addAll(rangeIds, low - from, high - from).root();
      }
      int middle = middle(low, high);
      Hash256 left = root(low, middle);
      Hash256 right = left == null ? null : root(middle, high);
      return left == null || right == null
          ? null
          : Sha256.plain(new byte[] {1}, left.toBytes(), right.toBytes());
    }

    boolean isProofUsedUp() {
      return proofUsed == proof.size();
    }
  }

  /**
   * The roots of the complete subtrees of what was added so far, greatest first: one for each bit
   * set in the number of leaves. They lie side by side in one array, so that the two to be joined
   * are 64 bytes in a row, and joining allocates nothing.
   */
  private static final class Peaks {
    private final byte[] hashes = new byte[(HEIGHT_MAX + 1) * Hash256.BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(hashes);
    private final MessageDigest digest = Sha256.fresh();
    private int count;
    private int leaves;

    Peaks addAll(List<Hash256> ids, int from, int to) {
      for (Hash256 id : ids.subList(from, to)) {
        id.write(view.position(count * Hash256.BYTES));
        digest.update((byte) 0);
        hash(count, 1);
        onLeaf();
      }
      return this;
    }

    void addLeaf(Hash256 leaf) {
      leaf.write(view.position(count * Hash256.BYTES));
      onLeaf();
    }

    Hash256 root() {
      if (count == 0) {
        return Sha256.plain();
      }
      while (count > 1) {
        join();
      }
      return Hash256.read(view.position(0));
    }

    private void onLeaf() {
      count++;
      leaves++;
      // As a carry runs through a binary counter: equal subtrees join.
      for (int rest = leaves; (rest & 1) == 0; rest >>>= 1) {
        join();
      }
    }

    private void join() {
      count -= 2;
      digest.update((byte) 1);
      hash(count, 2);
      count++;
    }

    /** Replaces the given number of hashes at the index by the digest of them. */
    private void hash(int index, int number) {
      digest.update(hashes, index * Hash256.BYTES, number * Hash256.BYTES);
      try {
        digest.digest(hashes, index * Hash256.BYTES, Hash256.BYTES);
      } catch (DigestException e) {
        throw new IllegalStateException("there is room for every digest", e);
      }
    }
  }
}
