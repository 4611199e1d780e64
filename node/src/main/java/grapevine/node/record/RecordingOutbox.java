package grapevine.node.record;

import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import java.util.List;

/** Traces what a core tells its driver, and writes down what the driver answers. */
final class RecordingOutbox implements Outbox {
  private final Recording recording;
  private final Outbox outside;

  RecordingOutbox(Recording recording, Outbox outside) {
    this.recording = recording;
    this.outside = outside;
  }

  @Override
  public void send(PeerId to, Message message) {
    if (recording.isWithin()) {
      recording.trace().send(to, message);
    }
    outside.send(to, message);
  }

  @Override
  public long queuedBytes(PeerId peer) {
    long bytes = outside.queuedBytes(peer);
    if (recording.isWithin()) {
      recording.answer(new Answer.QueuedBytes(bytes));
    }
    return bytes;
  }

  @Override
  public void dial(NodeAddress address) {
    if (recording.isWithin()) {
      recording.trace().dial(address);
    }
    outside.dial(address);
  }

  @Override
  public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
    if (recording.isWithin()) {
      recording.trace().disconnect(peer, reason, detail);
    }
    outside.disconnect(peer, reason, detail);
  }

  @Override
  public void verify(Ticket ticket, List<SignatureCheck> checks) {
    if (recording.isWithin()) {
      recording.trace().verify(ticket, checks);
    }
    outside.verify(ticket, checks);
  }
}
