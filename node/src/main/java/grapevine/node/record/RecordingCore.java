package grapevine.node.record;

import grapevine.crypto.PublicKey;
import grapevine.node.model.Item;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.protocol.sync.BlockTemplate;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;
import java.util.List;
import java.util.Optional;

/**
 * A core whose inputs are written down before they are delivered. What changes nothing (a view, the
 * next deadline) passes straight through. Confined to the core's thread.
 */
final class RecordingCore implements Core {
  private final Recording recording;
  private final NodeCore core;

  RecordingCore(Recording recording, NodeCore core) {
    this.recording = recording;
    this.core = core;
  }

  private void record(RecordedInput input, long nowNanos) {
    recording.record(input, core, nowNanos);
  }

  @Override
  public void start(List<NodeRecord> savedRecords, long nowNanos) {
    record(new RecordedInput.Start(savedRecords), nowNanos);
  }

  @Override
  public void onConnected(
      PeerId peer, PublicKey key, Direction direction, NodeAddress remote, long nowNanos) {
    record(new RecordedInput.Connected(peer, key, direction, remote), nowNanos);
  }

  @Override
  public void onMessage(PeerId from, Message message, long nowNanos) {
    record(new RecordedInput.Received(from, message), nowNanos);
  }

  @Override
  public void onViolation(PeerId from, ProtocolViolation violation, long nowNanos) {
    record(new RecordedInput.Violation(from, violation.reason(), violation.detail()), nowNanos);
  }

  @Override
  public void onDisconnected(PeerId peer, DisconnectReason reason, String detail, long nowNanos) {
    record(new RecordedInput.Disconnected(peer, reason, detail), nowNanos);
  }

  @Override
  public void onDialFailed(NodeAddress address, long nowNanos) {
    record(new RecordedInput.DialFailed(address), nowNanos);
  }

  @Override
  public void onWritable(PeerId peer, long nowNanos) {
    record(new RecordedInput.Writable(peer), nowNanos);
  }

  @Override
  public void onVerified(Ticket ticket, int firstInvalid, long nowNanos) {
    record(new RecordedInput.Verified(ticket, firstInvalid), nowNanos);
  }

  @Override
  public void onTimer(long nowNanos) {
    record(new RecordedInput.Timer(), nowNanos);
  }

  @Override
  public void onWallClock(long wallMillis, long nowNanos) {
    record(new RecordedInput.WallClock(wallMillis), nowNanos);
  }

  @Override
  public void shutdown(long nowNanos) {
    record(new RecordedInput.Shutdown(), nowNanos);
  }

  @Override
  public NodeView.Submission submit(Item item, long nowNanos) {
    return recording.record(
        new RecordedInput.Submit(item),
        core,
        nowNanos,
        () -> {
          NodeView.Submission submission = core.submit(item, nowNanos);
          if (recording.isWithin()) {
            recording.trace().submitted(submission);
          }
          return submission;
        });
  }

  @Override
  public Optional<BlockTemplate.Proposal> proposal(int producer, long nowNanos) {
    return recording.record(
        new RecordedInput.Propose(producer),
        core,
        nowNanos,
        () -> {
          Optional<BlockTemplate.Proposal> proposal = core.proposal(producer, nowNanos);
          if (recording.isWithin()) {
            recording.trace().proposed(proposal);
          }
          return proposal;
        });
  }

  @Override
  public int onOperator(OperatorAction action, long nowNanos) {
    return recording.record(
        new RecordedInput.Operator(action),
        core,
        nowNanos,
        () -> core.onOperator(action, nowNanos));
  }

  @Override
  public long nextDeadlineNanos() {
    return core.nextDeadlineNanos();
  }

  @Override
  public NodeView view() {
    return core.view();
  }
}
