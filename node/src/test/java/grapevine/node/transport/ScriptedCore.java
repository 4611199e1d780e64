package grapevine.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.PublicKey;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.Inputs;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.Ticket;
import grapevine.node.wire.Message;
import grapevine.node.wire.ProtocolViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stands where a core stands: writes down what it hears, and does what a test says on hearing it.
 */
final class ScriptedCore implements Inputs {
  private static final long WAIT_SECONDS = 10;

  private final BlockingQueue<Input> unread = new LinkedBlockingQueue<>();
  private final List<Input> heard = new ArrayList<>();
  private Consumer<Input> script = input -> {};
  private long deadlineNanos = Component.NEVER;
  private long lastNanos;
  private boolean busy;
  private int deadlineQuestions;

  /** What to do at each input; set before the loop starts, or from within it. */
  void script(Consumer<Input> newScript) {
    script = newScript;
  }

  /** Set from within a script. */
  void deadlineNanos(long newDeadlineNanos) {
    deadlineNanos = newDeadlineNanos;
  }

  /** How often the driver wanted to know the deadline; asked on the loop's thread. */
  int deadlineQuestions() {
    return deadlineQuestions;
  }

  /** The next input of this type; others before it are passed over. */
  <T extends Input> T await(Class<T> type) throws InterruptedException {
    while (true) {
      Input input = unread.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      assertThat(input).as("a " + type.getSimpleName() + " in time").isNotNull();
      if (type.isInstance(input)) {
        return type.cast(input);
      }
    }
  }

  /** Everything of this type so far. */
  <T extends Input> List<T> heard(Class<T> type) {
    synchronized (heard) {
      return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }

  private void hear(Input input, long nowNanos) {
    assertThat(busy).as("called from within a call").isFalse();
    assertThat(nowNanos).isGreaterThanOrEqualTo(lastNanos);
    lastNanos = nowNanos;
    busy = true;
    synchronized (heard) {
      heard.add(input);
    }
    script.accept(input);
    busy = false;
    unread.add(input);
  }

  @Override
  public void onConnected(
      PeerId peer, PublicKey key, Direction direction, NodeAddress remote, long nowNanos) {
    hear(new Input.Connected(peer, key, direction, remote), nowNanos);
  }

  @Override
  public void onMessage(PeerId from, Message message, long nowNanos) {
    hear(new Input.Received(from, message), nowNanos);
  }

  @Override
  public void onViolation(PeerId from, ProtocolViolation violation, long nowNanos) {
    hear(new Input.Violated(from, violation.reason()), nowNanos);
  }

  @Override
  public void onDisconnected(PeerId peer, DisconnectReason reason, String detail, long nowNanos) {
    hear(new Input.Disconnected(peer, reason), nowNanos);
  }

  @Override
  public void onDialFailed(NodeAddress address, long nowNanos) {
    hear(new Input.DialFailed(address), nowNanos);
  }

  @Override
  public void onWritable(PeerId peer, long nowNanos) {
    hear(new Input.Writable(peer), nowNanos);
  }

  @Override
  public void onVerified(Ticket ticket, int firstInvalid, long nowNanos) {
    hear(new Input.Verified(ticket, firstInvalid), nowNanos);
  }

  @Override
  public void onTimer(long nowNanos) {
    deadlineNanos = Component.NEVER;
    hear(new Input.Timer(nowNanos), nowNanos);
  }

  @Override
  public void onWallClock(long wallMillis, long nowNanos) {
    hear(new Input.WallClock(wallMillis), nowNanos);
  }

  @Override
  public void shutdown(long nowNanos) {
    hear(new Input.Shutdown(), nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    deadlineQuestions++;
    return deadlineNanos;
  }
}
