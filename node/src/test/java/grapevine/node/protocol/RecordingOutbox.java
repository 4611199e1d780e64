package grapevine.node.protocol;

import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down what a part of the core tells its driver, in order, so that a test can assert on
 * values. Queues are empty unless a test says otherwise.
 */
public final class RecordingOutbox implements Outbox {
  public record Sent(PeerId to, Message message) {}

  public record Disconnected(PeerId peer, DisconnectReason reason, String detail) {}

  public record Verify(Ticket ticket, List<SignatureCheck> checks) {}

  private final List<Sent> sends = new ArrayList<>();
  private final List<NodeAddress> dials = new ArrayList<>();
  private final List<Disconnected> disconnects = new ArrayList<>();
  private final List<Verify> verifies = new ArrayList<>();
  private final Map<PeerId, Long> queuedBytes = new LinkedHashMap<>();

  @Override
  public void send(PeerId to, Message message) {
    sends.add(new Sent(to, message));
  }

  @Override
  public long queuedBytes(PeerId peer) {
    return queuedBytes.getOrDefault(peer, 0L);
  }

  @Override
  public void dial(NodeAddress address) {
    dials.add(address);
  }

  @Override
  public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
    disconnects.add(new Disconnected(peer, reason, detail));
  }

  @Override
  public void verify(Ticket ticket, List<SignatureCheck> checks) {
    verifies.add(new Verify(ticket, List.copyOf(checks)));
  }

  /** From now on {@link #queuedBytes(PeerId)} tells so. */
  public void setQueuedBytes(PeerId peer, long bytes) {
    queuedBytes.put(peer, bytes);
  }

  /** Everything sent since the last take, in order. */
  public List<Sent> sent() {
    return List.copyOf(sends);
  }

  /** What was sent to one peer since the last take, in order. */
  public List<Message> sent(PeerId to) {
    return sends.stream().filter(sent -> sent.to.equals(to)).map(Sent::message).toList();
  }

  /** What was sent to one peer of one kind since the last take, in order. */
  public <M extends Message> List<M> sent(PeerId to, Class<M> kind) {
    return sent(to).stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  public List<NodeAddress> dials() {
    return List.copyOf(dials);
  }

  public List<Disconnected> disconnects() {
    return List.copyOf(disconnects);
  }

  public List<Verify> verifies() {
    return List.copyOf(verifies);
  }

  /** Everything sent since the last take; forgets it. */
  public List<Sent> takeSent() {
    List<Sent> taken = sent();
    sends.clear();
    return taken;
  }

  public List<NodeAddress> takeDials() {
    List<NodeAddress> taken = dials();
    dials.clear();
    return taken;
  }

  public List<Disconnected> takeDisconnects() {
    List<Disconnected> taken = disconnects();
    disconnects.clear();
    return taken;
  }

  public List<Verify> takeVerifies() {
    List<Verify> taken = verifies();
    verifies.clear();
    return taken;
  }
}
