package grapevine.netlab.local.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The system's {@code ip} command (iproute2). Stateless. */
final class IpCommand {
  /** Where it is on systems that keep it off a user's path. */
  private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin");

  private IpCommand() {}

  /** Where it is. */
  static Optional<Path> find() {
    List<String> folders = new ArrayList<>();
    folders.addAll(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
    folders.addAll(SYSTEM_FOLDERS);
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "ip"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Its path. */
  static String path() throws IOException {
    return find()
        .orElseThrow(() -> new IOException("there is no command ip; install iproute2"))
        .toString();
  }

  /**
   * Runs many of its commands in one process: a process for each takes three times as long.
   *
   * @throws IOException with what it printed, if one failed; the others are done all the same
   */
  static void batch(List<String> commands) throws IOException, InterruptedException {
    String input = String.join("\n", commands) + "\n";
    run(List.of(path(), "-force", "-batch", "-"), input);
  }

  /** What it prints. */
  static String run(List<String> command, String input) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      try (OutputStream out = process.getOutputStream()) {
        out.write(input.getBytes(StandardCharsets.US_ASCII));
      }
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException(
            "%s failed: %s".formatted(String.join(" ", command), printed.replace('\n', ' ')));
      }
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
