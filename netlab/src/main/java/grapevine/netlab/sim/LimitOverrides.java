package grapevine.netlab.sim;

import grapevine.node.protocol.Limits;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Bounds of a node that a scenario sets, by path: the part and the name of the bound, as {@code
 * sessions.inboundMax}. Limits are records all the way down, so their own components are the names
 * that there are.
 */
public final class LimitOverrides {
  private LimitOverrides() {}

  /** All paths that there are, as {@code sessions.inboundMax}. */
  public static List<String> paths() {
    List<String> paths = new ArrayList<>();
    addPaths(Limits.class, "", paths);
    return paths;
  }

  private static void addPaths(Class<?> limits, String prefix, List<String> paths) {
    for (RecordComponent component : limits.getRecordComponents()) {
      String path = prefix + component.getName();
      if (component.getType().isRecord()) {
        addPaths(component.getType(), path + ".", paths);
      } else {
        paths.add(path);
      }
    }
  }

  /**
   * The same limits but for some.
   *
   * @throws IllegalArgumentException naming the path that there is not, and those that there are
   */
  static Limits apply(Limits limits, Map<String, Long> values) {
    Limits result = limits;
    for (Map.Entry<String, Long> entry : new TreeMap<>(values).entrySet()) {
      result = (Limits) with(result, entry.getKey(), entry.getKey(), entry.getValue());
    }
    return result;
  }

  private static Object with(Object limits, String path, String rest, long value) {
    int dot = rest.indexOf('.');
    String name = dot < 0 ? rest : rest.substring(0, dot);
    RecordComponent[] components = limits.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    boolean found = false;
    for (int i = 0; i < components.length; i++) {
      values[i] = valueOf(components[i], limits);
      if (components[i].getName().equals(name)) {
        found = true;
        values[i] =
            dot < 0
                ? number(components[i], path, value)
                : part(values[i], path, rest.substring(dot + 1), value);
      }
    }
    if (!found) {
      throw new IllegalArgumentException(
          "limit %s: no %s, expected one of: %s"
              .formatted(
                  path,
                  name,
                  Arrays.stream(components)
                      .map(RecordComponent::getName)
                      .collect(Collectors.joining(", "))));
    }
    return make(limits.getClass(), components, values);
  }

  private static Object part(Object part, String path, String rest, long value) {
    if (!part.getClass().isRecord()) {
      throw new IllegalArgumentException("limit " + path + ": expected part.name");
    }
    return with(part, path, rest, value);
  }

  private static Object number(RecordComponent component, String path, long value) {
    if (component.getType() == int.class && value == (int) value) {
      return (int) value;
    }
    if (component.getType() == long.class) {
      return value;
    }
    throw new IllegalArgumentException(
        "limit %s: %d, expected a value of type %s"
            .formatted(path, value, component.getType().getSimpleName()));
  }

  private static Object valueOf(RecordComponent component, Object holder) {
    try {
      return component.getAccessor().invoke(holder);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static Object make(Class<?> type, RecordComponent[] components, Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException("limits " + Arrays.toString(values) + " are refused", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }
}
