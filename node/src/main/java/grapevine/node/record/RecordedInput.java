package grapevine.node.record;

import grapevine.crypto.PublicKey;
import grapevine.node.model.Item;
import grapevine.node.model.MalformedException;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;
import java.util.List;

/**
 * One input of a core, as a value: writes itself, reads itself, and delivers itself. The recording
 * and the replay deliver by the same method, so they cannot come apart. Immutable.
 */
public sealed interface RecordedInput {
  /** Every input, its number in a file, and how it is read. */
  enum Kind {
    START(1, "start", Start::read),
    CONNECTED(2, "onConnected", Connected::read),
    MESSAGE(3, "onMessage", Received::read),
    VIOLATION(4, "onViolation", Violation::read),
    DISCONNECTED(5, "onDisconnected", Disconnected::read),
    DIAL_FAILED(6, "onDialFailed", in -> new DialFailed(in.address())),
    WRITABLE(7, "onWritable", in -> new Writable(in.peer())),
    VERIFIED(8, "onVerified", Verified::read),
    TIMER(9, "onTimer", in -> new Timer()),
    WALL_CLOCK(10, "onWallClock", in -> new WallClock(in.u64("wall clock"))),
    SHUTDOWN(11, "shutdown", in -> new Shutdown()),
    SUBMIT(12, "submit", in -> new Submit(in.item())),
    PROPOSE(13, "proposal", in -> new Propose(in.number("producer"))),
    OPERATOR(14, "onOperator", Operator::read);

    private final int code;
    private final String label;
    private final RecordIn.Entry<RecordedInput> reader;

    Kind(int code, String label, RecordIn.Entry<RecordedInput> reader) {
      this.code = code;
      this.label = label;
      this.reader = reader;
    }

    int code() {
      return code;
    }

    RecordedInput read(RecordIn in) throws MalformedException {
      return reader.read(in);
    }

