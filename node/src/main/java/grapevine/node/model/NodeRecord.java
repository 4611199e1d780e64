package grapevine.node.model;

import grapevine.crypto.Ed25519;
import grapevine.crypto.KeyPair;
import grapevine.crypto.PublicKey;
import grapevine.crypto.Signature;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself, signed by its key, so that nobody can forge another's address: of two
 * records of one key the higher sequence number replaces the lower. Immutable; passed on byte for
 * byte.
 *
 * <pre>
 * u16 version = 1 · 32 key · u64 sequence · u64 time (ms) · u8 address count ≤ 4 · addresses
 * u64 services · TLV list (≤ 8, ≤ 256 bytes) · 64 signature
 * </pre>
 */
public final class NodeRecord {
  public static final int VERSION = 1;
  public static final int ADDRESSES_MAX = 4;
  public static final int TLVS_MAX = 8;
  public static final int TLV_BYTES_MAX = 256;

  /** Longest encoding, with four addresses of the longest kind. */
  public static final int BYTES_MAX =
      2
          + 32
          + 8
          + 8
          + 1
          + ADDRESSES_MAX * (4 + NodeAddress.HOST_BYTES_MAX)
          + 8
          + 1
          + TLV_BYTES_MAX
          + Signature.BYTES;

  private static final String SIGN_TAG = "grapevine-node-record-1";

  private final byte[] encoded;
  private final PublicKey key;
  private final long sequence;
  private final long timeMillis;
  private final List<NodeAddress> addresses;
  private final long services;

  // Its fields are final, so threads that race see whole ones, and make equal ones.
  private @Nullable SignatureCheck check;

  private NodeRecord(byte[] encoded) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    int version = Fields.u16(in, "node record version");
    if (version != VERSION) {
      throw new MalformedException("node record version " + version + ", expected " + VERSION);
    }
    this.encoded = encoded;
    key = Fields.key(in, "node record key");
    sequence = Fields.u63(in, "node record sequence");
    timeMillis = Fields.u63(in, "node record time");
    int count = Fields.u8(in, "node record address count");
    if (count > ADDRESSES_MAX) {
      throw new MalformedException(
          "node record has " + count + " addresses, expected at most " + ADDRESSES_MAX);
    }
    List<NodeAddress> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(NodeAddress.read(in));
    }
    addresses = List.copyOf(list);
    Fields.need(in, 8, "node record services");
    services = in.getLong();
    Tlv.readList(in, TLVS_MAX, TLV_BYTES_MAX);
    Fields.signature(in, "node record signature");
    if (in.hasRemaining()) {
      throw new MalformedException(in.remaining() + " bytes after the node record, expected 0");
    }
  }

  /** Reads a record of exactly {@code length} bytes; copies them. */
  public static NodeRecord read(ByteBuffer in, int length) throws MalformedException {
    if (length > BYTES_MAX) {
      throw new MalformedException(
          "node record of " + length + " bytes, expected at most " + BYTES_MAX);
    }
    return new NodeRecord(Fields.bytes(in, length, "node record"));
  }

  /**
   * Signs a record.
   *
   * @throws IllegalArgumentException for more than {@link #ADDRESSES_MAX} addresses
   */
  public static NodeRecord sign(
      KeyPair node, long sequence, long timeMillis, List<NodeAddress> addresses, long services) {
    ByteBuffer out = unsigned(node.publicKey(), sequence, timeMillis, addresses, services);
    node.sign(SIGN_TAG, written(out)).write(out);
    return ofEncoded(out);
  }

  /**
   * A record with a signature that was made elsewhere; whether it holds is not asked here.
   *
   * @throws IllegalArgumentException for more than {@link #ADDRESSES_MAX} addresses
   */
  public static NodeRecord of(
      PublicKey key,
      long sequence,
      long timeMillis,
      List<NodeAddress> addresses,
      long services,
      Signature signature) {
    ByteBuffer out = unsigned(key, sequence, timeMillis, addresses, services);
    signature.write(out);
    return ofEncoded(out);
  }

  private static ByteBuffer unsigned(
      PublicKey key, long sequence, long timeMillis, List<NodeAddress> addresses, long services) {
    if (addresses.size() > ADDRESSES_MAX) {
      throw new IllegalArgumentException(
          addresses.size() + " addresses, expected at most " + ADDRESSES_MAX);
    }
    ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
    out.putShort((short) VERSION);
    key.write(out);
    out.putLong(sequence).putLong(timeMillis).put((byte) addresses.size());
    addresses.forEach(address -> address.write(out));
    out.putLong(services);
    Tlv.writeList(out, List.of());
    return out;
  }

  private static byte[] written(ByteBuffer out) {
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  private static NodeRecord ofEncoded(ByteBuffer out) {
    try {
      return new NodeRecord(written(out));
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.detail(), e);
    }
  }

  public void write(ByteBuffer out) {
    out.put(encoded);
  }

  public byte[] toBytes() {
    return encoded.clone();
  }

  public int sizeBytes() {
    return encoded.length;
  }

  /** The node's identity. */
  public PublicKey key() {
    return key;
  }

  public long sequence() {
    return sequence;
  }

  public long timeMillis() {
    return timeMillis;
  }

  public List<NodeAddress> addresses() {
    return addresses;
  }

  /** Bits, of which {@link Service} names those that are known. */
  public long services() {
    return services;
  }

  public Signature signature() {
    return Signature.of(
        Arrays.copyOfRange(encoded, encoded.length - Signature.BYTES, encoded.length));
  }

  /** The exact bytes that the signature signs, tag included. */
  public byte[] signedMessage() {
    return Ed25519.tagged(SIGN_TAG, Arrays.copyOf(encoded, encoded.length - Signature.BYTES));
  }

  /** Of its signature; kept, because a node is told of the same record by many. */
  public SignatureCheck check() {
    SignatureCheck known = check;
    if (known == null) {
      known = new SignatureCheck(key, signedMessage(), signature());
      check = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeRecord that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return key + "#" + sequence + addresses;
  }
}
