package grapevine.crypto;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is on its secure channels, and in which network: made once when the node starts, and
 * used for every connection. Confined to the thread of the channels, because the generator is.
 *
 * <p>The Noise static key is made here and never stored: the identity key vouches for it in every
 * handshake, so nothing is gained by keeping it, and the identity key itself never enters a
 * Diffie-Hellman computation.
 */
public final class ChannelIdentity {
  public static final int PSK_BYTES = 32;

  /**
   * A key seals far more than 2^20 records safely; to change it so often costs nothing and leaves a
   * stolen key little to read.
   */
  private static final long RECORDS_PER_KEY = 1L << 20;

  private final KeyPair identity;
  private final Hash256 networkId;
  private final byte @Nullable [] psk;
  private final RandomGenerator random;
  private final long recordsPerKey;
  private final DhKeyPair noiseStatic;

  /**
   * @param psk the key of a private network, 32 bytes; null for a public one
   * @param random in production a {@link java.security.SecureRandom}: all secrecy of the channels
   *     hangs on it
   * @throws IllegalArgumentException if the psk has another length
   */
  public ChannelIdentity(
      KeyPair identity, Hash256 networkId, byte @Nullable [] psk, RandomGenerator random) {
    this(identity, networkId, psk, random, RECORDS_PER_KEY);
  }

  /** With a shorter life of keys, so that tests reach its end. */
  ChannelIdentity(
      KeyPair identity,
      Hash256 networkId,
      byte @Nullable [] psk,
      RandomGenerator random,
      long recordsPerKey) {
    this.identity = identity;
    this.networkId = networkId;
    this.psk = psk == null ? null : FixedBytes.copy(psk, PSK_BYTES, "a network key");
    this.random = random;
    this.recordsPerKey = recordsPerKey;
    this.noiseStatic = DhKeyPair.generate(random);
  }

  public PublicKey publicKey() {
    return identity.publicKey();
  }

  Hash256 networkId() {
    return networkId;
  }

  boolean hasPsk() {
    return psk != null;
  }

  long recordsPerKey() {
    return recordsPerKey;
  }

  NoiseHandshake handshake(boolean initiator, byte[] prologue) {
    NoiseProtocol protocol = psk == null ? NoiseProtocol.XX : NoiseProtocol.XX_PSK3;
    DhKeyPair ephemeral = DhKeyPair.generate(random);
    return new NoiseHandshake(protocol, initiator, prologue, noiseStatic, ephemeral, psk);
  }

  /** Key and signature of {@link ChannelProof} over this node's static key. */
  byte[] prove(byte role, byte[] transcriptHash) {
    return ChannelProof.make(identity, role, networkId, noiseStatic.publicKey(), transcriptHash);
  }
}
