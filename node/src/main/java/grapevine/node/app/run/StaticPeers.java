package grapevine.node.app.run;

import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.PeersFile;
import grapevine.node.app.console.CommandException;
import grapevine.node.model.NodeAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places that the operator wants the node to stay connected with, and their addresses now:
 * those of the settings and of the network file, those of a file that may change, and those that
 * were added while the node runs. Names are looked up again and again, since behind a name of
 * Kubernetes the addresses change. Any thread; what looks up may take as long as a name server, and
 * holds no lock meanwhile: before JDK 24 a virtual thread that waits with one keeps its carrier
 * from those that look the names up.
 */
final class StaticPeers {
  private static final Logger LOG = LoggerFactory.getLogger(StaticPeers.class);

  /** Places that were added; of the others the files have limits of their own. */
  private static final int ADDED_MAX = 256;

  /** Addresses of one name: a headless service has one for each of its pods. */
  private static final int ADDRESSES_MAX = 64;

  /** Looks places up, as {@link PlaceLookup#all} does. */
  interface Lookup {
    Map<HostPort, List<NodeAddress>> all(Collection<HostPort> places) throws InterruptedException;
  }

  private final Lookup lookup;
  private final int addressesMax;
  private final List<HostPort> fixed;
  private final Optional<Path> file;
  private final List<NodeAddress> own;
  private final Set<HostPort> added = new LinkedHashSet<>();
  private final Map<HostPort, List<NodeAddress>> known = new HashMap<>(); // never iterated
  private final Set<HostPort> missing = new HashSet<>(); // never iterated
  private List<HostPort> ofFile;
  private boolean full;

  /**
   * @param own addresses of this node, which may stand in a network file that everyone has
   * @param addressesMax as many as the core takes
   * @throws CommandException when the file cannot be used
   */
  StaticPeers(List<HostPort> fixed, Optional<Path> file, List<NodeAddress> own, int addressesMax) {
    this(fixed, file, own, addressesMax, PlaceLookup::all);
  }

  StaticPeers(
      List<HostPort> fixed,
      Optional<Path> file,
      List<NodeAddress> own,
      int addressesMax,
      Lookup lookup) {
    this.lookup = lookup;
    this.addressesMax = addressesMax;
    this.fixed = List.copyOf(fixed);
    this.file = file;
    this.own = List.copyOf(own);
    ofFile = file.isPresent() ? PeersFile.read(file.get()) : List.of();
  }

  /**
   * All addresses as names say now, at most as many as the core takes. A name that nobody knows now
   * keeps the addresses that it had, and is passed over if it had none: one peer more or less is no
   * reason not to start.
   */
  List<NodeAddress> lookUp() throws InterruptedException {
    Set<HostPort> asked = places();
    learn(asked, lookup.all(asked));
    return kept();
  }

  private synchronized void learn(Set<HostPort> asked, Map<HostPort, List<NodeAddress>> found) {
    Set<HostPort> places = places(); // some may have come and gone meanwhile
    known.keySet().retainAll(places);
    missing.retainAll(places);
    asked.retainAll(places);
    for (HostPort place : asked) {
      if (found.containsKey(place)) {
        missing.remove(place);
        known.put(place, merged(addresses(place), found.get(place)));
      } else if (missing.add(place)) {
        LOG.atWarn().addKeyValue("address", place).log("peer is not found");
      }
    }
    int count = addresses().size();
    if (count > addressesMax && !full) {
      LOG.atWarn()
          .addKeyValue("addresses", count)
          .addKeyValue("kept", addressesMax)
          .log("too many addresses of peers to stay connected with, the last are passed over");
    }
    full = count > addressesMax;
  }

  /** What the last look-ups have found, as {@link #lookUp} has it. */
  synchronized List<NodeAddress> kept() {
    return addresses().stream().limit(addressesMax).toList();
  }

  private synchronized Set<HostPort> places() {
    Set<HostPort> places = new LinkedHashSet<>(fixed);
    places.addAll(ofFile);
    places.addAll(added);
    return places;
  }

  /** Of all places, without this node's own. */
  private Set<NodeAddress> addresses() {
    Set<NodeAddress> addresses = new LinkedHashSet<>();
    places().forEach(place -> addresses.addAll(addresses(place)));
    own.forEach(addresses::remove);
    return addresses;
  }

  /**
   * Name servers answer in another order each time, which is no change; and of more than are kept
   * the same ones stay.
   */
  static List<NodeAddress> merged(List<NodeAddress> before, List<NodeAddress> found) {
    Set<NodeAddress> merged = new LinkedHashSet<>(before);
    merged.retainAll(found);
    merged.addAll(found);
    return merged.stream().limit(ADDRESSES_MAX).toList();
  }

  /** What a place's name stood for when it was last looked up; empty for others' places. */
  synchronized List<NodeAddress> addresses(HostPort place) {
    return known.getOrDefault(place, List.of());
  }

  /**
   * Adds a place until the node ends.
   *
   * @return its addresses; empty when nobody knows the name, and nothing was added
   * @throws IllegalArgumentException when it is this node, or there are too many
   */
  List<NodeAddress> add(HostPort place) throws InterruptedException {
    List<NodeAddress> found = lookup.all(List.of(place)).getOrDefault(place, List.of());
    return found.isEmpty() ? found : add(place, found);
  }

  private synchronized List<NodeAddress> add(HostPort place, List<NodeAddress> found) {
    if (own.containsAll(found)) {
      throw new IllegalArgumentException("this is the node itself, expected another");
    }
    if (added.size() >= ADDED_MAX && !added.contains(place)) {
      throw new IllegalArgumentException(
          ADDED_MAX + " places were added already, expected no more");
    }
    List<NodeAddress> kept = kept();
    if (kept.size() >= addressesMax && found.stream().noneMatch(kept::contains)) {
      throw new IllegalArgumentException(
          addressesMax + " addresses are to stay connected already, expected no more");
    }
    added.add(place);
    known.put(place, merged(addresses(place), found));
    return addresses(place);
  }

  /** Takes a place back that was added. */
  synchronized boolean remove(HostPort place) {
    return added.remove(place);
  }

  /** Reads the file again; what cannot be used is told to the log, and the old places stay. */
  synchronized void reread() {
    if (file.isEmpty()) {
      LOG.info("there is no peers file to read again");
      return;
    }
    try {
      ofFile = PeersFile.read(file.get());
      LOG.atInfo()
          .addKeyValue("file", file.get())
          .addKeyValue("places", ofFile.size())
          .log("peers file read again");
    } catch (CommandException e) {
      LOG.atWarn()
          .addKeyValue("file", file.get())
          .addKeyValue("error", e.getMessage())
          .log("peers file not read, its old places stay");
    }
  }
}
