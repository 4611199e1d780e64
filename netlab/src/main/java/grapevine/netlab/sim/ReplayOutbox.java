package grapevine.netlab.sim;

import grapevine.node.model.NodeAddress;
import grapevine.node.model.SignatureCheck;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.record.Answer;
import grapevine.node.record.OutputTrace;
import grapevine.node.wire.Message;
import java.util.List;

/** Traces what a replayed core does; what follows from it comes from the recording. */
record ReplayOutbox(OutputTrace trace, ReplayAnswers answers) implements Outbox {
  @Override
  public void send(PeerId to, Message message) {
    trace.send(to, message);
  }

  @Override
  public long queuedBytes(PeerId peer) {
    return answers.next(Answer.QueuedBytes.class, "the bytes queued for " + peer).bytes();
  }

  @Override
  public void dial(NodeAddress address) {
    trace.dial(address);
  }

  @Override
  public void disconnect(PeerId peer, DisconnectReason reason, String detail) {
    trace.disconnect(peer, reason, detail);
  }

  @Override
  public void verify(Ticket ticket, List<SignatureCheck> checks) {
    trace.verify(ticket, checks);
  }
}
