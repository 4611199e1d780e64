package grapevine.netlab.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One life of one node process. Any thread.
 *
 * <p>What it prints goes straight to a file, in which the line that says it is ready is looked for:
 * a pipe would stop the node whenever the lab is too slow to empty it.
 */
final class NodeProcess {
  /** A node's exit code when it cannot bind an address. */
  static final int EXIT_CANNOT_BIND = 5;

  private static final Pattern READY =
      Pattern.compile(
          "^ready node=([0-9a-f]{64}) listen=(\\S+) api=(\\S+) metrics=(\\S+) started=(\\d+)ms\\r?$",
          Pattern.MULTILINE);

  private static final long POLL_MILLIS = 20;
  private static final int LOG_LINES_SHOWN = 12;
  private static final int LOG_BYTES_SHOWN_MAX = 8192;

  /** What a node says of itself when it is ready; addresses are host:port. */
  record Ready(String nodeId, String listen, String api, String metrics, long startMillis) {}

  private final String name;
  private final Process process;
  private final Path log;
  private final long logStart;

  private NodeProcess(String name, Process process, Path log, long logStart) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts the process; it lives until it is stopped.
   *
   * @param name for messages
   * @param log to which its output is appended
   */
  static NodeProcess start(String name, List<String> command, Path log) throws IOException {
    long logStart = Files.exists(log) ? Files.size(log) : 0;
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new NodeProcess(name, process, log, logStart);
  }

  /**
   * Waits for the ready line.
   *
   * @throws NodeFailure when the process ends before, or takes longer
   */
  Ready awaitReady(Duration timeout) throws NodeFailure, IOException, InterruptedException {
    return awaitReady(1, timeout).getFirst();
  }

  /** The same of a process that hosts so many nodes: their ready lines, in any order. */
  List<Ready> awaitReady(int nodes, Duration timeout)
      throws NodeFailure, IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (true) {
      boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      List<Ready> ready = READY.matcher(output()).results().map(NodeProcess::ready).toList();
      if (ready.size() >= nodes) {
        return ready;
      }
      if (ended) {
        throw new NodeFailure(
            "%s ended with exit code %d before it was ready%s"
                .formatted(name, process.exitValue(), lastWords()),
            process.exitValue());
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new NodeFailure(
            "%s is not ready after %d s%s".formatted(name, timeout.toSeconds(), lastWords()));
      }
    }
  }

  private static Ready ready(MatchResult line) {
    return new Ready(
        line.group(1), line.group(2), line.group(3), line.group(4), Long.parseLong(line.group(5)));
  }

  /** What this life printed so far. */
  private String output() throws IOException {
    return output(logStart);
  }

  private String output(long start) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.max(0, file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** The end of its output, for a message. */
  String lastWords() throws IOException {
    long start = Math.max(logStart, Files.size(log) - LOG_BYTES_SHOWN_MAX);
    List<String> lines = output(start).lines().toList();
    if (lines.isEmpty()) {
      return "; it printed nothing";
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
    return "; its last words in " + log + ":\n  " + String.join("\n  ", last);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  int exitCode() {
    return process.exitValue();
  }

  /** Ends it as a power cut would, SIGKILL, and waits until it is gone. */
  void kill() throws InterruptedException {
    destroy();
    process.waitFor();
  }

  /** The same without waiting. */
  void destroy() {
    process.destroyForcibly();
  }

  /**
   * Sends it a signal by name, as {@code STOP}.
   *
   * @throws IOException when it is gone, or the system has no command kill
   */
  void signal(String name) throws IOException, InterruptedException {
    Process command =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (command.waitFor() != 0) {
      throw new IOException("%s cannot be sent the signal %s".formatted(this.name, name));
    }
  }

  /** Asks it to stop, SIGTERM. */
  void stop() {
    process.destroy();
  }

  /** Waits until it is gone; kills it when that takes longer than until the deadline. */
  void awaitEnd(long deadlineNanos) throws InterruptedException {
    long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
    if (!process.waitFor(leftNanos, TimeUnit.NANOSECONDS)) {
      kill();
    }
  }

  /** Memory that the system counts as resident, in bytes; -1 where it does not tell. */
  long residentBytes() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) << 10)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // another system, or the process has just ended
    }
  }
}
