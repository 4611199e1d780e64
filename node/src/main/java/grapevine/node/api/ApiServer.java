package grapevine.node.api;

import grapevine.node.api.Routes.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The node's API over HTTP. Any thread; every request runs on a virtual thread of its own.
 *
 * <p>It is meant for programs of this machine. Who asks must present the {@link Token}, and must
 * ask for one of this machine's names: a page in a browser that got a name of its own pointed at
 * 127.0.0.1 (DNS rebinding) is refused by its {@code Host} header. Only health and the description
 * of the API are open.
 */
public final class ApiServer implements AutoCloseable {
  /**
   * Requests a second that reach the core, and as many at once after a rest: far beyond what people
   * and dashboards ask, and a tenth of what its thread can answer. Health has a rate of its own, so
   * that a program that got out of hand does not have the node restarted.
   */
  public static final int REQUESTS_PER_SECOND = 2_000;

  private static final int REQUESTS_MAX = 256;

  /** A name can be rebound to another address; an address cannot. */
  private static final Pattern ADDRESS_LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");

  private final Settings settings;
  private final Token token;
  private final Set<String> hosts = new TreeSet<>(Set.of("127.0.0.1", "localhost", "[::1]"));
  private final Routes routes;
  private final RequestRate rate;
  private final RequestRate openRate;
  private final HttpListener listener;

  /**
   * Where to listen, and what the status says of the node.
   *
   * @param listen port 0 takes any that is free
   * @param remoteAllowed whether {@code listen} may be reached from other machines
   * @param network name of the network
   * @param agent what the node calls itself
   * @param requestsPerSecond served at most, of each kind: with the token, and without
   */
  public record Settings(
      InetSocketAddress listen,
      boolean remoteAllowed,
      String network,
      String agent,
      int requestsPerSecond) {}

  /** What of the node the API reaches. */
  public record Doors(NodeGate node, PeerControl peers, LogControl logs) {}

  /**
   * Binds and starts.
   *
   * @throws IOException if the address cannot be bound
   * @throws IllegalArgumentException if it can be reached from elsewhere and that is not allowed
   */
  public ApiServer(Settings settings, Token token, Doors doors) throws IOException {
    InetSocketAddress listen = settings.listen;
    if (listen.isUnresolved()
        || (!listen.getAddress().isLoopbackAddress() && !settings.remoteAllowed)) {
      throw new IllegalArgumentException(
          "the API may listen on a loopback address only, not on " + listen);
    }
    this.settings = settings;
    this.token = token;
    rate = new RequestRate(settings.requestsPerSecond, System::nanoTime);
    openRate = new RequestRate(settings.requestsPerSecond, System::nanoTime);
    hosts.add(hostOf(listen));
    routes = new Routes(routesTo(doors));
    listener = new HttpListener(listen, "api", REQUESTS_MAX, this::handle);
    listener.start();
  }

  private List<Route> routesTo(Doors doors) {
    NodeGate gate = doors.node;
    Queries queries = new Queries(gate, settings.network, settings.agent);
    Submissions submissions = new Submissions(gate);
    Health health = new Health(gate);
    EventFeed events = new EventFeed(gate, this::isStopping);
    LogLevels logLevels = new LogLevels(doors.logs);
    PeerActions actions = new PeerActions(doors.peers);
    return List.of(
        Route.open("/livez", health::live),
        Route.open("/readyz", health::ready),
        Route.open("/v1/openapi.yaml", Description::answer),
        Route.get("/v1/status", queries::status),
        Route.get("/v1/peers", queries::peers),
        Route.post("/v1/peers", actions::add),
        Route.delete("/v1/peers/{peer}", actions::drop),
        Route.get("/v1/bans", actions::bans),
        Route.post("/v1/bans", actions::ban),
        Route.delete("/v1/bans/{who}", actions::unban),
        Route.get("/v1/addresses", queries::addresses),
        Route.get("/v1/net", queries::net),
        Route.get("/v1/pool", queries::pool),
        Route.get("/v1/tips", queries::tips),
        Route.get("/v1/digest", queries::digest),
        Route.get("/v1/items", queries::since),
        Route.get("/v1/items/{kind}/{id}", queries::item),
        Route.get("/v1/items/{kind}/{id}/trace", queries::trace),
        Route.get("/v1/events", events::stream),
        Route.post("/v1/transactions", submissions::single),
        Route.post("/v1/transactions/batch", submissions::batch),
        Route.post("/v1/blocks", submissions::block),
        Route.get("/v1/log-levels", logLevels::get),
        Route.put("/v1/log-levels/{topic}", logLevels::put));
  }

  private static String hostOf(InetSocketAddress listen) {
    String host = listen.getHostString().toLowerCase(Locale.ROOT);
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  /** What it answers to, as {@code GET /v1/status}. */
  List<String> routes() {
    return routes.all().stream().map(Route::toString).toList();
  }

  /** Where it listens, with the port that it got. */
  public InetSocketAddress address() {
    return listener.address();
  }

  private boolean isStopping() {
    return listener.isStopping();
  }

  private void handle(Call call) throws ApiError, IOException, InterruptedException {
    checkHost(call);
    Optional<Routes.Match> match = routes.match(call.path());
    boolean open = match.isPresent() && match.get().isOpen();
    if (!open) {
      checkToken(call);
    }
    if (match.isEmpty()) {
      throw new ApiError(404, "not-found", "nothing has this path");
    }
    if (!(open ? openRate : rate).take()) {
      call.setHeader("Retry-After", "1");
      throw new ApiError(
          429,
          "rate-limited",
          "expected at most %d requests a second".formatted(settings.requestsPerSecond));
    }
    Map<String, Route> byMethod = match.get().byMethod();
    Route route = byMethod.get(call.method());
    if (route == null) {
      String allowed = String.join(", ", byMethod.keySet());
      call.setHeader("Allow", allowed);
      throw new ApiError(405, "method-not-allowed", "expected " + allowed);
    }
    route.handler().handle(call.with(match.get().variables()));
  }

  private void checkHost(Call call) throws ApiError {
    String host = call.header("Host").orElse("").toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    if (colon > host.lastIndexOf(']')) {
      host = host.substring(0, colon);
    }
    boolean known =
        hosts.contains(host) || (settings.remoteAllowed && ADDRESS_LITERAL.matcher(host).matches());
    if (!known) {
      throw new ApiError(403, "foreign-host", "expected a Host header that names this machine");
    }
  }

  private void checkToken(Call call) throws ApiError {
    String presented = call.header("Authorization").orElse("");
    if (!presented.regionMatches(true, 0, "Bearer ", 0, 7)
        || !token.matches(presented.substring(7).strip())) {
      call.setHeader("WWW-Authenticate", "Bearer");
      throw new ApiError(
          401, "unauthorized", "expected the header Authorization: Bearer and the node's token");
    }
  }

  /** Ends streams, lets running requests finish, at most two seconds, and unbinds. */
  @Override
  public void close() {
    listener.close();
  }
}
