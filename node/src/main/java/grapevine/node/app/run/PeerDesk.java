package grapevine.node.app.run;

import grapevine.crypto.PublicKey;
import grapevine.node.api.PeerControl;
import grapevine.node.app.config.HostPort;
import grapevine.node.model.NodeAddress;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.port.BanSubject;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.transport.Addresses;
import grapevine.node.transport.NodeLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the operator wants of peers: through the core, and in the files that outlive it.
 * Any thread.
 */
final class PeerDesk implements PeerControl {
  private static final Logger LOG = LoggerFactory.getLogger(PeerDesk.class);
  private static final Pattern NUMBER = Pattern.compile("p?([0-9]{1,18})");
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final NodeLoop loop;
  private final PublicKey self;
  private final StaticPeers statics;
  private final BanFile banFile;
  private final ExecutorService saver;
  private List<NodeAddress> told;

  /**
   * @param told the static peers that the core began with
   * @param saver runs what waits for the disk, one at a time
   */
  PeerDesk(
      NodeLoop loop,
      PublicKey self,
      StaticPeers statics,
      List<NodeAddress> told,
      BanFile banFile,
      ExecutorService saver) {
    this.loop = loop;
    this.self = self;
    this.statics = statics;
    this.told = told;
    this.banFile = banFile;
    this.saver = saver;
  }

  /**
   * The bans of the last run that still last.
   *
   * @throws IOException naming the file, when it cannot be read
   */
  static List<OperatorAction.Ban> savedBans(BanFile banFile, long wallMillis) throws IOException {
    BanFile.Loaded loaded = banFile.load();
    loaded.problem().ifPresent(LOG::warn);
    List<OperatorAction.Ban> bans = new ArrayList<>();
    for (NodeView.Ban ban : loaded.bans()) {
      long leftMillis = ban.endMillis() - wallMillis;
      if (leftMillis > 0) {
        long leftNanos = Math.min(leftMillis, Long.MAX_VALUE / NANOS_PER_MILLI) * NANOS_PER_MILLI;
        bans.add(new OperatorAction.Ban(ban.who(), leftNanos));
      }
    }
    return bans;
  }

  /** Looks all places up, and tells the core when they have other addresses than before. */
  void refresh() throws InterruptedException {
    statics.lookUp();
    tellIfChanged();
  }

  /** Asks for the addresses here, so that of two look-ups the later one has the last word. */
  private synchronized void tellIfChanged() {
    List<NodeAddress> addresses = statics.kept();
    if (!addresses.equals(told)) {
      told = addresses;
      ask((core, nowNanos) -> core.onOperator(new OperatorAction.StaticPeers(addresses), nowNanos));
    }
  }

  /** Reads the peers file again. */
  void reread() throws InterruptedException {
    statics.reread();
    refresh();
  }

  @Override
  public List<NodeAddress> add(String place) throws InterruptedException {
    List<NodeAddress> addresses = statics.add(place(place));
    tellIfChanged();
    return addresses;
  }

  @Override
  public CompletableFuture<Dropped> drop(String who) {
    boolean removed = false;
    List<NodeAddress> places = List.of();
    if (who.contains(":")) {
      HostPort place = place(who);
      places = addresses(place);
      removed = statics.remove(place);
    } else if (!NUMBER.matcher(who).matches() && !BanFile.KEY.matcher(who).matches()) {
      throw new IllegalArgumentException(
          "expected the number of a connection, the id of a node, or host:port");
    }
    boolean taken = removed;
    List<NodeAddress> at = places;
    if (taken) {
      tellIfChanged();
    }
    return ask((core, nowNanos) -> new Dropped(drop(core, who, at, nowNanos), taken));
  }

  /** Where a place is: an IP address however it is written, or what its name last stood for. */
  private List<NodeAddress> addresses(HostPort place) {
    try {
      return List.of(NodeAddress.ip(Addresses.literal(place.host()).host(), place.port()));
    } catch (IllegalArgumentException e) {
      return statics.addresses(place);
    }
  }

  private static HostPort place(String text) {
    try {
      return HostPort.parse(text, 1);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected " + e.getMessage(), e);
    }
  }

  private static int drop(Core core, String who, List<NodeAddress> at, long nowNanos) {
    int disconnected = 0;
    for (NodeView.Peer peer : core.view().peers(nowNanos)) {
      boolean meant =
          who.equals(peer.id().toString())
              || who.equals(Long.toString(peer.id().value()))
              || who.equalsIgnoreCase(peer.key().toHex())
              || at.contains(peer.remote());
      if (meant) {
        disconnected += core.onOperator(new OperatorAction.Drop(peer.id()), nowNanos);
      }
    }
    return disconnected;
  }

  @Override
  public CompletableFuture<Integer> ban(String who, long seconds) {
    BanSubject subject = subject(who);
    if (subject.equals(new BanSubject.Node(self))) {
      throw new IllegalArgumentException("this is the node itself, expected another");
    }
    OperatorAction.Ban action = new OperatorAction.Ban(subject, seconds * NANOS_PER_SECOND);
    return ask((core, nowNanos) -> core.onOperator(action, nowNanos))
        .thenApplyAsync(this::saved, saver);
  }

  @Override
  public CompletableFuture<Integer> unban(String who) {
    OperatorAction.Unban action = new OperatorAction.Unban(subject(who));
    return ask((core, nowNanos) -> core.onOperator(action, nowNanos))
        .thenApplyAsync(this::saved, saver);
  }

  private static BanSubject subject(String who) {
    try {
      return BanFile.subject(who);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected " + e.getMessage(), e);
    }
  }

  @Override
  public CompletableFuture<List<NodeView.Ban>> bans() {
    return ask((core, nowNanos) -> core.view().bans(nowNanos));
  }

  /** A ban counts when the core knows it; that a disk is full is no reason to let somebody in. */
  private int saved(int answer) {
    try {
      banFile.save(bans().join().stream().filter(NodeView.Ban::byOperator).toList());
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("error", e).log("bans not saved, they end with this node");
    }
    return answer;
  }

  private <T> CompletableFuture<T> ask(NodeLoop.CoreCall<T> call) {
    try {
      return loop.call(call);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
