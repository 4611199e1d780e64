package grapevine.node.api;

import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.NodeView;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The operator's hand on a node's peers, as the API sees it. Any thread may call; futures end as
 * those of {@link NodeGate} do. An {@link IllegalArgumentException}, thrown or as the end of a
 * future, says what was expected of the caller.
 */
public interface PeerControl {
  /**
   * Stays connected with a place until the node ends.
   *
   * @param place {@code host:port}
   * @return its addresses; empty when nobody knows the name
   */
  List<NodeAddress> add(String place) throws InterruptedException;

  /**
   * What was done about a peer.
   *
   * @param disconnected connections that were ended
   * @param removed whether it is no longer a place to stay connected with
   */
  record Dropped(int disconnected, boolean removed) {}

  /**
   * Ends connections, and takes back what {@link #add} did.
   *
   * @param who number of a connection, id of a node, or {@code host:port} of a connection or of a
   *     place to stay connected with
   */
  CompletableFuture<Dropped> drop(String who);

  /**
   * Bans somebody, over restarts.
   *
   * @param who id of a node, or an IP address
   * @param seconds at least 1
   * @return connections that were ended
   */
  CompletableFuture<Integer> ban(String who, long seconds);

  /** Ends bans of somebody, whoever made them; returns how many there were. */
  CompletableFuture<Integer> unban(String who);

  CompletableFuture<List<NodeView.Ban>> bans();
}
