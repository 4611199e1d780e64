package grapevine.node.protocol;

import grapevine.node.model.Validity;
import grapevine.node.protocol.fetch.BlockAssembly;
import grapevine.node.protocol.fetch.FetchScheduler;
import grapevine.node.protocol.peers.AddressTable;
import grapevine.node.protocol.peers.DialPolicy;
import grapevine.node.protocol.peers.PeerExchange;
import grapevine.node.protocol.pool.Pool;
import grapevine.node.protocol.pool.RecentItems;
import grapevine.node.protocol.pool.Verifications;
import grapevine.node.protocol.port.Component;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.Outbox;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.protocol.reconcile.Reconciler;
import grapevine.node.protocol.relay.FeeFloors;
import grapevine.node.protocol.relay.PushGrants;
import grapevine.node.protocol.relay.RelayKind;
import grapevine.node.protocol.relay.RelayStrategy;
import grapevine.node.protocol.session.Backlog;
import grapevine.node.protocol.session.Handshake;
import grapevine.node.protocol.session.Keepalive;
import grapevine.node.protocol.session.Misconduct;
import grapevine.node.protocol.session.Sessions;
import grapevine.node.protocol.sync.BlockSync;
import grapevine.node.protocol.sync.HeaderTree;
import java.util.List;
import java.util.random.RandomGenerator;

/** The parts of one core, built in one place by plain constructors. They do not know each other. */
final class Parts {
  // Places in the list of components, of those that have a time.
  static final int SESSIONS = 1;
  static final int KEEPALIVE = 2;
  static final int RELAY = 4;
  static final int FEE_FLOORS = 6;
  static final int BACKLOG = 7;
  static final int FETCH = 8;
  static final int POOL = 9;
  static final int RECENT = 10;
  static final int SYNC = 13;
  static final int RECONCILER = 14;
  static final int DIAL_POLICY = 17;
  static final int UNSTORED = 18;

  final NodeTime time;
  final Births births = new Births();
  final Misconduct misconduct;
  final Handshake handshake;
  private final Sessions sessions;
  private final Keepalive keepalive;
  final Merits merits;
  private final Backlog backlog;
  private final FetchScheduler fetch;
  final BlockAssembly assembly;
  private final RelayStrategy relay;
  final PushGrants grants;
  private final FeeFloors feeFloors;
  private final Pool pool;
  private final RecentItems recent;
  final Verifications<Pending> verifications;
  private final HeaderTree tree;
  private final BlockSync sync;
  private final Reconciler reconciler;
  final AddressTable addresses;
  final PeerExchange exchange;
  private final DialPolicy dialPolicy;
  private final Unstored unstored;
  final Shelf shelf;

  /** In the order in which each hears of a peer and of time. */
  final List<Component> components;

  final Agenda agenda;

  Parts(
      Validity validity,
      Settings settings,
      Limits limits,
      Environment environment,
      NodeTime nodeTime) {
    Outbox outbox = environment.outbox();
    NodeEvents events = environment.events();
    ItemStore store = environment.store();
    RandomGenerator random = environment.random();
    time = nodeTime;
    Sessions.Self self =
        new Sessions.Self(
            settings.self().key(),
            validity.networkId(),
            Settings.VERSION,
            Settings.VERSION,
            Settings.FEATURES);
    misconduct = new Misconduct(limits.misconduct(), events);
    handshake = new Handshake(self);
    keepalive = new Keepalive(limits.keepalive(), time, outbox, events, random);
    merits = new Merits(keepalive, random);
    sessions = new Sessions(limits.sessions(), self, misconduct, outbox, events, merits::evictable);
    RelayKind kind = settings.relay();
    fetch = new FetchScheduler(limits.fetch(), kind.inboundDelayNanos(), outbox, events, random);
    assembly = new BlockAssembly(limits.assembly(), validity.network().blockBytesMax());
    pool = new Pool(limits.pool(), time, events);
    feeFloors = new FeeFloors(pool::feeFloor, outbox);
    recent = new RecentItems(limits.recent(), time);
    verifications = new Verifications<>(limits.verifications(), outbox);
    unstored = new Unstored(store);
    shelf = new Shelf(pool, unstored, store, births);
    backlog = new Backlog(limits.backlog(), shelf, outbox, events);
    relay = kind.create(limits.relay(), backlog::push, outbox, events, random);
    grants = new PushGrants(kind.opensLinks() ? limits.push() : PushGrants.Limits.CLOSED, outbox);
    tree = new HeaderTree(limits.headers(), validity, events);
    sync = new BlockSync(limits.sync(), tree, time, outbox, events);
    reconciler =
        new Reconciler(
            limits.reconcile(),
            validity.network().lifetimeSecondsMax(),
            time,
            outbox,
            events,
            random);
    addresses = new AddressTable(limits.addresses(), settings.self(), random);
    exchange = new PeerExchange(limits.exchange(), addresses, time, outbox, events, random);
    DialPolicy.Plan plan =
        new DialPolicy.Plan(
            settings.staticPeers(), settings.self().addresses(), settings.outboundTarget());
    dialPolicy =
        new DialPolicy(
            limits.dialling(), plan, addresses, outbox, events, random, misconduct::isBanned);
    components =
        List.of(
            misconduct,
            sessions,
            keepalive,
            merits,
            relay,
            grants,
            feeFloors,
            backlog,
            fetch,
            pool,
            recent,
            verifications,
            tree,
            sync,
            reconciler,
            addresses,
            exchange,
            dialPolicy,
            unstored);
    agenda = new Agenda(components);
  }

  /**
   * Reads those places in memory that any message of this peer needs first, so that a cache holds
   * them when it comes. Changes nothing.
   *
   * @return a number without meaning that depends on all that was read
   */
  long readAhead(PeerId from) {
    return sessions.readAhead(from) + keepalive.readAhead(from);
  }

  // Whoever takes hold of a part may change when it is due.

  Sessions sessions() {
    agenda.touch(SESSIONS);
    return sessions;
  }

  Keepalive keepalive() {
    agenda.touch(KEEPALIVE);
    return keepalive;
  }

  RelayStrategy relay() {
    agenda.touch(RELAY);
    agenda.touch(BACKLOG); // which pushes for it
    return relay;
  }

  FeeFloors feeFloors() {
    agenda.touch(FEE_FLOORS);
    return feeFloors;
  }

  Backlog backlog() {
    agenda.touch(BACKLOG);
    return backlog;
  }

  FetchScheduler fetch() {
    agenda.touch(FETCH);
    return fetch;
  }

  Pool pool() {
    agenda.touch(POOL);
    return pool;
  }

  RecentItems recent() {
    agenda.touch(RECENT);
    return recent;
  }

  HeaderTree tree() {
    agenda.touch(SYNC); // which looks at the tree
    return tree;
  }

  BlockSync sync() {
    agenda.touch(SYNC);
    return sync;
  }

  Reconciler reconciler() {
    agenda.touch(RECONCILER);
    return reconciler;
  }

  DialPolicy dialPolicy() {
    agenda.touch(DIAL_POLICY);
    return dialPolicy;
  }

  Unstored unstored() {
    agenda.touch(UNSTORED);
    return unstored;
  }
}
