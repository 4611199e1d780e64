package grapevine.node.app.run;

import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.console.CommandException;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.transport.Addresses;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks up the names of places, all at once and no longer than a start may take. */
final class PlaceLookup {
  private static final long WAIT_SECONDS = 5;

  private PlaceLookup() {}

  /** The addresses of each place whose name somebody knows; the others are not in it. */
  static Map<HostPort, List<NodeAddress>> all(Collection<HostPort> places)
      throws InterruptedException {
    Map<HostPort, CompletableFuture<List<NodeAddress>>> lookups = new LinkedHashMap<>();
    places.forEach(place -> lookups.put(place, Addresses.resolve(place.toString())));
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    Map<HostPort, List<NodeAddress>> found = new LinkedHashMap<>();
    for (Map.Entry<HostPort, CompletableFuture<List<NodeAddress>>> each : lookups.entrySet()) {
      try {
        long leftNanos = Math.max(0, endNanos - System.nanoTime());
        found.put(each.getKey(), each.getValue().get(leftNanos, TimeUnit.NANOSECONDS));
      } catch (ExecutionException | TimeoutException e) {
        // Not found, as its absence says.
      }
    }
    return found;
  }

  /**
   * The addresses under which this node is to be known.
   *
   * @throws CommandException when nobody knows the name
   */
  static List<NodeAddress> own(HostPort advertised) throws InterruptedException {
    List<NodeAddress> addresses = all(List.of(advertised)).get(advertised);
    if (addresses == null) {
      throw CommandException.usage(
          "%s: nobody knows %s".formatted(NodeOption.ADVERTISE.flag(), advertised.host()));
    }
    return addresses.stream().limit(NodeRecord.ADDRESSES_MAX).toList();
  }
}
