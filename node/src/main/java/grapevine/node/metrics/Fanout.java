package grapevine.node.metrics;

import grapevine.node.model.ItemId;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.Rejection;
import grapevine.node.protocol.port.Direction;
import grapevine.node.protocol.port.DisconnectReason;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.port.PeerInfo;
import grapevine.node.wire.Message;
import grapevine.node.wire.MessageType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells several observers, in the order given, what the core tells one. */
public final class Fanout implements NodeEvents {
  private final List<NodeEvents> observers;

  public Fanout(NodeEvents... observers) {
    this.observers = List.of(observers);
  }

  @Override
  public void onPeerUp(PeerInfo peer, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onPeerUp(peer, nowNanos);
    }
  }

  @Override
  public void onPeerDown(
      PeerId peer, @Nullable PeerInfo info, DisconnectReason reason, String detail, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onPeerDown(peer, info, reason, detail, nowNanos);
    }
  }

  @Override
  public void onDial(NodeAddress address, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onDial(address, nowNanos);
    }
  }

  @Override
  public void onDialFailed(NodeAddress address, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onDialFailed(address, nowNanos);
    }
  }

  @Override
  public void onMessageSent(PeerId to, MessageType type, int bytes, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onMessageSent(to, type, bytes, nowNanos);
    }
  }

  @Override
  public void onMessageReceived(PeerId from, MessageType type, int bytes, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onMessageReceived(from, type, bytes, nowNanos);
    }
  }

  @Override
  public void onSocketBytes(Direction direction, long bytes, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onSocketBytes(direction, bytes, nowNanos);
    }
  }

  @Override
  public void onRoundTrip(PeerId peer, long roundTripNanos, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onRoundTrip(peer, roundTripNanos, nowNanos);
    }
  }

  @Override
  public void onAnnounced(
      PeerId from, Message.Inv.Entry entry, AnnounceResult result, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onAnnounced(from, entry, result, nowNanos);
    }
  }

  @Override
  public void onRequested(PeerId to, ItemId id, long waitedNanos, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onRequested(to, id, waitedNanos, nowNanos);
    }
  }

  @Override
  public void onFetchEnded(
      PeerId from, ItemId id, FetchResult result, long tookNanos, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onFetchEnded(from, id, result, tookNanos, nowNanos);
    }
  }

  @Override
  public void onReceived(PeerId from, ItemId id, int bytes, ReceiveResult result, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onReceived(from, id, bytes, result, nowNanos);
    }
  }

  @Override
  public void onVerified(ItemId id, boolean valid, long tookNanos, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onVerified(id, valid, tookNanos, nowNanos);
    }
  }

  @Override
  public void onAccepted(
      ItemId id, int bytes, @Nullable PeerId from, int ageMillis, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onAccepted(id, bytes, from, ageMillis, nowNanos);
    }
  }

  @Override
  public void onOriginAge(ItemId id, long ageMillis, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onOriginAge(id, ageMillis, nowNanos);
    }
  }

  @Override
  public void onRejected(ItemId id, Rejection reason, @Nullable PeerId from, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onRejected(id, reason, from, nowNanos);
    }
  }

  @Override
  public void onDropped(ItemId id, Rejection reason, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onDropped(id, reason, nowNanos);
    }
  }

  @Override
  public void onRelayed(PeerId to, ItemId id, long sinceAcceptedNanos, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onRelayed(to, id, sinceAcceptedNanos, nowNanos);
    }
  }

  @Override
  public void onServed(PeerId to, ItemId id, int bytes, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onServed(to, id, bytes, nowNanos);
    }
  }

  @Override
  public void onConflict(ItemId kept, ItemId other, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onConflict(kept, other, nowNanos);
    }
  }

  @Override
  public void onEquivocation(ItemId first, ItemId second, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onEquivocation(first, second, nowNanos);
    }
  }

  @Override
  public void onBestTip(ItemId id, long height, int tips, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onBestTip(id, height, tips, nowNanos);
    }
  }

  @Override
  public void onRepaired(PeerId peer, int missing, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onRepaired(peer, missing, nowNanos);
    }
  }

  @Override
  public void onAddresses(PeerId from, String result, int count, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onAddresses(from, result, count, nowNanos);
    }
  }

  @Override
  public void onLimited(String reason, int count, long nowNanos) {
    for (NodeEvents each : observers) {
      each.onLimited(reason, count, nowNanos);
    }
  }
}
