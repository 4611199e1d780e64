package grapevine.netlab.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a run works: {@code nodes/} holds the nodes' directories and logs, the reports lie beside
 * it. Confined to one thread. At the end the nodes' part is deleted unless somebody wants it: it
 * was asked for, or the run failed and the logs may say why.
 */
public final class WorkDirectory implements AutoCloseable {
  private final Path root;
  private boolean kept;

  private WorkDirectory(Path root, boolean kept) {
    this.root = root;
    this.kept = kept;
  }

  /**
   * @param given a directory that is empty or does not exist; without one, a new temporary one
   * @param keep whether the nodes' part stays; a given directory always does
   * @throws IOException also when the given directory holds something
   */
  public static WorkDirectory open(Optional<Path> given, boolean keep) throws IOException {
    WorkDirectory directory = new WorkDirectory(root(given), keep || given.isPresent());
    Files.createDirectory(directory.nodes());
    return directory;
  }

  /** For a run that starts no nodes. */
  public static WorkDirectory forReports(Optional<Path> given) throws IOException {
    return new WorkDirectory(root(given), true);
  }

  private static Path root(Optional<Path> given) throws IOException {
    Path root;
    if (given.isPresent()) {
      root = given.get().toAbsolutePath();
      Files.createDirectories(root);
      try (Stream<Path> files = Files.list(root)) {
        if (files.findAny().isPresent()) {
          throw new IOException(root + " is not empty, and a run overwrites nothing");
        }
      }
    } else {
      root = Files.createTempDirectory("netlab-");
    }
    return root;
  }

  public Path root() {
    return root;
  }

  public Path nodes() {
    return root.resolve("nodes");
  }

  /** Decides that the nodes' part stays. */
  public void keep() {
    kept = true;
  }

  public boolean isKept() {
    return kept;
  }

  @Override
  public void close() throws IOException {
    if (kept) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(nodes())) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
