package grapevine.netlab.local.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Network namespaces of this process, named {@code gvn}, its pid, a dash and a number, so that
 * whoever lists them sees whose they are. Any thread.
 *
 * <p>None outlives the lab: {@link #removeAll} removes them, the emulator's shutdown hook calls it,
 * and those of a lab that was killed are removed by the next one.
 */
final class Namespaces {
  private static final String PREFIX = "gvn";
  private static final Path NAMED = Path.of("/run/netns");
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-\\d+");
  private static final String OWN = "/proc/thread-self/ns/net";

  private final List<String> names;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("namespaces").unstarted(task));

  private Namespaces(List<String> names) {
    this.names = names;
  }

  /** Makes so many. */
  static Namespaces create(int count) throws IOException, InterruptedException {
    long pid = ProcessHandle.current().pid();
    List<String> names =
        IntStream.range(0, count).mapToObj(number -> PREFIX + pid + "-" + number).toList();
    Namespaces namespaces = new Namespaces(names);
    try {
      IpCommand.batch(names.stream().map(name -> "netns add " + name).toList());
      return namespaces;
    } catch (IOException | InterruptedException e) {
      namespaces.removeAll();
      throw e;
    }
  }

  /**
   * Removes what labs left behind that are dead, and ends the programs that still run in there:
   * only such a lab can have started them.
   */
  static void removeStale() throws IOException, InterruptedException {
    List<String> stale = new ArrayList<>();
    for (String name : existing()) {
      Matcher form = NAME.matcher(name);
      if (form.matches() && ProcessHandle.of(Long.parseLong(form.group(1))).isEmpty()) {
        stale.add(name);
      }
    }
    for (String name : stale) {
      IpCommand.run(List.of(IpCommand.path(), "netns", "pids", name), "")
          .lines()
          .forEach(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(Namespaces::end));
    }
    remove(stale);
  }

  private static void end(ProcessHandle process) {
    process.destroyForcibly();
  }

  /** All namespaces with names, whoever made them. */
  static List<String> existing() throws IOException {
    if (!Files.isDirectory(NAMED)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(NAMED)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void remove(List<String> names) throws IOException, InterruptedException {
    if (!names.isEmpty()) {
      IpCommand.batch(names.stream().map(name -> "netns delete " + name).toList());
    }
  }

  String name(int number) {
    return names.get(number);
  }

  /**
   * Does something on a thread that is in a namespace; a socket opened there stays in there. It
   * must start no thread, directly or through an executor: that would be in there for good.
   */
  <T> T inside(int number, Callable<T> task) throws IOException, InterruptedException {
    try {
      return thread.submit(() -> insideHere(number, task)).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw new IOException(failure.getMessage(), failure);
        case RuntimeException failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private <T> T insideHere(int number, Callable<T> task) throws Exception {
    int own = openNamespace(OWN);
    try {
      int there = openNamespace(NAMED.resolve(names.get(number)).toString());
      try {
        enter(there);
      } finally {
        Libc.calls().close(there);
      }
      try {
        return task.call();
      } finally {
        // Also before the result is told, which may start a thread of those that wait for it.
        enter(own);
      }
    } finally {
      Libc.calls().close(own);
    }
  }

  private static int openNamespace(String path) throws IOException {
    return Libc.check(Libc.calls().open(path, Libc.O_RDONLY | Libc.O_CLOEXEC), "open " + path);
  }

  private static void enter(int namespace) throws IOException {
    Libc.check(Libc.calls().setns(namespace, Libc.CLONE_NEWNET), "enter a network namespace");
  }

  /** Removes those that are there; a program that still runs in one keeps it until it ends. */
  void removeAll() throws IOException, InterruptedException {
    thread.shutdownNow();
    List<String> left = new ArrayList<>(existing());
    left.retainAll(names);
    remove(left);
  }
}
