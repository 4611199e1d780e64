package grapevine.node.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the API answers to: paths with methods. A segment of a path in braces, as in {@code
 * /v1/items/{kind}/{id}}, stands for any text without a slash. Immutable. Any thread.
 */
final class Routes {
  private final List<Route> routes;

  /** Who may use a route. */
  enum Access {
    /** Everyone who reaches the address. */
    OPEN,
    /** Who presents the node's token. */
    TOKEN
  }

  /** What one method of a path does. */
  record Route(String method, String path, Access access, HttpListener.Handler handler) {
    static Route get(String path, HttpListener.Handler handler) {
      return new Route("GET", path, Access.TOKEN, handler);
    }

    static Route post(String path, HttpListener.Handler handler) {
      return new Route("POST", path, Access.TOKEN, handler);
    }

    static Route put(String path, HttpListener.Handler handler) {
      return new Route("PUT", path, Access.TOKEN, handler);
    }

    static Route delete(String path, HttpListener.Handler handler) {
      return new Route("DELETE", path, Access.TOKEN, handler);
    }

    static Route open(String path, HttpListener.Handler handler) {
      return new Route("GET", path, Access.OPEN, handler);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /**
   * What a path leads to.
   *
   * @param byMethod never empty, in the order of the alphabet
   * @param variables what stands in place of the braces, decoded, by the names in them
   */
  record Match(Map<String, Route> byMethod, Map<String, String> variables) {
    /** Whether all of its methods need no token. */
    boolean isOpen() {
      return byMethod.values().stream().allMatch(route -> route.access == Access.OPEN);
    }
  }

  /**
   * @param routes where a path fits several, the first counts, with all methods of its path
   */
  Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  List<Route> all() {
    return routes;
  }

  /**
   * @param path as it came, with its percent signs
   */
  Optional<Match> match(String path) {
    String[] segments = path.split("/", -1);
    for (Route route : routes) {
      Map<String, String> variables = new HashMap<>();
      if (fits(segments, route.path.split("/", -1), variables)) {
        Map<String, Route> byMethod = new TreeMap<>();
        routes.stream()
            .filter(each -> each.path.equals(route.path))
            .forEach(each -> byMethod.put(each.method, each));
        return Optional.of(new Match(byMethod, variables));
      }
    }
    return Optional.empty();
  }

  private static boolean fits(String[] path, String[] template, Map<String, String> variables) {
    if (path.length != template.length) {
      return false;
    }
    for (int i = 0; i < path.length; i++) {
      if (template[i].startsWith("{")) {
        variables.put(template[i].substring(1, template[i].length() - 1), decode(path[i]));
      } else if (!template[i].equals(path[i])) {
        return false;
      }
    }
    return true;
  }

  /** A plus sign is itself in a path. */
  private static String decode(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
