package grapevine.node.app;

import grapevine.node.app.console.ExitCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM, SIGINT and SIGHUP as a request instead of an end. A shutdown hook would not do: the
 * program would end with 143 although nothing went wrong, and a second signal would go unheard. The
 * JDK has this in {@code sun.misc} only, whose use the compiler cannot be told to accept; hence
 * reflection.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * From now on the first signal runs {@code stop}, on a thread of its own, and a second one ends
   * the process at once.
   */
  static void onFirst(Runnable stop) {
    AtomicBoolean stopping = new AtomicBoolean();
    Runnable handler =
        () -> {
          if (stopping.getAndSet(true)) {
            Runtime.getRuntime().halt(ExitCode.RUNTIME.code());
          }
          stop.run();
        };
    try {
      handle("TERM", handler);
      handle("INT", handler);
    } catch (ReflectiveOperationException e) {
      LOG.atWarn().addKeyValue("error", e).log("signals end this node without a goodbye");
    }
  }

  /** From now on SIGHUP, which ended the process before, runs this on a thread of its own. */
  static void onHangUp(Runnable reread) {
    try {
      handle("HUP", reread);
    } catch (ReflectiveOperationException e) {
      LOG.atWarn().addKeyValue("error", e).log("SIGHUP ends this node");
    }
  }

  private static void handle(String name, Runnable handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> listener = Class.forName("sun.misc.SignalHandler");
    Object proxy =
        Proxy.newProxyInstance(
            listener.getClassLoader(),
            new Class<?>[] {listener},
            (self, method, arguments) -> answer(handler, self, method, arguments));
    signal
        .getMethod("handle", signal, listener)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
  }

  private static Object answer(Runnable handler, Object self, Method method, Object[] arguments)
      throws InvocationTargetException, IllegalAccessException {
    if (!method.getName().equals("handle")) {
      return method.invoke(handler, arguments);
    }
    handler.run();
    return self;
  }
}
