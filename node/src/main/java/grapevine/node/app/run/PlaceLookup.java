package grapevine.node.app.run;

import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.console.CommandException;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.transport.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the names of places when a node starts, all at once and no longer than a start may take.
 */
final class PlaceLookup {
  private static final Logger LOG = LoggerFactory.getLogger(PlaceLookup.class);
  private static final long WAIT_SECONDS = 5;

  private PlaceLookup() {}

  /**
   * All addresses of the places to stay connected with; a name that nobody knows now is passed
   * over, since one peer more or less is no reason not to start.
   *
   * @param own addresses of this node, which may stand in a network file that everyone has
   */
  static List<NodeAddress> staticPeers(
      List<HostPort> peers, List<HostPort> bootstrap, List<NodeAddress> own)
      throws InterruptedException {
    List<HostPort> places = Stream.concat(peers.stream(), bootstrap.stream()).distinct().toList();
    List<CompletableFuture<List<NodeAddress>>> lookups = new ArrayList<>();
    places.forEach(place -> lookups.add(Addresses.resolve(place.toString())));
    Set<NodeAddress> found = new LinkedHashSet<>();
    for (int i = 0; i < places.size(); i++) {
      try {
        found.addAll(lookups.get(i).get(WAIT_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException | TimeoutException e) {
        LOG.atWarn()
            .addKeyValue("address", places.get(i))
            .addKeyValue("error", e)
            .log("peer is not found");
      }
    }
    own.forEach(found::remove);
    return List.copyOf(found);
  }

  /**
   * The addresses under which this node is to be known.
   *
   * @throws CommandException when nobody knows the name
   */
  static List<NodeAddress> own(HostPort advertised) throws InterruptedException {
    try {
      List<NodeAddress> addresses =
          Addresses.resolve(advertised.toString()).get(WAIT_SECONDS, TimeUnit.SECONDS);
      return addresses.stream().limit(NodeRecord.ADDRESSES_MAX).toList();
    } catch (ExecutionException | TimeoutException e) {
      throw CommandException.usage(
          "%s: nobody knows %s".formatted(NodeOption.ADVERTISE.flag(), advertised.host()));
    }
  }
}
