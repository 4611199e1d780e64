package grapevine.node.protocol.session;

import grapevine.crypto.Hash256;
import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.wire.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two hellos agree on: builds ours and judges theirs. Calls nobody and sends nothing, so that
 * the rules of negotiation can be read and tested without connections. Confined to the core's
 * thread. While nothing has changed, all peers are told by one and the same object.
 *
 * <p>The highest version that both speak is used. A feature is on when both offer it. An odd
 * feature bit is optional; an even one is required, so whoever does not know it must not go on
 * (Lightning's BOLT 1: it's OK to be odd).
 */
public final class Handshake {
  /** Feature bits 0, 2, 4 …: required by whoever offers them. */
  static final long REQUIRED_FEATURES = 0x5555_5555_5555_5555L;

  private final Sessions.Self self;
  private @Nullable Present lastPresent;
  private Message.@Nullable Hello lastHello;

  public Handshake(Sessions.Self self) {
    this.self = self;
  }

  /** What the rest of the node tells about itself in a hello. Units as in {@link Message.Hello}. */
  public record Present(
      long bestHeight,
      @Nullable Hash256 bestId,
      long retentionFloorMinute,
      long feeFloor,
      NodeRecord record,
      String agent) {}

  /** What a hello of theirs leads to. */
  sealed interface Verdict {
    record Agreed(int version, long features) implements Verdict {}

    record Refused(DisconnectReason reason, String detail) implements Verdict {}
  }

  /** Our hello; without a best tip it names the network. */
  public Message.Hello hello(Present present) {
    Message.Hello known = lastHello;
    if (known == null || !present.equals(lastPresent)) {
      known = make(present);
      lastHello = known;
      lastPresent = present;
    }
    return known;
  }

  private Message.Hello make(Present present) {
    Hash256 bestId = present.bestId == null ? self.networkId() : present.bestId;
    return new Message.Hello(
        self.versionMin(),
        self.versionMax(),
        self.features(),
        present.bestHeight,
        bestId,
        present.retentionFloorMinute,
        present.feeFloor,
        present.record,
        present.agent,
        List.of());
  }

  /**
   * Judges their hello against ours.
   *
   * @param key the key that the channel has proved to be theirs; the record must bear it, its
   *     signature is checked elsewhere
   */
  Verdict judge(PublicKey key, Message.Hello theirs) {
    int version = Math.min(self.versionMax(), theirs.versionMax());
    if (version < Math.max(self.versionMin(), theirs.versionMin())) {
      return new Verdict.Refused(
          DisconnectReason.NO_COMMON_VERSION,
          "speaks versions %d to %d, expected one of %d to %d"
              .formatted(
                  theirs.versionMin(), theirs.versionMax(), self.versionMin(), self.versionMax()));
    }
    // A node without blocks names the network in place of its best tip.
    if (theirs.bestHeight() == 0 && !theirs.bestId().equals(self.networkId())) {
      return new Verdict.Refused(
          DisconnectReason.WRONG_NETWORK, "has no block, and names another network as its best");
    }
    long unknown = theirs.features() & ~self.features() & REQUIRED_FEATURES;
    if (unknown != 0) {
      return new Verdict.Refused(
          DisconnectReason.UNKNOWN_FEATURE,
          "requires feature %d, which is not known here"
              .formatted(Long.numberOfTrailingZeros(unknown)));
    }
    if (!theirs.record().key().equals(key)) {
      return new Verdict.Refused(
          DisconnectReason.BAD_RECORD, "its record bears another key than its connection");
    }
    return new Verdict.Agreed(version, self.features() & theirs.features());
  }
}
