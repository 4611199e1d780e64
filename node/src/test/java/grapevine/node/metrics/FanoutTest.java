package grapevine.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.protocol.port.NodeEvents;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FanoutTest {
  /** An observer that writes down what it is told. */
  private static NodeEvents recorder(String name, List<String> calls) {
    return (NodeEvents)
        Proxy.newProxyInstance(
            FanoutTest.class.getClassLoader(),
            new Class<?>[] {NodeEvents.class},
            (proxy, method, arguments) -> {
              calls.add(name + " " + method.getName() + Arrays.toString(arguments));
              return null;
            });
  }

  @Test
  void shouldTellEveryObserverEverythingInOrder() {
    List<String> direct = new ArrayList<>();
    Sample.tellAll(recorder("first", direct));

    List<String> fanned = new ArrayList<>();
    Sample.tellAll(new Fanout(recorder("first", fanned), recorder("second", fanned)));

    List<String> expected = new ArrayList<>();
    for (String call : direct) {
      expected.add(call);
      expected.add(call.replaceFirst("first", "second"));
    }
    assertThat(fanned).isEqualTo(expected);
  }

  @Test
  void shouldKnowEveryMethodOfTheInterface() {
    Set<String> told = new TreeSet<>();
    List<String> calls = new ArrayList<>();
    Sample.tellAll(new Fanout(recorder("", calls)));
    calls.forEach(call -> told.add(call.substring(1, call.indexOf('['))));

    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(NodeEvents.class.getDeclaredMethods())
                .filter(Method::isDefault)
                .map(Method::getName)
                .toList());
  }
}
