package grapevine.netlab.local;

import grapevine.netlab.scenario.LabNetwork;
import grapevine.netlab.scenario.Topology;
import grapevine.netlab.scenario.TopologyPlan;
import grapevine.netlab.trace.TraceRecorder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The node's classes as a JVM has loaded, linked and profiled them, in a file that all node
 * processes share (JEP 483, 514 and 515): a start takes a third to a half less of a processor.
 * Stateless.
 *
 * <p>Made on first use by a few nodes that find each other in one process, and kept in the folder
 * {@code aot} beside the node's jar, so that it goes with the build. Its name is a digest of
 * everything it depends on; what does not fit, the JVM ignores and starts as ever. So a cache is
 * never needed: where none can be made, nodes just start slower.
 */
public final class AotCache {
  /** The first that makes one in a single run. */
  public static final int JAVA_MIN = 25;

  private static final int KEY_BYTES = 8;

  // Enough handshakes that the profiles tell which methods are worth compiling.
  private static final int NODES = 8;
  private static final int DEGREE = 4;

  private static final String PREFIX = "grapevine-";

  /** Of 40 MB each: few nodes and a crowd have options of their own, and so may a user. */
  private static final int KEPT_MAX = 4;

  /** It writes some 40 MB, in a second JVM. */
  private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(2);

  private AotCache() {}

  /**
   * The same program with the cache, which is made if there is none yet: takes seconds then.
   *
   * @return the program as it was where there can be none: an older Java, or not the lab's own
   */
  public static NodeProgram sharedBy(NodeProgram program) throws InterruptedException {
    Optional<Path> place = place(program);
    if (place.isEmpty()) {
      return program;
    }
    Path file = place.get();
    try {
      if (!Files.exists(file)) {
        make(program, file);
      }
      return program.withOptions(List.of("-XX:AOTCache=" + file));
    } catch (IOException | NodeFailure e) {
      return program; // as on a machine that cannot have one
    }
  }

  /** Whether there is one already, which a start would use. */
  public static boolean exists(NodeProgram program) {
    return place(program).filter(Files::exists).isPresent();
  }

  /** Where it is, or would be; empty where there can be none. */
  static Optional<Path> place(NodeProgram program) {
    Path jar = jarOf(program);
    Path own = Path.of(System.getProperty("java.home"), "bin", "java");
    if (jar == null || Runtime.version().feature() < JAVA_MIN) {
      return Optional.empty();
    }
    try {
      if (!Files.isSameFile(own, Path.of(program.java().getFirst()))) {
        return Optional.empty(); // of which we do not know the version
      }
      return Optional.of(jar.resolveSibling("aot").resolve(PREFIX + key(program, jar)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Path jarOf(NodeProgram program) {
    List<String> main = program.main();
    return main.size() == 2 && main.getFirst().equals("-jar") ? Path.of(main.get(1)) : null;
  }

  private static String key(NodeProgram program, Path jar) throws IOException {
    List<String> parts = new ArrayList<>(program.command(List.of()));
    parts.add(Runtime.version().toString());
    parts.add(Files.getLastModifiedTime(jar).toString());
    parts.add(Long.toString(Files.size(jar)));
    for (String option : program.java()) {
      if (option.startsWith("@")) {
        parts.add(Files.readString(Path.of(option.substring(1))));
      }
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, KEY_BYTES) + ".aot";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void make(NodeProgram program, Path file)
      throws NodeFailure, IOException, InterruptedException {
    Path caches = Files.createDirectories(file.getParent());
    Path folder = Files.createTempDirectory("netlab-aot-");
    Path half = folder.resolve("half.aot");
    try {
      train(program.withOptions(List.of("-XX:AOTCacheOutput=" + half)), folder);
      if (!Files.exists(half)) {
        throw new NodeFailure("the JVM wrote no AOT cache");
      }
      Path beside = Files.createTempFile(caches, "half", ".aot");
      Files.move(half, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      deleteOld(caches);
    } finally {
      delete(folder);
    }
  }

  /** Runs some nodes until they have found each other; their JVM writes the cache as it ends. */
  private static void train(NodeProgram program, Path folder)
      throws NodeFailure, IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(0);
    LabNetwork network =
        LabNetwork.create(
            NODES,
            new LabNetwork.Terms(System.currentTimeMillis(), 1_000, 600, 1, 1, 60),
            random.split());
    try (LocalCluster cluster =
        LocalCluster.create(
            program,
            new Placement.Hosted(NODES),
            folder,
            Topology.draw(new TopologyPlan.Random(DEGREE), NODES, random.split()).downwards(),
            network,
            TraceRecorder.shared(NODES))) {
      cluster.start(started -> {});
      cluster.awaitLinks();
      cluster.costs();
      cluster.stop(WRITE_TIMEOUT);
    }
  }

  /** Keeps the newest: of other options, or of earlier builds. A node keeps what it has open. */
  static void deleteOld(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all = files.filter(each -> each.getFileName().toString().startsWith(PREFIX)).toList();
    }
    Comparator<Path> oldestFirst = Comparator.comparingLong(each -> each.toFile().lastModified());
    for (Path each : all.stream().sorted(oldestFirst.reversed()).skip(KEPT_MAX).toList()) {
      Files.deleteIfExists(each);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
