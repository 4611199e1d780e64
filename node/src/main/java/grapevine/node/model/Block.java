package grapevine.node.model;

import grapevine.crypto.Hash256;
import grapevine.crypto.MerkleTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A header and its body: the transactions, one after the other, each in its own encoding. Reading
 * checks only that the bytes have this shape; {@link Validity} judges what they mean.
 *
 * <pre>204 header · body bytes: transaction × transaction count</pre>
 */
public record Block(BlockHeader header, List<Transaction> transactions) implements Item {
  public Block {
    transactions = List.copyOf(transactions);
  }

  /** Reads one block; the body must be exactly as long, and hold as many, as the header says. */
  public static Block read(ByteBuffer in) throws MalformedException {
    BlockHeader header = BlockHeader.read(in);
    Fields.need(in, header.bodyBytes(), "block body");
    int end = in.position() + header.bodyBytes();
    // Bounded by the bytes that are here, not by the count that the peer claims.
    List<Transaction> transactions =
        new ArrayList<>(
            Math.min(header.transactionCount(), header.bodyBytes() / Transaction.BYTES_MIN));
    ByteBuffer body = in.duplicate().limit(end);
    while (body.hasRemaining()) {
      transactions.add(Transaction.read(body));
    }
    in.position(end);
    if (transactions.size() != header.transactionCount()) {
      throw new MalformedException(
          "block body holds "
              + transactions.size()
              + " transactions, expected "
              + header.transactionCount());
    }
    return new Block(header, transactions);
  }

  /** Root of the RFC 6962 tree over the ids of these transactions. */
  public static Hash256 transactionRoot(List<Transaction> transactions) {
    return MerkleTree.root(transactions.stream().map(Transaction::hash).toList());
  }

  @Override
  public ItemId id() {
    return header.id();
  }

  @Override
  public int sizeBytes() {
    return BlockHeader.BYTES + header.bodyBytes();
  }

  @Override
  public void write(ByteBuffer out) {
    header.write(out);
    for (Transaction transaction : transactions) {
      transaction.write(out);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Block that && id().equals(that.id());
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }

  @Override
  public String toString() {
    return header.toString();
  }
}
