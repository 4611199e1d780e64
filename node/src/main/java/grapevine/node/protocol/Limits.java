package grapevine.node.protocol;

import grapevine.node.protocol.fetch.BlockAssembly;
import grapevine.node.protocol.fetch.FetchScheduler;
import grapevine.node.protocol.peers.AddressTable;
import grapevine.node.protocol.peers.DialPolicy;
import grapevine.node.protocol.peers.PeerExchange;
import grapevine.node.protocol.pool.Pool;
import grapevine.node.protocol.pool.RecentItems;
import grapevine.node.protocol.pool.Verifications;
import grapevine.node.protocol.reconcile.Reconciler;
import grapevine.node.protocol.relay.PushGrants;
import grapevine.node.protocol.relay.RelayStrategy;
import grapevine.node.protocol.session.Backlog;
import grapevine.node.protocol.session.Keepalive;
import grapevine.node.protocol.session.Misconduct;
import grapevine.node.protocol.session.Sessions;
import grapevine.node.protocol.sync.BlockSync;
import grapevine.node.protocol.sync.HeaderTree;

/**
 * What one node spends: each part's own bounds. Nothing here decides validity; that is the network
 * file's. A record, so that a simulation can vary it. By default every block is kept: a node that
 * joins can follow a chain only from genesis on, so a network needs somebody who has it.
 */
public record Limits(
    Sessions.Limits sessions,
    Keepalive.Limits keepalive,
    Misconduct.Limits misconduct,
    Backlog.Limits backlog,
    FetchScheduler.Limits fetch,
    BlockAssembly.Limits assembly,
    RelayStrategy.Limits relay,
    Pool.Limits pool,
    RecentItems.Limits recent,
    Verifications.Limits verifications,
    AddressTable.Limits addresses,
    PeerExchange.Limits exchange,
    DialPolicy.Limits dialling,
    HeaderTree.Limits headers,
    BlockSync.Limits sync,
    Reconciler.Limits reconcile,
    PushGrants.Limits push) {

  public static Limits defaults() {
    return with(HeaderTree.Limits.defaults().keepingAll());
  }

  /** The same, of a node that drops blocks below the network's horizon. */
  public static Limits pruning() {
    return with(HeaderTree.Limits.defaults());
  }

  private static Limits with(HeaderTree.Limits headers) {
    return new Limits(
        Sessions.Limits.defaults(),
        Keepalive.Limits.defaults(),
        Misconduct.Limits.defaults(),
        Backlog.Limits.defaults(),
        FetchScheduler.Limits.defaults(),
        BlockAssembly.Limits.defaults(),
        RelayStrategy.Limits.defaults(),
        Pool.Limits.defaults(),
        RecentItems.Limits.defaults(),
        Verifications.Limits.defaults(),
        AddressTable.Limits.defaults(),
        PeerExchange.Limits.defaults(),
        DialPolicy.Limits.defaults(),
        headers,
        BlockSync.Limits.defaults(),
        Reconciler.Limits.defaults(),
        PushGrants.Limits.defaults());
  }
}
