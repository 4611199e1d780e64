package grapevine.node.api;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The node's API over HTTP. Any thread; every request runs on a virtual thread of its own.
 *
 * <p>It is meant for programs of this machine. Who asks must present the {@link Token}, and must
 * ask for one of this machine's names: a page in a browser that got a name of its own pointed at
 * 127.0.0.1 (DNS rebinding) is refused by its {@code Host} header. Only health is open.
 */
public final class ApiServer implements AutoCloseable {
  private static final int REQUESTS_MAX = 256;

  /** A name can be rebound to another address; an address cannot. */
  private static final Pattern ADDRESS_LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");

  private final Settings settings;
  private final Token token;
  private final Set<String> hosts = new TreeSet<>(Set.of("127.0.0.1", "localhost", "[::1]"));
  private final Map<String, Route> routes;
  private final Route item;
  private final HttpListener listener;

  /**
   * Where to listen, and what the status says of the node.
   *
   * @param listen port 0 takes any that is free
   * @param remoteAllowed whether {@code listen} may be reached from other machines
   * @param network name of the network
   * @param agent what the node calls itself
   */
  public record Settings(
      InetSocketAddress listen, boolean remoteAllowed, String network, String agent) {}

  /** What a path answers to. */
  private record Route(String method, boolean open, HttpListener.Handler handler) {
    static Route get(HttpListener.Handler handler) {
      return new Route("GET", false, handler);
    }

    static Route post(HttpListener.Handler handler) {
      return new Route("POST", false, handler);
    }

    static Route open(HttpListener.Handler handler) {
      return new Route("GET", true, handler);
    }
  }

  /**
   * Binds and starts.
   *
   * @throws IOException if the address cannot be bound
   * @throws IllegalArgumentException if it can be reached from elsewhere and that is not allowed
   */
  public ApiServer(Settings settings, Token token, NodeGate gate) throws IOException {
    InetSocketAddress listen = settings.listen;
    if (listen.isUnresolved()
        || (!listen.getAddress().isLoopbackAddress() && !settings.remoteAllowed)) {
      throw new IllegalArgumentException(
          "the API may listen on a loopback address only, not on " + listen);
    }
    this.settings = settings;
    this.token = token;
    hosts.add(hostOf(listen));
    Queries queries = new Queries(gate, settings.network, settings.agent);
    Submissions submissions = new Submissions(gate);
    Health health = new Health(gate);
    EventFeed events = new EventFeed(gate, this::isStopping);
    routes =
        Map.ofEntries(
            Map.entry("/livez", Route.open(health::live)),
            Map.entry("/readyz", Route.open(health::ready)),
            Map.entry("/v1/status", Route.get(queries::status)),
            Map.entry("/v1/peers", Route.get(queries::peers)),
            Map.entry("/v1/tips", Route.get(queries::tips)),
            Map.entry("/v1/digest", Route.get(queries::digest)),
            Map.entry(Queries.ITEMS, Route.get(queries::since)),
            Map.entry("/v1/events", Route.get(events::stream)),
            Map.entry("/v1/transactions", Route.post(submissions::single)),
            Map.entry("/v1/transactions/batch", Route.post(submissions::batch)),
            Map.entry("/v1/blocks", Route.post(submissions::block)));
    item = Route.get(queries::item);
    listener = new HttpListener(listen, "api", REQUESTS_MAX, this::handle);
    listener.start();
  }

  private static String hostOf(InetSocketAddress listen) {
    String host = listen.getHostString().toLowerCase(Locale.ROOT);
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
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
    Route route = route(call.path());
    if (route == null || !route.open) {
      checkToken(call);
    }
    if (route == null) {
      throw new ApiError(404, "not-found", "nothing has this path");
    }
    if (!call.method().equals(route.method)) {
      call.setHeader("Allow", route.method);
      throw new ApiError(405, "method-not-allowed", "expected " + route.method);
    }
    route.handler.handle(call);
  }

  private @Nullable Route route(String path) {
    return path.startsWith(Queries.ITEMS + "/") ? item : routes.get(path);
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