    static Kind of(int code) throws MalformedException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new MalformedException("frame of kind " + code + ", expected an input's");
    }
  }

  Kind kind();

  void write(RecordOut out);

  /** Gives it to a core; what the core answers goes to the trace. */
  void deliver(Core core, OutputTrace trace, long nowNanos);

  /** What it is about, for a reader; empty when the kind says all. */
  default String detail() {
    return "";
  }

  /** {@code onMessage inv from p7}. */
  default String describe() {
    return kind().label + (detail().isEmpty() ? "" : " " + detail());
  }

  record Start(List<NodeRecord> savedRecords) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.START;
    }

    static RecordedInput read(RecordIn in) throws MalformedException {
      return new Start(in.list("saved records", RecordIn::nodeRecord));
    }

    @Override
    public void write(RecordOut out) {
      out.varint(savedRecords.size());
      savedRecords.forEach(out::nodeRecord);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.start(savedRecords, nowNanos);
    }

    @Override
    public String detail() {
      return "with " + savedRecords.size() + " saved records";
    }
  }

  record Connected(PeerId peer, PublicKey key, Direction direction, NodeAddress remote)
      implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.CONNECTED;
    }

    static RecordedInput read(RecordIn in) throws MalformedException {
      return new Connected(
          in.peer(), in.key("key"), in.constant(Direction.class, "direction"), in.address());
    }

    @Override
    public void write(RecordOut out) {
      out.varint(peer.value()).key(key).constant(direction).address(remote);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onConnected(peer, key, direction, remote, nowNanos);
    }

    @Override
    public String detail() {
      return peer + " " + direction.label() + " " + remote;
    }
  }

  record Received(PeerId from, Message message) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.MESSAGE;
    }

    static RecordedInput read(RecordIn in) throws MalformedException {
      return new Received(in.peer(), in.message());
    }

    @Override
    public void write(RecordOut out) {
      out.varint(from.value()).message(message);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onMessage(from, message, nowNanos);
    }

    @Override
    public String detail() {
      return OutputTrace.name(message) + " from " + from;
    }
  }

  record Violation(PeerId from, ProtocolViolation.Reason reason, String text)
      implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.VIOLATION;
    }

    static RecordedInput read(RecordIn in) throws MalformedException {
      return new Violation(
          in.peer(), in.constant(ProtocolViolation.Reason.class, "reason"), in.text("detail"));
    }

    @Override
    public void write(RecordOut out) {
      out.varint(from.value()).constant(reason).text(text);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onViolation(from, new ProtocolViolation(reason, text), nowNanos);
    }

    @Override
    public String detail() {
      return reason.key() + " from " + from;
    }
  }

  record Disconnected(PeerId peer, DisconnectReason reason, String text) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.DISCONNECTED;
    }

    static RecordedInput read(RecordIn in) throws MalformedException {
      return new Disconnected(
          in.peer(), in.constant(DisconnectReason.class, "reason"), in.text("detail"));
    }

    @Override
    public void write(RecordOut out) {
      out.varint(peer.value()).constant(reason).text(text);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onDisconnected(peer, reason, text, nowNanos);
    }

    @Override
    public String detail() {
      return peer + " " + reason.key();
    }
  }

  record DialFailed(NodeAddress address) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.DIAL_FAILED;
    }

    @Override
    public void write(RecordOut out) {
      out.address(address);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onDialFailed(address, nowNanos);
    }

    @Override
    public String detail() {
      return address.toString();
    }
  }

  record Writable(PeerId peer) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.WRITABLE;
    }

    @Override
    public void write(RecordOut out) {
      out.varint(peer.value());
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onWritable(peer, nowNanos);
    }

    @Override
    public String detail() {
      return peer.toString();
    }
  }

  record Verified(Ticket ticket, int firstInvalid) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.VERIFIED;
    }

    static RecordedInput read(RecordIn in) throws MalformedException {
      return new Verified(new Ticket(in.varint("ticket")), in.u32("first invalid"));
    }

    @Override
    public void write(RecordOut out) {
      out.varint(ticket.value()).u32(firstInvalid);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onVerified(ticket, firstInvalid, nowNanos);
    }

    @Override
    public String detail() {
      return "ticket "
          + ticket.value()
          + (firstInvalid < 0 ? " valid" : " invalid at " + firstInvalid);
    }
  }

  record Timer() implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.TIMER;
    }

    @Override
    public void write(RecordOut out) {}

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onTimer(nowNanos);
    }
  }

  record WallClock(long wallMillis) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.WALL_CLOCK;
    }

    @Override
    public void write(RecordOut out) {
      out.u64(wallMillis);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onWallClock(wallMillis, nowNanos);
    }

    @Override
    public String detail() {
      return wallMillis + " ms";
    }
  }

  record Shutdown() implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.SHUTDOWN;
    }

    @Override
    public void write(RecordOut out) {}

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.shutdown(nowNanos);
    }
  }

  record Submit(Item item) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.SUBMIT;
    }

    @Override
    public void write(RecordOut out) {
      out.item(item);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      trace.submitted(core.submit(item, nowNanos));
    }

    @Override
    public String detail() {
      return item.id().toString();
    }
  }

  record Propose(int producer) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.PROPOSE;
    }

    @Override
    public void write(RecordOut out) {
      out.varint(producer);
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      trace.proposed(core.proposal(producer, nowNanos));
    }

    @Override
    public String detail() {
      return "of producer " + producer;
    }
  }

  record Operator(OperatorAction action) implements RecordedInput {
    @Override
    public Kind kind() {
      return Kind.OPERATOR;
    }

    static RecordedInput read(RecordIn in) throws MalformedException {
      int form = in.u8("action");
      return new Operator(
          switch (form) {
            case 1 -> new OperatorAction.StaticPeers(in.list("static peers", RecordIn::address));
            case 2 -> new OperatorAction.Drop(in.peer());
            case 3 -> new OperatorAction.Ban(readSubject(in), Math.max(1, in.u64("ban")));
            case 4 -> new OperatorAction.Unban(readSubject(in));
            default -> throw new MalformedException("action " + form + ", expected 1 to 4");
          });
    }

    private static BanSubject readSubject(RecordIn in) throws MalformedException {
      return in.u8("ban's subject") == 0
          ? new BanSubject.Node(in.key("banned node"))
          : BanSubject.Host.of(in.address());
    }

    private static RecordOut write(BanSubject who, RecordOut out) {
      return switch (who) {
        case BanSubject.Node(PublicKey key) -> out.u8(0).key(key);
        case BanSubject.Host(NodeAddress address) -> out.u8(1).address(address);
      };
    }

    @Override
    public void write(RecordOut out) {
      switch (action) {
        case OperatorAction.StaticPeers(List<NodeAddress> addresses) -> {
          out.u8(1).varint(addresses.size());
          addresses.forEach(out::address);
        }
        case OperatorAction.Drop(PeerId peer) -> out.u8(2).varint(peer.value());
        case OperatorAction.Ban(BanSubject who, long forNanos) ->
            write(who, out.u8(3)).u64(forNanos);
        case OperatorAction.Unban(BanSubject who) -> write(who, out.u8(4));
      }
    }

    @Override
    public void deliver(Core core, OutputTrace trace, long nowNanos) {
      core.onOperator(action, nowNanos);
    }

    @Override
    public String detail() {
      return switch (action) {
        case OperatorAction.StaticPeers(List<NodeAddress> addresses) ->
            addresses.size() + " static peers";
        case OperatorAction.Drop(PeerId peer) -> "drop " + peer;
        case OperatorAction.Ban(BanSubject who, long forNanos) -> "ban " + who;
        case OperatorAction.Unban(BanSubject who) -> "unban " + who;
      };
    }
  }
}
