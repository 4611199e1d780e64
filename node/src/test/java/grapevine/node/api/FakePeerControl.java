package grapevine.node.api;

import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.BanSubject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Writes down what is asked of it; knows one name, one peer and one ban. */
final class FakePeerControl implements PeerControl {
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  @Override
  public List<NodeAddress> add(String place) {
    asked.add("add " + place);
    if (!place.contains(":")) {
      throw new IllegalArgumentException("expected host:port");
    }
    return place.startsWith("known")
        ? List.of(NodeAddress.ip(new byte[] {10, 0, 0, 1}, 7700))
        : List.of();
  }

  @Override
  public CompletableFuture<Dropped> drop(String who) {
    asked.add("drop " + who);
    return CompletableFuture.completedFuture(new Dropped(who.equals("p7") ? 1 : 0, false));
  }

  @Override
  public CompletableFuture<Integer> ban(String who, long seconds) {
    asked.add("ban " + who + " " + seconds);
    if (who.equals("me")) {
      throw new IllegalArgumentException("expected another");
    }
    return CompletableFuture.completedFuture(2);
  }

  @Override
  public CompletableFuture<Integer> unban(String who) {
    asked.add("unban " + who);
    return CompletableFuture.completedFuture(who.equals("10.0.0.1") ? 1 : 0);
  }

  @Override
  public CompletableFuture<List<NodeView.Ban>> bans() {
    NodeAddress host = NodeAddress.ip(new byte[] {10, 0, 0, 1}, 0);
    return CompletableFuture.completedFuture(
        List.of(
            new NodeView.Ban(new BanSubject.Host(host), 61_000, true),
            new NodeView.Ban(new BanSubject.Node(FakeGate.NODE), 62_000, false)));
  }
}
