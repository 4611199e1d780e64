package grapevine.node.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The ways from older layouts of a data directory to the present one, each from one version to the
 * next. Stateless; the caller holds the directory's lock.
 *
 * <p>Before the first step everything is copied to {@code before-format-VERSION} within the
 * directory. The copy gets that name when it is whole, and FORMAT tells the new version only when
 * all steps are done: so a start that finds an old FORMAT and a whole copy knows that the last
 * migration was cut short, and begins again from the copy. The copy stays until the operator
 * removes it.
 *
 * @param current the layout that this program reads and writes
 * @param steps in ascending order, without gaps, up to {@code current - 1}
 */
record Migrations(int current, List<Migration> steps) {
  /** There is one layout so far. */
  static final Migrations ALL = new Migrations(1, List.of());

  private static final String KEPT = "before-format-";

  /** What belongs to a run of a node, and not to its data. */
  private static final Set<String> NOT_DATA = Set.of("LOCK", "api", "metrics");

  /**
   * @param from the version that it reads; it leaves the next one
   */
  record Migration(int from, Step step) {
    /** Changes a directory in place, all but FORMAT. */
    interface Step {
      void run(Path root) throws IOException;
    }
  }

  Migrations {
    steps = List.copyOf(steps);
  }

  /**
   * Brings a directory to the present layout, all but its FORMAT.
   *
   * @throws DataDirectoryException when no way leads from there; then nothing has changed
   */
  void run(Path root, int found) throws IOException {
    List<Migration> way = steps.stream().filter(step -> step.from >= found).toList();
    if (way.size() != current - found) {
      throw FormatFile.refused(
          FormatFile.in(root),
          "format " + found + ", from which this version knows no way",
          "format " + (current - steps.size()) + " to " + current);
    }
    Path kept = root.resolve(KEPT + current);
    if (Files.exists(kept)) {
      remove(root, Migrations::isData);
      copy(kept, root);
    } else {
      Path part = root.resolve(KEPT + current + DurableFile.TEMPORARY_SUFFIX);
      if (Files.exists(part)) {
        remove(part, name -> true);
      } else {
        Files.createDirectory(part);
      }
      copy(root, part);
      Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.sync(root);
    }
    for (Migration step : way) {
      step.step.run(root);
    }
  }

  private static boolean isData(String name) {
    return !NOT_DATA.contains(name) && !name.startsWith(KEPT) && !name.equals(FormatFile.NAME);
  }

  /** Copies the data and FORMAT, which comes to stand where it stood if it is there already. */
  private static void copy(Path from, Path to) throws IOException {
    for (Path file : list(from)) {
      String name = file.getFileName().toString();
      if (isData(name) || name.equals(FormatFile.NAME)) {
        copyTree(file, to.resolve(name));
      }
    }
    DurableFile.sync(to);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    if (Files.isDirectory(from)) {
      for (Path file : list(from)) {
        copyTree(file, to.resolve(file.getFileName()));
      }
    }
    DurableFile.sync(to);
  }

  private static void remove(Path directory, Predicate<String> which) throws IOException {
    for (Path file : list(directory)) {
      if (which.test(file.getFileName().toString())) {
        if (Files.isDirectory(file)) {
          remove(file, name -> true);
        }
        Files.delete(file);
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
