package grapevine.netlab.sim;

import grapevine.crypto.SecureChannel;
import grapevine.node.protocol.port.Direction;

/** What a node's work costs in virtual time, and what a connection costs in bytes. */
final class SimCosts {
  /** One Ed25519 verification by Bouncy Castle on one core of 2026. */
  static final long VERIFY_NANOS = 145_000;

  /** Either side's share of a handshake: three X25519, a signature, a verification. */
  static final long HANDSHAKE_NANOS = 650_000;

  /** One commit of LMDB with fsync on a common disk. */
  static final long COMMIT_NANOS = 8_000_000;

  /** How often a node hears its wall clock. */
  static final long TICK_NANOS = 1_000_000_000;

  /** Plaintext in one record, as a node's driver cuts it. */
  private static final int RECORD_BYTES_MAX = 16 << 10;

  /** Preamble and the first and third message of Noise XX, with their lengths. */
  private static final int DIALLER_BYTES = 8 + (2 + 32) + (2 + 32 + 16 + 96 + 16);

  /** The second: ephemeral key, sealed static key, sealed identity. */
  private static final int LISTENER_BYTES = 2 + 32 + (32 + 16) + (96 + 16);

  private SimCosts() {}

  /** What a socket is given for messages that are sent together. */
  static long socketBytes(int frameBytes) {
    int records = (frameBytes + RECORD_BYTES_MAX - 1) / RECORD_BYTES_MAX;
    return frameBytes + (long) records * SecureChannel.OVERHEAD_BYTES;
  }

  static long handshakeBytes(Direction direction) {
    return direction == Direction.OUTBOUND ? DIALLER_BYTES : LISTENER_BYTES;
  }
}
