package grapevine.netlab.sim;

import grapevine.node.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node sends to one peer in one turn: messages that share records, or the beginning or end
 * of a connection. Happens when its last byte has come through the sender's line and the network,
 * and again when it has come through the receiver's line. Confined to the simulation's thread.
 */
final class Parcel implements Happening {
  /** What it is to the receiver. */
  enum Kind {
    /** The third message of the handshake: the channel is open. */
    OPEN,
    MESSAGES,
    /** End of the connection. */
    CLOSE
  }

  private final LinkEnd to;
  private final Kind kind;
  private @Nullable Message first;
  private @Nullable List<Message> more;
  private int firstBytes;
  private int[] moreBytes = {};
  private int frameBytes;
  private long unsentBytes;
  private long lastBurstBytes;
  private boolean arrived;

  Parcel(LinkEnd to, Kind kind) {
    this.to = to;
    this.kind = kind;
  }

  void add(Message message, int bytes) {
    if (first == null) {
      first = message;
      firstBytes = bytes;
    } else {
      if (more == null) {
        more = new ArrayList<>(4);
      }
      if (more.size() == moreBytes.length) {
        moreBytes = Arrays.copyOf(moreBytes, Math.max(4, 2 * moreBytes.length));
      }
      moreBytes[more.size()] = bytes;
      more.add(message);
    }
    frameBytes += bytes;
  }

  LinkEnd to() {
    return to;
  }

  Kind kind() {
    return kind;
  }

  /** Of all its messages, before records. */
  int frameBytes() {
    return frameBytes;
  }

  /** Of one message. */
  int frameBytes(int index) {
    return index == 0 ? firstBytes : moreBytes[index - 1];
  }

  /** Sealed: so many bytes are to be sent. */
  void seal(long socketBytes) {
    unsentBytes = socketBytes;
  }

  long unsentBytes() {
    return unsentBytes;
  }

  /** So many of its bytes are on their way; whether they were the last. */
  boolean onSent(long bytes) {
    unsentBytes -= bytes;
    lastBurstBytes = bytes;
    return unsentBytes == 0;
  }

  int count() {
    return first == null ? 0 : more == null ? 1 : 1 + more.size();
  }

  Message message(int index) {
    if (index == 0 && first != null) {
      return first;
    }
    if (more == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return more.get(index - 1);
  }

  @Override
  public void happen(long nowNanos) {
    if (!arrived) {
      arrived = true;
      if (!to.node().down().isOpen(nowNanos)) {
        long readNanos = to.node().onArrived(lastBurstBytes, nowNanos);
        to.node().simulation().at(readNanos, this);
        return;
      }
    }
    to.node().onParcel(to, this, nowNanos);
  }
}
