package grapevine.node.app.run;

import grapevine.crypto.ChannelIdentity;
import grapevine.crypto.KeyPair;
import grapevine.node.api.ApiServer;
import grapevine.node.api.MetricsServer;
import grapevine.node.api.Token;
import grapevine.node.app.config.DataFiles;
import grapevine.node.app.config.DurableNumber;
import grapevine.node.app.config.HostPort;
import grapevine.node.app.config.NetworkFile;
import grapevine.node.app.config.NodeConfig;
import grapevine.node.app.config.NodeOption;
import grapevine.node.app.console.CommandException;
import grapevine.node.app.console.ExitCode;
import grapevine.node.app.log.LogTopics;
import grapevine.node.metrics.Accounts;
import grapevine.node.metrics.DriverMetrics;
import grapevine.node.metrics.EventLog;
import grapevine.node.metrics.Exposition;
import grapevine.node.metrics.Fanout;
import grapevine.node.metrics.ItemLog;
import grapevine.node.metrics.ItemTraces;
import grapevine.node.metrics.PeerLog;
import grapevine.node.metrics.PrometheusEvents;
import grapevine.node.model.Network;
import grapevine.node.model.NodeAddress;
import grapevine.node.model.NodeRecord;
import grapevine.node.model.Service;
import grapevine.node.model.Validity;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.Environment;
import grapevine.node.protocol.Limits;
import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.Settings;
import grapevine.node.protocol.port.NodeTime;
import grapevine.node.protocol.port.OperatorAction;
import grapevine.node.record.RecordedNode;
import grapevine.node.record.Recording;
import grapevine.node.storage.AddressFile;
import grapevine.node.storage.DataDirectory;
import grapevine.node.storage.DurableFile;
import grapevine.node.storage.LmdbItemStore;
import grapevine.node.transport.Listener;
import grapevine.node.transport.NodeLoop;
import grapevine.node.transport.TransportLimits;
import grapevine.node.transport.VerifyPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running node, put together from its parts by their constructors. Made and closed by one
 * thread; several may run in one process.
 *
 * <p>The constructor is the order of starting: directory, store, loop with the core on it, sockets,
 * API, metrics, clockwork, producer. {@link #close} goes the same way back: health says that the
 * node is not ready, nobody is let in any more, the peers are told, what is pending reaches the
 * disk, and last the directory is free for the next. When a step of the start fails, the steps
 * before it are undone.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private final NodeConfig config;
  private final DataFiles files;
  private final KeyPair identity;
  private final Consumer<Throwable> onFatal;
  private final AtomicReference<Throwable> fatal = new AtomicReference<>();
  private final Phases phases = new Phases();
  private final Observers observers;
  private final Durability durability = new Durability();
  private final LmdbItemStore store;
  private final VerifyPool verifyPool;
  private final NodeLoop loop;
  private final Listener listener;
  private final PeerDesk peerDesk;
  private final ApiServer api;
  private final Optional<MetricsServer> metrics;

  /** Who watches; {@code time} and {@code books} are used on the loop's thread only. */
  private record Observers(
      Exposition exposition,
      DriverMetrics driver,
      NodeTime time,
      LoopGate.Books books,
      Fanout events) {
    static Observers of(KeyPair identity, int traceItems, long originNanos, long wallMillis) {
      BuildInfo build = BuildInfo.CURRENT;
      Exposition exposition =
          new Exposition(
              new Exposition.Build(build.version(), build.commit(), build.protocol()), wallMillis);
      NodeTime time = new NodeTime(wallMillis, 0);
      EventLog log = new EventLog(identity.publicKey(), originNanos, time::micros);
      Accounts accounts = new Accounts();
      ItemTraces traces = new ItemTraces(traceItems, time::micros);
      return new Observers(
          exposition,
          new DriverMetrics(exposition),
          time,
          new LoopGate.Books(log, accounts, traces),
          new Fanout(
              new PrometheusEvents(exposition),
              log,
              accounts,
              traces,
              new PeerLog(),
              new ItemLog()));
    }
  }

  /**
   * Starts a node; when this returns, it accepts connections and requests.
   *
   * @param verifyPool outlives the node, which may share it with others
   * @param onFatal hears of the first mistake of ours after which the node cannot go on, on the
   *     loop's thread: it has somebody close the node
   * @throws CommandException for what the operator can mend
   * @throws grapevine.node.storage.DataDirectoryException when the data directory cannot be used
   */
  public Node(NodeConfig config, VerifyPool verifyPool, Consumer<Throwable> onFatal)
      throws IOException, InterruptedException {
    this.config = config;
    this.verifyPool = verifyPool;
    this.onFatal = onFatal;
    files = new DataFiles(config.data());
    NetworkFile networkFile = files.readNetwork();
    identity = files.readIdentity();
    Validity validity = new Validity(networkFile.network());
    long originNanos = System.nanoTime();
    long wallMillis = System.currentTimeMillis();
    observers = Observers.of(identity, config.traceItems(), originNanos, wallMillis);
    try {
      DataDirectory directory = DataDirectory.open(files.root(), validity.networkId());
      phases.started("data directory", directory::close);
      LmdbItemStore.Limits storeLimits =
          LmdbItemStore.Limits.defaults().withFreeBytesMin((long) config.freeMebibytesMin() << 20);
      store = openStore(directory, validity, storeLimits);
      phases.started("store", store::close);
      Optional<Recording> recording = openRecording();
      loop = newLoop(validity, originNanos);
      phases.started("peers", loop::close);
      listener = listen();
      AddressFile addressFile = new AddressFile(directory.peersFile());
      List<NodeAddress> own = addresses();
      StaticPeers statics = staticPeers(networkFile, own);
      List<NodeAddress> peers = statics.lookUp();
      Settings settings = settings(own, peers, wallMillis);
      BanFile banFile = new BanFile(files.bans());
      List<OperatorAction.Ban> bans = PeerDesk.savedBans(banFile, wallMillis);
      start(core(recording, validity, settings, wallMillis), addressFile, bans);
      peerDesk = peerDesk(statics, peers, banFile);
      listener.accept();
      LoopGate gate = new LoopGate(loop, verifyPool, validity, store, observers.books, durability);
      phases.started("submissions", durability::close);
      api = serveApi(networkFile, gate);
      metrics = serveMetrics(gate);
      Clockwork clockwork =
          new Clockwork(
              loop,
              store,
              storeLimits.mapBytesMax(),
              observers.driver,
              observers.time,
              addressFile,
              peerDesk);
      phases.started("clockwork", clockwork::stop);
      clockwork.start();
      startProducer(validity);
      phases.started("listener", listener::close);
      phases.started("readiness", gate::drain);
    } catch (Throwable e) {
      phases.close();
      throw e;
    }
  }

  private LmdbItemStore openStore(
      DataDirectory directory, Validity validity, LmdbItemStore.Limits limits) {
    LmdbItemStore opened =
        LmdbItemStore.open(
            directory.itemsDirectory(),
            validity.networkId(),
            limits,
            new StoreObserver(durability, observers.driver));
    durability.onCommitted(opened.committedPosition());
    return opened;
  }

  private Optional<Recording> openRecording() {
    if (config.record().isEmpty()) {
      return Optional.empty();
    }
    Path file = config.record().get();
    try {
      Recording recording = Recording.open(file, (long) config.recordMaxMebibytes() << 20);
      phases.started("recording", recording::close);
      return Optional.of(recording);
    } catch (IOException e) {
      throw CommandException.usage(
          "%s: found \"%s\", expected a file that can be made: %s"
              .formatted(NodeOption.RECORD.flag(), file, e));
    }
  }

  private Core core(
      Optional<Recording> recording, Validity validity, Settings settings, long wallMillis) {
    Environment outside = new Environment(loop, observers.events, store, new SecureRandom());
    if (recording.isEmpty()) {
      return new NodeCore(validity, settings, limits(), outside, wallMillis, 0);
    }
    return recording
        .get()
        .core(
            BuildInfo.CURRENT.commit(),
            validity.network(),
            settings,
            limits(),
            new RecordedNode.Clock(wallMillis, 0),
            outside);
  }

  private Limits limits() {
    return config.keepsAllBlocks() ? Limits.defaults() : Limits.pruning();
  }

  /**
   * What the node's record offers. A node that dropped blocks before it was told to keep all is no
   * archive: it has nobody to ask for what is below its lowest.
   */
  private long services() {
    boolean whole = store.lowestHeight().orElse(1) <= 1;
    return config.keepsAllBlocks() && whole ? Service.ARCHIVE.bit() : 0;
  }

  private NodeLoop newLoop(Validity validity, long originNanos) {
    ChannelIdentity channelIdentity =
        new ChannelIdentity(identity, validity.networkId(), null, new SecureRandom());
    return new NodeLoop(
        channelIdentity,
        verifyPool,
        observers.events,
        TransportLimits.defaults(),
        originNanos,
        this::onFatal);
  }

  private void onFatal(Throwable failure) {
    fatal.set(failure);
    onFatal.accept(failure);
  }

  /** Binds, so that the port is known; nobody is let in before the core has started. */
  private Listener listen() {
    try {
      return loop.bind(config.listen().toSocket());
    } catch (IOException e) {
      throw cannotBind(NodeOption.LISTEN, config.listen(), e);
    }
  }

  private static CommandException cannotBind(NodeOption option, HostPort address, IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new CommandException(
        ExitCode.CANNOT_BIND,
        "cannot bind %s %s: %s".formatted(option.flag(), address, cause.getMessage()),
        e);
  }

  private StaticPeers staticPeers(NetworkFile networkFile, List<NodeAddress> own) {
    List<HostPort> fixed = new ArrayList<>(config.peers());
    fixed.addAll(networkFile.bootstrap());
    return new StaticPeers(fixed, config.peersFile(), own, limits().dialling().staticPeersMax());
  }

  private Settings settings(List<NodeAddress> own, List<NodeAddress> peers, long wallMillis)
      throws IOException {
    DurableNumber sequence = DurableNumber.open(files.recordSequence());
    sequence.raise(Math.max(wallMillis, sequence.value() + 1));
    NodeRecord self = NodeRecord.sign(identity, sequence.value(), wallMillis, own, services());
    return new Settings(self, BuildInfo.CURRENT.agent(), peers, config.outbound(), config.relay());
  }

  private PeerDesk peerDesk(StaticPeers statics, List<NodeAddress> peers, BanFile banFile) {
    ScheduledThreadPoolExecutor saver = Clockwork.thread("grapevine-bans");
    phases.started("bans", () -> Clockwork.end(saver));
    return new PeerDesk(loop, identity.publicKey(), statics, peers, banFile, saver);
  }

  /** What others are told; nothing where we only know that we listen everywhere. */
  private List<NodeAddress> addresses() throws IOException, InterruptedException {
    if (config.advertise().isPresent()) {
      return PlaceLookup.own(config.advertise().get());
    }
    InetSocketAddress listens = listenAddress().toSocket();
    return listens.getAddress().isAnyLocalAddress()
        ? List.of()
        : List.of(NodeAddress.ip(listens.getAddress().getAddress(), listens.getPort()));
  }

  private void start(Core core, AddressFile addressFile, List<OperatorAction.Ban> bans)
      throws IOException, InterruptedException {
    AddressFile.Loaded known = addressFile.load();
    known.problem().ifPresent(LOG::warn);
    LOG.info("starting with the records of {} other nodes", known.records().size());
    loop.start(core, known.records(), bans);
    try {
      new CoreAnswers(loop).ask((started, nowNanos) -> started.view().status(nowNanos));
    } catch (Producer.Chain.Failure e) {
      if (fatal.get() instanceof RuntimeException cause) {
        throw cause; // what it could not read, say
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  private ApiServer serveApi(NetworkFile networkFile, LoopGate gate) throws IOException {
    Optional<Token> given = givenToken(config);
    Token token = given.isPresent() ? given.get() : Token.readOrCreate(files.token());
    ApiServer server;
    try {
      server =
          new ApiServer(
              new ApiServer.Settings(
                  config.apiListen().toSocket(),
                  config.tokenFile().isPresent(),
                  networkFile.network().name(),
                  BuildInfo.CURRENT.agent(),
                  ApiServer.REQUESTS_PER_SECOND),
              token,
              new ApiServer.Doors(gate, peerDesk, new LogTopics()));
    } catch (IOException e) {
      throw cannotBind(NodeOption.API_LISTEN, config.apiListen(), e);
    }
    phases.started("api", server::close);
    tell("api file", files.api(), config.apiListen().withPort(server.address().getPort()));
    return server;
  }

  /**
   * The token of {@code --token-file}; empty without one.
   *
   * @throws CommandException when there is no such file
   * @throws IOException when others may touch it, or it holds no token
   */
  public static Optional<Token> givenToken(NodeConfig config) throws IOException {
    if (config.tokenFile().isEmpty()) {
      return Optional.empty();
    }
    Path file = config.tokenFile().get();
    try {
      return Optional.of(Token.read(file));
    } catch (NoSuchFileException e) {
      throw CommandException.usage(
          "%s: there is no file %s, expected one with 64 hexadecimal digits, mode 0600"
              .formatted(NodeOption.TOKEN_FILE.flag(), file));
    }
  }

  /**
   * Reads the operator's bans as a start does, which goes on without a line that is none.
   *
   * @throws IOException naming the file, when it cannot be read
   */
  public static void checkBans(DataFiles files) throws IOException {
    new BanFile(files.bans()).load();
  }

  /** Leaves an address for the programs of this machine, as long as the node runs. */
  private void tell(String phase, Path file, HostPort address) throws IOException {
    DurableFile.replace(file, (address + "\n").getBytes(StandardCharsets.US_ASCII));
    phases.started(phase, () -> Files.deleteIfExists(file));
  }

  private Optional<MetricsServer> serveMetrics(LoopGate gate) throws IOException {
    if (config.metricsListen().isEmpty()) {
      return Optional.empty();
    }
    HostPort address = config.metricsListen().get();
    MetricsServer server;
    try {
      server = new MetricsServer(address.toSocket(), gate, observers.exposition::write);
    } catch (IOException e) {
      throw cannotBind(NodeOption.METRICS_LISTEN, address, e);
    }
    phases.started("metrics", server::close);
    tell("metrics file", files.metrics(), address.withPort(server.address().getPort()));
    return Optional.of(server);
  }

  private void startProducer(Validity validity) throws IOException {
    if (!Files.exists(files.producerKey())) {
      return;
    }
    Producer producer =
        new Producer(
            validity.network(),
            DataFiles.readKey(files.producerKey()),
            producerSlot(validity.network()),
            new CoreAnswers(loop));
    ScheduledThreadPoolExecutor thread = Clockwork.thread("grapevine-producer");
    phases.started("producer", () -> Clockwork.end(thread));
    producer.start(thread);
  }

  /** A copy of a producer's directory leaves the present slot out: the original may have signed. */
  private DurableNumber producerSlot(Network network) throws IOException {
    DurableNumber lastSlot = DurableNumber.open(files.producerSlot());
    if (Files.exists(files.producerCopied())) {
      long present = network.slotAt(System.currentTimeMillis());
      if (present > lastSlot.value()) {
        lastSlot.raise(present);
      }
      Files.delete(files.producerCopied());
    }
    return lastSlot;
  }

  /** Where other nodes connect, with the port that it got. */
  public HostPort listenAddress() {
    return config.listen().withPort(listener.port());
  }

  /** Where the API is, with the port that it got. */
  public HostPort apiAddress() {
    return config.apiListen().withPort(api.address().getPort());
  }

  /**
   * The line that says that the node is ready, and how to reach it.
   *
   * @param startedMillis what it took
   */
  public String readyLine(long startedMillis) {
    String served =
        metrics
            .flatMap(
                server -> config.metricsListen().map(at -> at.withPort(server.address().getPort())))
            .map(HostPort::toString)
            .orElse("-");
    return "ready node=%s listen=%s api=%s metrics=%s started=%dms"
        .formatted(identity.publicKey(), listenAddress(), apiAddress(), served, startedMillis);
  }

  /**
   * Reads the peers file again, if there is one, and looks all names up; what is wrong with the
   * file is told to the log.
   */
  public void rereadPeers() throws InterruptedException {
    peerDesk.reread();
  }

  /** Stops, within seconds; harmless when done twice. */
  @Override
  public void close() {
    phases.close();
  }
}
