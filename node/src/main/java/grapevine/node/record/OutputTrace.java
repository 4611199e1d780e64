package grapevine.node.record;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.ItemId;
import grapevine.node.model.MalformedException;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.protocol.sync.BlockTemplate;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * What a core does, as one hash chain: the recording and the replay each keep one, and as long as
 * they are equal, so is all that the two cores have done. Confined to one thread.
 *
 * <p>After an input the chain takes in every byte of every output, what the store was told, what a
 * caller was answered, and when the core wants its timer. Each output also leaves a {@link Mark},
 * so that the first one that differs can be named. The sentence of a disconnect is left out: it is
 * for a log, and a locale may write its numbers in digits of its own.
 */
public final class OutputTrace {
  private static final String TAG = "grapevine-recorded-trace-1";

  /** What a core can do, and its number in a file. */
  public enum Kind {
    SEND(1),
    DIAL(2),
    DISCONNECT(3),
    VERIFY(4),
    PUT(5),
    REMOVE(6),
    SYNC(7),
    SUBMITTED(8),
    PROPOSED(9),
    THREW(10);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** A word for it, as in {@code recorded a send}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Kind of(int code) throws MalformedException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new MalformedException("output of kind " + code + ", expected 1 to 10");
    }
  }

  /**
   * One output, short.
   *
   * @param check CRC-32C of its bytes
   */
  public record Mark(Kind kind, int check) {
    void write(RecordOut out) {
      out.u8(kind.code).u32(check);
    }

    static Mark read(RecordIn in) throws MalformedException {
      return new Mark(Kind.of(in.u8("output")), in.u32("check"));
    }
  }

  private final RecordOut bytes = new RecordOut();
  private final List<Mark> marks = new ArrayList<>();
  private final List<Supplier<String>> descriptions = new ArrayList<>();
  private Hash256 chain = Hash256.ZERO;

  /** A short name of a message: {@code getdata}. */
  static String name(Message message) {
    return message instanceof Message.Unknown unknown
        ? "unknown type " + unknown.code()
        : message.type().label();
  }

  /** An input begins. */
  public void begin() {
    bytes.clear();
    marks.clear();
    descriptions.clear();
  }

  private int begin(Kind kind) {
    int from = bytes.size();
    bytes.u8(kind.code);
    return from;
  }

  private void add(Kind kind, int from, Supplier<String> description) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), from, bytes.size() - from);
    marks.add(new Mark(kind, (int) crc.getValue()));
    descriptions.add(description);
  }

  public void send(PeerId to, Message message) {
    int from = begin(Kind.SEND);
    bytes.varint(to.value()).message(message);
    int length = bytes.size() - from;
    add(Kind.SEND, from, () -> "send " + name(message) + " to " + to + ", " + length + " bytes");
  }

  public void dial(NodeAddress address) {
    int from = begin(Kind.DIAL);
    bytes.address(address);
    add(Kind.DIAL, from, () -> "dial " + address);
  }

  public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
    int from = begin(Kind.DISCONNECT);
    bytes.varint(peer.value()).text(reason.key());
    add(
        Kind.DISCONNECT,
        from,
        () -> "disconnect " + peer + ", " + reason.key() + " (" + detail + ")");
  }

  public void verify(Ticket ticket, List<SignatureCheck> checks) {
    int from = begin(Kind.VERIFY);
    bytes.varint(ticket.value()).varint(checks.size());
    for (SignatureCheck check : checks) {
      bytes.key(check.key()).block(check.message()).block(check.signature().toBytes());
    }
    add(
        Kind.VERIFY,
        from,
        () -> "verify ticket " + ticket.value() + ", " + checks.size() + " signatures");
  }

  public void put(ItemId id) {
    int from = begin(Kind.PUT);
    bytes.itemId(id);
    add(Kind.PUT, from, () -> "put " + id);
  }

  public void remove(ItemId id) {
    int from = begin(Kind.REMOVE);
    bytes.itemId(id);
    add(Kind.REMOVE, from, () -> "remove " + id);
  }

  public void sync() {
    int from = begin(Kind.SYNC);
    add(Kind.SYNC, from, () -> "sync");
  }

  /** A caller was told what became of its item. */
  public void submitted(NodeView.Submission submission) {
    int from = begin(Kind.SUBMITTED);
    String verdict =
        submission.rejection() == null ? "accepted" : "refused: " + submission.rejection().key();
    bytes.itemId(submission.id()).text(verdict);
    bytes.u8(submission.known() ? 1 : 0).varint(submission.storePosition());
    add(Kind.SUBMITTED, from, () -> "answer " + verdict);
  }

  /** A producer was told what to sign. */
  public void proposed(Optional<BlockTemplate.Proposal> proposal) {
    int from = begin(Kind.PROPOSED);
    proposal.ifPresent(
        block -> {
          draft(block.header());
          for (Transaction transaction : block.transactions()) {
            bytes.hash(transaction.hash());
          }
        });
    add(
        Kind.PROPOSED,
        from,
        () ->
            proposal
                .map(block -> "propose a block of " + block.transactions().size() + " transactions")
                .orElse("propose nothing"));
  }

  private void draft(BlockHeader.Draft draft) {
    bytes.u64(draft.networkShortId()).hash(draft.parent());
    bytes.varint(draft.height()).varint(draft.slot()).varint(draft.timeMillis());
    bytes.varint(draft.transactionCount()).varint(draft.bodyBytes()).hash(draft.transactionRoot());
    bytes.varint(draft.producer()).hash(draft.extensionRoot());
  }

  /**
   * The core failed.
   *
   * @param failure the class of what it threw
   */
  public void threw(String failure) {
    int from = begin(Kind.THREW);
    bytes.text(failure);
    add(Kind.THREW, from, () -> "fail with " + failure);
  }

  /**
   * The input has been dealt with.
   *
   * @param deadlineNanos when the core wants its timer next
   */
  public void end(long deadlineNanos) {
    bytes.u64(deadlineNanos).hash(chain);
    chain = Sha256.hash(TAG, bytes.buffer());
  }

  /** Over all inputs that have ended. */
  public Hash256 chain() {
    return chain;
  }

  /** What the core has done since {@link #begin}. */
  public List<Mark> marks() {
    return List.copyOf(marks);
  }

  /** The same in words. */
  public List<String> descriptions() {
    return descriptions.stream().map(Supplier::get).toList();
  }

  void writeMarks(RecordOut out) {
    out.varint(marks.size());
    marks.forEach(mark -> mark.write(out));
  }
}
