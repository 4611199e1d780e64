package grapevine.node.record;

import grapevine.node.model.MalformedException;
import grapevine.node.protocol.Limits;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits as lines {@code pool.bytesMax=67108864}, by reflection over the records: a limit that a
 * part gains or loses is then named when an older recording is read, and nothing has to be kept in
 * step by hand.
 */
final class LimitsText {
  private LimitsText() {}

  static String write(Limits limits) {
    StringBuilder lines = new StringBuilder();
    write("", limits, lines);
    return lines.toString();
  }

  private static void write(String prefix, Object value, StringBuilder lines) {
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      String name = prefix + component.getName();
      Object part = valueOf(component, value);
      if (part instanceof Record nested) {
        write(name + ".", nested, lines);
      } else if (component.getType().isPrimitive()) {
        lines.append(name).append('=').append(part).append('\n');
      } else {
        throw new IllegalStateException(name + " is a " + component.getType() + ": not recorded");
      }
    }
  }

  private static Object valueOf(RecordComponent component, Object of) {
    try {
      // A part's record may be nested in a class that is not public.
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("an accessor of a record only reads", e);
    }
  }

  static Limits read(String text) throws MalformedException {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    Limits limits = Limits.class.cast(read("", Limits.class, values));
    if (!values.isEmpty()) {
      throw new MalformedException(
          "limit " + values.keySet().iterator().next() + " is not known to this build");
    }
    return limits;
  }

  private static Object read(String prefix, Class<?> type, Map<String, String> values)
      throws MalformedException {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] parts = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = prefix + components[i].getName();
      parts[i] =
          types[i].isRecord()
              ? read(name + ".", types[i], values)
              : parse(name, types[i], values.remove(name));
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(parts);
    } catch (InvocationTargetException e) {
      throw new MalformedException("limits " + prefix + ": " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("every record has this constructor", e);
    }
  }

  private static Object parse(String name, Class<?> type, @Nullable String text)
      throws MalformedException {
    if (text == null) {
      throw new MalformedException("limit " + name + " is missing: this build has it");
    }
    try {
      if (type == int.class) {
        return Integer.valueOf(text);
      } else if (type == long.class) {
        return Long.valueOf(text);
      } else if (type == double.class) {
        return Double.valueOf(text);
      } else if (type == boolean.class) {
        return Boolean.valueOf(text);
      }
    } catch (NumberFormatException e) {
      throw new MalformedException("limit " + name + " is no " + type);
    }
    throw new IllegalStateException(name + " is a " + type + ": not recorded");
  }
}
