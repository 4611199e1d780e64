package grapevine.node.model;

import grapevine.crypto.Ed25519;
import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.crypto.Sha256;
import grapevine.crypto.Signature;
import java.nio.ByteBuffer;

/**
 * What a producer signs. Immutable; 204 bytes:
 *
 * <pre>
 * u16 version = 1 · 8 network short id · 32 parent · u64 height · u64 slot · u64 time (ms)
 * u32 transaction count · u32 body bytes · 32 transaction root · u16 producer index
 * 32 extension root = 0 · 64 signature
 * </pre>
 *
 * <p>The block's id is SHA-256 over the whole header, signature included: a bad body says nothing
 * about the id.
 */
public final class BlockHeader {
  public static final int VERSION = 1;
  public static final int BYTES = 2 + 8 + 32 + 8 + 8 + 8 + 4 + 4 + 32 + 2 + 32 + Signature.BYTES;

  private static final String ID_TAG = "grapevine-block-id-1";
  private static final String SIGN_TAG = "grapevine-block-sign-1";

  private final Draft draft;
  private final Signature signature;
  private final ItemId id;

  /** Everything that the producer signs. */
  public record Draft(
      long networkShortId,
      Hash256 parent,
      long height,
      long slot,
      long timeMillis,
      int transactionCount,
      int bodyBytes,
      Hash256 transactionRoot,
      int producer,
      Hash256 extensionRoot) {}

  private BlockHeader(Draft draft, Signature signature) {
    this.draft = draft;
    this.signature = signature;
    this.id = ItemId.block(Sha256.hash(ID_TAG, toBytes()));
  }

  public static BlockHeader read(ByteBuffer in) throws MalformedException {
    Fields.need(in, BYTES, "block header");
    int version = Fields.u16(in, "header version");
    if (version != VERSION) {
      throw new MalformedException("header version " + version + ", expected " + VERSION);
    }
    Draft draft =
        new Draft(
            in.getLong(),
            Hash256.read(in),
            Fields.u63(in, "header height"),
            Fields.u63(in, "header slot"),
            Fields.u63(in, "header time"),
            u31(in, "header transaction count"),
            u31(in, "header body bytes"),
            Hash256.read(in),
            Fields.u16(in, "header producer"),
            Hash256.read(in));
    return new BlockHeader(draft, Signature.read(in));
  }

  private static int u31(ByteBuffer in, String field) throws MalformedException {
    long value = Fields.u32(in, field);
    if (value > Integer.MAX_VALUE) {
      throw new MalformedException(field + " " + value + ", expected below 2^31");
    }
    return (int) value;
  }

  public static BlockHeader sign(KeyPair producer, Draft draft) {
    return new BlockHeader(draft, producer.sign(SIGN_TAG, unsignedBytes(draft)));
  }

  private static byte[] unsignedBytes(Draft d) {
    ByteBuffer out = ByteBuffer.allocate(BYTES - Signature.BYTES);
    out.putShort((short) VERSION).putLong(d.networkShortId);
    d.parent.write(out);
    out.putLong(d.height).putLong(d.slot).putLong(d.timeMillis);
    out.putInt(d.transactionCount).putInt(d.bodyBytes);
    d.transactionRoot.write(out);
    out.putShort((short) d.producer);
    d.extensionRoot.write(out);
    return out.array();
  }

  public void write(ByteBuffer out) {
    out.put(unsignedBytes(draft));
    signature.write(out);
  }

  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    write(out);
    return out.array();
  }

  /** The id of the block. */
  public ItemId id() {
    return id;
  }

  public Hash256 hash() {
    return id.hash();
  }

  public long networkShortId() {
    return draft.networkShortId;
  }

  public Hash256 parent() {
    return draft.parent;
  }

  public long height() {
    return draft.height;
  }

  public long slot() {
    return draft.slot;
  }

  public long timeMillis() {
    return draft.timeMillis;
  }

  public int transactionCount() {
    return draft.transactionCount;
  }

  public int bodyBytes() {
    return draft.bodyBytes;
  }

  public Hash256 transactionRoot() {
    return draft.transactionRoot;
  }

  public int producer() {
    return draft.producer;
  }

  public Hash256 extensionRoot() {
    return draft.extensionRoot;
  }

  public Signature signature() {
    return signature;
  }

  /** The exact bytes that the signature signs, tag included. */
  public byte[] signedMessage() {
    return Ed25519.tagged(SIGN_TAG, unsignedBytes(draft));
  }

  /** Size of the whole block: header and body. */
  public long blockBytes() {
    return (long) BYTES + draft.bodyBytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockHeader that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id + "@" + draft.height;
  }
}
