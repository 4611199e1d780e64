package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.api.Routes.Route;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static final Route LIST = Route.get("/a", call -> {});
  private static final Route FIRST = Route.get("/a/first", call -> {});
  private static final Route ONE = Route.get("/a/{id}", call -> {});
  private static final Route CHANGE = Route.put("/a/{id}", call -> {});
  private static final Route OPEN = Route.open("/open", call -> {});
  private final Routes routes = new Routes(List.of(LIST, FIRST, ONE, CHANGE, OPEN));

  private Routes.Match match(String path) {
    return routes.match(path).orElseThrow();
  }

  @Test
  void shouldLeadToAllMethodsOfAPath() {
    assertThat(match("/a").byMethod()).isEqualTo(Map.of("GET", LIST));
    assertThat(match("/a/x").byMethod()).isEqualTo(Map.of("GET", ONE, "PUT", CHANGE));
  }

  @Test
  void shouldPreferTheFirstThatFits() {
    assertThat(match("/a/first").byMethod()).isEqualTo(Map.of("GET", FIRST));
  }

  @Test
  void shouldTakeVariablesDecodedAndWhole() {
    assertThat(match("/a/x").variables()).isEqualTo(Map.of("id", "x"));
    assertThat(match("/a/").variables()).isEqualTo(Map.of("id", ""));
    assertThat(match("/a/%5B::1%5D:7+%2F").variables()).isEqualTo(Map.of("id", "[::1]:7+/"));
  }

  @Test
  void shouldNotFindMoreNorLess() {
    for (String path : List.of("", "/", "/a/x/y", "/b", "a", "/A")) {
      assertThat(routes.match(path)).as(path).isEmpty();
    }
  }

  @Test
  void shouldBeOpenOnlyWhereAllMethodsAre() {
    assertThat(match("/open").isOpen()).isTrue();
    assertThat(match("/a").isOpen()).isFalse();
  }
}
