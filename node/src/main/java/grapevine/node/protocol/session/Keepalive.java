package grapevine.node.protocol.session;

import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.protocol.port.PeerMap;
import grapevine.node.protocol.port.TokenRate;
import grapevine.node.wire.Message;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Pings every peer, measures round trips, and drops who has fallen silent. Confined to the core's
 * thread.
 *
 * <p>Any message is a sign of life; a ping is only what makes a quiet peer give one. A peer is
 * ALIVE, after 30 s of silence SUSPECT, after 75 s FAILED and dropped: a connection whose other end
 * lost power is never closed by TCP while nothing is sent.
 *
 * <p><b>Own lag.</b> A silence counts only while this node was listening (Lifeguard, Dadgar et al.
 * 2018: most false positives are the observer's own fault). The node promises itself a timer; when
 * any input finds that timer more than {@code lagNanosMin} overdue, the process was stopped or
 * starved, and the time since is added to everybody's last sign of life. So a node that slept for
 * half a minute drops nobody when it wakes up. A pong to a ping that was on its way during a sleep
 * tells nothing about the network, so its round trip is not measured.
 *
 * <p>Round trips come from the monotonic clock. The four timestamps travel as well, for whoever
 * collates event logs, and show how far the peers' clocks are from this node's; nothing in the node
 * follows them, since peers never move its clock.
 */
public final class Keepalive implements Component {
  /**
   * @param pingNanos mean time between pings; geth: 15 s. Each is up to a fifth longer or shorter,
   *     so that a hundred nodes started together do not ping together
   * @param suspectNanos silence of two pings that were not answered
   * @param idleNanos silence after which a peer is dropped, 60 to 90 s
   * @param lagNanosMin lateness of the own timer from which on it counts as sleep
   * @param answerIntervalNanos one over the rate of pings that are answered; with {@code
   *     answerBurst} room for what piles up while a connection stalls
   */
  public record Limits(
      long pingNanos,
      long suspectNanos,
      long idleNanos,
      long lagNanosMin,
      long answerIntervalNanos,
      int answerBurst) {
    public static Limits defaults() {
      return new Limits(
          15_000_000_000L, 30_000_000_000L, 75_000_000_000L, 500_000_000L, 1_000_000_000L, 10);
    }
  }

  /** How a peer looks from here, by its silence. */
  public enum Liveness {
    ALIVE,
    SUSPECT,
    FAILED
  }

  /** Pings whose pong is still of interest: a round trip beyond 45 s is silence. */
  private static final int PINGS_KEPT = 4;

  /** Bounds what a peer can make of an offset: 30 years. */
  private static final long OFFSET_MICROS_MAX = 1_000_000_000_000_000L;

  /** A ping that was on its way while this node slept. */
  private static final long UNMEASURED = -1;

  /** No offset was ever measured. */
  private static final long UNKNOWN = Long.MIN_VALUE;

  private static final class Line {
    private final PeerId peer;
    private long answersPaidNanos;

    /** Room for as many as were ever on their way at a time: mostly one. */
    private long[] nonces = new long[1];

    private long[] sentNanos = new long[1];
    private int pings;
    private long heardNanos;
    private long nextPingNanos;
    private long roundTripNanos = -1;
    private long roundTripMinNanos = -1;
    private long offsetMicros = UNKNOWN;

    Line(PeerId peer, long nowNanos) {
      this.peer = peer;
      heardNanos = nowNanos;
    }

    void add(long nonce, long nowNanos) {
      if (pings == PINGS_KEPT) {
        removeUpTo(0);
      }
      if (pings == nonces.length) {
        nonces = Arrays.copyOf(nonces, 2 * pings);
        sentNanos = Arrays.copyOf(sentNanos, 2 * pings);
      }
      nonces[pings] = nonce;
      sentNanos[pings] = nowNanos;
      pings++;
    }

    int indexOf(long nonce) {
      for (int i = 0; i < pings; i++) {
        if (nonces[i] == nonce) {
          return i;
        }
      }
      return -1;
    }

    /** A pong settles its ping and all before it: messages come in order. */
    void removeUpTo(int index) {
      pings -= index + 1;
      System.arraycopy(nonces, index + 1, nonces, 0, pings);
      System.arraycopy(sentNanos, index + 1, sentNanos, 0, pings);
    }
  }

  private final Limits limits;
  private final TokenRate answers;
  private final NodeTime time;
  private final Outbox outbox;
  private final NodeEvents events;
  private final RandomGenerator random;
  private final PeerMap<Line> lines = new PeerMap<>();

  /**
   * For each line, in the same order, a time before which it needs not be looked at: so a timer
   * looks at whose time has come, and not at every line.
   */
  private long[] lookNanos = {};

  /** The timer that this node has promised itself: no later than anything that is due. */
  private long deadlineNanos = NEVER;

  public Keepalive(
      Limits limits, NodeTime time, Outbox outbox, NodeEvents events, RandomGenerator random) {
    this.limits = limits;
    answers = new TokenRate(limits.answerIntervalNanos, limits.answerBurst);
    this.time = time;
    this.outbox = outbox;
    this.events = events;
    this.random = random;
  }

  @Override
  public void onPeerReady(PeerInfo peer, long nowNanos) {
    wakeUp(nowNanos);
    Line line = new Line(peer.id(), nowNanos);
    lines.put(peer.id(), line);
    ping(line, nowNanos);
    if (lookNanos.length < lines.size()) {
      lookNanos = Arrays.copyOf(lookNanos, lines.size() + Math.max(4, lines.size() / 4));
    }
    lookNanos[lines.size() - 1] = dueNanos(line);
    deadlineNanos = Math.min(deadlineNanos, dueNanos(line));
  }

  @Override
  public void onPeerGone(PeerId peer, long nowNanos) {
    int place = lines.place(peer);
    if (place < 0) {
      return;
    }
    lines.remove(peer);
    System.arraycopy(lookNanos, place + 1, lookNanos, place, lines.size() - place);
    if (lines.isEmpty()) {
      deadlineNanos = NEVER;
    }
  }

  /** Reads what {@link #onHeard} will read; a number without meaning. */
  public long readAhead(PeerId from) {
    Line line = lines.get(from);
    return lookNanos.length + (line == null ? 0 : line.heardNanos);
  }

  /** Any message of the peer, before it is handled. */
  public void onHeard(PeerId from, long nowNanos) {
    wakeUp(nowNanos);
    Line line = lines.get(from);
    if (line != null) {
      line.heardNanos = nowNanos;
    }
  }

  /**
   * Answers a ping.
   *
   * @param closedMinute number of the last closed minute since 1970
   * @param digest of the set of that minute, see {@link Message.SpanDigest}
   */
  public void onPing(
      PeerId from, Message.Ping ping, long closedMinute, long digest, long nowNanos) {
    Line line = lines.get(from);
    if (line == null) {
      return;
    }
    if (!answers.isReady(line.answersPaidNanos, nowNanos)) {
      events.onLimited("ping-rate", 1, nowNanos);
      drop(
          line,
          DisconnectReason.PING_RATE,
          "sent %d pings beyond one every %d ms"
              .formatted(limits.answerBurst, limits.answerIntervalNanos / 1_000_000),
          nowNanos);
      return;
    }
    line.answersPaidNanos = answers.take(line.answersPaidNanos, nowNanos);
    long micros = time.micros(nowNanos);
    outbox.send(
        from,
        new Message.Pong(ping.nonce(), ping.t1Micros(), micros, micros, closedMinute, digest));
  }

  /**
   * The round trip in nanoseconds; -1 when the pong answers no ping of ours, or none to measure.
   */
  public long onPong(PeerId from, Message.Pong pong, long nowNanos) {
    Line line = lines.get(from);
    if (line == null) {
      return -1;
    }
    int index = line.indexOf(pong.nonce());
    if (index < 0) {
      events.onLimited("unknown-pong", 1, nowNanos);
      return -1;
    }
    long sentNanos = line.sentNanos[index];
    line.removeUpTo(index);
    if (sentNanos == UNMEASURED) {
      return -1;
    }
    long roundTripNanos = nowNanos - sentNanos;
    line.roundTripNanos = roundTripNanos;
    line.roundTripMinNanos =
        line.roundTripMinNanos < 0
            ? roundTripNanos
            : Math.min(line.roundTripMinNanos, roundTripNanos);
    if (pong.t2Micros() > 0 && pong.t3Micros() > 0) {
      line.offsetMicros = offsetMicros(pong, sentNanos, nowNanos);
    }
    events.onRoundTrip(from, roundTripNanos, nowNanos);
    return roundTripNanos;
  }

  /** As NTP has it: the mean of what either way suggests; off by half the round trip at most. */
  private long offsetMicros(Message.Pong pong, long sentNanos, long nowNanos) {
    long there = pong.t2Micros() - time.micros(sentNanos);
    long back = pong.t3Micros() - time.micros(nowNanos);
    return (Math.clamp(there, -OFFSET_MICROS_MAX, OFFSET_MICROS_MAX)
            + Math.clamp(back, -OFFSET_MICROS_MAX, OFFSET_MICROS_MAX))
        / 2;
  }

  @Override
  public void onTimer(long nowNanos) {
    wakeUp(nowNanos);
    if (nowNanos < deadlineNanos) {
      return;
    }
    deadlineNanos = NEVER;
    long nextNanos = NEVER;
    int place = 0;
    while (place < lines.size()) {
      if (nowNanos < lookNanos[place] || isKept(lines.valueAt(place), nowNanos)) {
        if (nowNanos >= lookNanos[place]) {
          lookNanos[place] = dueNanos(lines.valueAt(place));
        }
        nextNanos = Math.min(nextNanos, lookNanos[place]);
        place++;
      } // else it is gone, and the next one has taken its place
    }
    deadlineNanos = nextNanos;
  }

  /** Looks at a line: pings when it is time to; false if it was dropped. */
  private boolean isKept(Line line, long nowNanos) {
    if (nowNanos - line.heardNanos >= limits.idleNanos) {
      long silentMillis = (nowNanos - line.heardNanos) / 1_000_000;
      drop(line, DisconnectReason.IDLE, "silent for " + silentMillis + " ms", nowNanos);
      return false;
    }
    if (nowNanos >= line.nextPingNanos) {
      ping(line, nowNanos);
    }
    return true;
  }

  /**
   * Does not count as anybody's silence what this node has slept past its own timer; pings that
   * were due meanwhile are due now.
   */
  private void wakeUp(long nowNanos) {
    if (deadlineNanos == NEVER || nowNanos - deadlineNanos < limits.lagNanosMin) {
      return;
    }
    long sleptNanos = nowNanos - deadlineNanos;
    for (Line line : lines.values()) {
      line.heardNanos = Math.min(nowNanos, line.heardNanos + sleptNanos);
      line.nextPingNanos = Math.max(nowNanos, line.nextPingNanos);
      Arrays.fill(line.sentNanos, UNMEASURED);
    }
    for (int place = 0; place < lines.size(); place++) {
      lookNanos[place] = Math.max(lookNanos[place], nowNanos);
    }
    deadlineNanos = nowNanos;
    events.onLimited("own-lag", 1, nowNanos);
  }

  private void ping(Line line, long nowNanos) {
    long nonce = random.nextLong();
    line.add(nonce, nowNanos);
    long jitterNanos = limits.pingNanos / 5;
    line.nextPingNanos =
        nowNanos + limits.pingNanos + random.nextLong(-jitterNanos, jitterNanos + 1);
    outbox.send(line.peer, new Message.Ping(nonce, time.micros(nowNanos)));
  }

  private void drop(Line line, DisconnectReason reason, String detail, long nowNanos) {
    onPeerGone(line.peer, nowNanos);
    outbox.disconnect(line.peer, reason, detail);
  }

  private long dueNanos(Line line) {
    return Math.min(line.nextPingNanos, line.heardNanos + limits.idleNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return deadlineNanos;
  }

  /** FAILED for a peer that is not there. */
  public Liveness liveness(PeerId peer, long nowNanos) {
    Line line = lines.get(peer);
    if (line == null || nowNanos - line.heardNanos >= limits.idleNanos) {
      return Liveness.FAILED;
    }
    return nowNanos - line.heardNanos > limits.suspectNanos ? Liveness.SUSPECT : Liveness.ALIVE;
  }

  /** The latest round trip; -1 = not yet measured. */
  public long roundTripNanos(PeerId peer) {
    Line line = lines.get(peer);
    return line == null ? -1 : line.roundTripNanos;
  }

  /** The shortest round trip; -1 = not yet measured. */
  public long roundTripMinNanos(PeerId peer) {
    Line line = lines.get(peer);
    return line == null ? -1 : line.roundTripMinNanos;
  }

  /**
   * How far the peers' wall clocks are ahead of this node's: the median of what their latest pongs
   * say, of two middle ones the lower; empty while none has told.
   */
  public OptionalLong clockOffsetMicros() {
    long[] offsets =
        lines.values().stream()
            .mapToLong(line -> line.offsetMicros)
            .filter(offset -> offset != UNKNOWN)
            .sorted()
            .toArray();
    return offsets.length == 0
        ? OptionalLong.empty()
        : OptionalLong.of(offsets[(offsets.length - 1) / 2]);
  }

  @Override
  public void checkInvariants() {
    check(lines.isEmpty() == (deadlineNanos == NEVER), "a timer exactly while there are peers");
    for (int place = 0; place < lines.size(); place++) {
      Line line = lines.valueAt(place);
      check(deadlineNanos <= lookNanos[place], "timer after the next look at " + line.peer);
      check(lookNanos[place] <= dueNanos(line), "a look before what is due for " + line.peer);
      check(line.pings <= PINGS_KEPT, "pings kept of " + line.peer);
      check(line.roundTripMinNanos <= line.roundTripNanos, "shortest round trip " + line.peer);
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("keepalive: expected " + what);
    }
  }
}
