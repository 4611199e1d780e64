package grapevine;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import grapevine.node.wire.MessageType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house: which package may use which, how large a file may grow, and what the core
 * never touches (time, randomness, IO, threads, the order of hashes), because a node and the
 * simulator drive the very same core.
 *
 * <p>Imports are judged twice, in class files and in sources: the compiler copies constants and
 * drops what only Javadoc uses, so class files alone miss them. Method lengths come from the
 * compiler's own syntax tree. To add a package, add its row to {@link #HOUSE}.
 */
class HouseRulesTest {
  private static final int FILE_LINES_MAX = 600;
  private static final int METHOD_LINES_MAX = 100;

  private static final Set<String> PARTS =
      names("node.protocol.", "session fetch pool relay peers sync reconcile");
  private static final Set<String> PORT_AND_BELOW =
      names("crypto node.model node.wire node.protocol.port");
  private static final Set<String> CORE = union(PORT_AND_BELOW, PARTS, names("node.protocol"));
  private static final Set<String> DRIVER_VIEW = union(PORT_AND_BELOW, names("node.protocol"));
  private static final Set<String> NODE =
      union(CORE, names("node.", "storage transport metrics record api"));
  private static final Set<String> LAB =
      names(
          "netlab.",
          "scenario scenario.file epidemic trace sim published local local.net kubernetes"
              + " report report.figures report.page app.run");

  /** Who may use whom; a package may always use itself, the JDK and JSpecify. */
  private static final Map<String, Room> HOUSE = new TreeMap<>();

  static {
    room("crypto", Set.of(), "org.bouncycastle");
    room("node.model", names("crypto"));
    room("node.wire", names("crypto node.model"));
    room("node.protocol.port", names("crypto node.model node.wire"));
    PARTS.forEach(part -> room(part, PORT_AND_BELOW));
    room("node.protocol", CORE);
    room("node.storage", DRIVER_VIEW, "org.lmdbjava", "org.slf4j");
    room("node.transport", DRIVER_VIEW, "io.netty", "org.slf4j");
    room("node.metrics", DRIVER_VIEW, "io.prometheus", "org.slf4j");
    room(
        "node.api",
        union(DRIVER_VIEW, names("node.metrics.", "Account ItemTrace")),
        "com.fasterxml.jackson",
        "org.slf4j");
    room(
        "node.record",
        union(DRIVER_VIEW, names("node.protocol.", "relay.RelayKind sync.BlockTemplate")),
        "org.slf4j");
    room("node.app.console", names("node.storage"), "com.fasterxml.jackson");
    room("node.app.log", names("node.api.LogControl"), "org.slf4j", "ch.qos.logback");
    room(
        "node.app.config",
        names(
            "crypto node.model node.storage node.protocol.relay.RelayKind node.app.console"
                + " node.app.log.LogFormat node.app.log.LogTopics"),
        "com.fasterxml.jackson",
        "ch.qos.logback");
    room(
        "node.app.run",
        union(NODE, names("node.app.", "console config log.LogTopics")),
        "org.slf4j");
    room(
        "node.app.client",
        names("crypto node.model node.api node.app.console node.app.config"),
        "picocli",
        "com.fasterxml.jackson");
    room(
        "node.app",
        union(NODE, names("node.app.", "console config run client log")),
        "picocli",
        "com.fasterxml.jackson",
        "org.slf4j",
        "ch.qos.logback");
    room("netlab.scenario", names("crypto node.model"), "com.fasterxml.jackson");
    room(
        "netlab.scenario.file",
        names("netlab.scenario crypto node.model"),
        "com.fasterxml.jackson");
    room("netlab.epidemic", names("crypto node.model"), "com.fasterxml.jackson");
    // The events' signatures name items and messages.
    room("netlab.trace", union(PORT_AND_BELOW, names("netlab.scenario")), lab());
    room(
        "netlab.sim",
        union(
            CORE,
            names("netlab.scenario netlab.trace node.record"),
            names("node.storage.", "MemoryItemStore GroupCommit")),
        lab());
    // System calls that Java does not offer: namespaces, TUN devices, poll.
    room("netlab.local.net", Set.of(), lab("jnr.ffi"));
    Set<String> clusters = names("netlab.scenario netlab.trace node.model crypto");
    room("netlab.local", union(clusters, names("netlab.local.net")), lab());
    room("netlab.kubernetes", clusters, lab());
    Set<String> figures = names("netlab.", "scenario trace epidemic report.figures");
    room("netlab.report.figures", names("netlab.", "scenario trace epidemic"), lab());
    room("netlab.report.page", figures, lab());
    room("netlab.report", union(figures, names("netlab.report.page")), lab());
    room("netlab.published", names("netlab.", "scenario trace epidemic sim"), lab());
    room("netlab.app.run", LAB, lab());
    room("netlab.app", LAB, lab("picocli"));
  }

  /** What may not be named in the core, in code or string; comments may. */
  private static final Pattern FORBIDDEN_IN_CORE =
      Pattern.compile(
          "java\\.net\\b|java\\.io\\b|java\\.nio\\.channels|java\\.nio\\.file|java\\.util\\.concurrent"
              + "|\\bThread\\b|\\bsynchronized\\b|nanoTime|currentTimeMillis|Instant\\.now"
              + "|Math\\.random|new Random\\b|ThreadLocalRandom|randomUUID|identityHashCode"
              + "|\\bSet\\.(of|copyOf)\\b|\\bMap\\.(of|ofEntries|copyOf)\\b");

  /** The same as calls, which a static import or a method reference cannot hide. */
  private static final Set<String> CALLS_FORBIDDEN_IN_CORE =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.identityHashCode",
          "java.lang.Math.random",
          "java.time.Instant.now",
          "java.time.Clock.systemUTC",
          "java.util.Random.<init>",
          "java.util.UUID.randomUUID",
          "java.util.Set.of",
          "java.util.Set.copyOf",
          "java.util.Map.of",
          "java.util.Map.ofEntries",
          "java.util.Map.copyOf",
          "java.util.stream.Collectors.toSet",
          "java.util.stream.Collectors.toUnmodifiableSet",
          "java.util.stream.Collectors.toUnmodifiableMap");

  /** Methods of Math whose last bit the platform may choose; the rest of Math is exact. */
  private static final Set<String> INEXACT =
      names(
          "java.lang.Math.",
          "sin cos tan asin acos atan atan2 sinh cosh tanh exp expm1 log log10 log1p pow cbrt"
              + " hypot");

  private static final Pattern HASH_COLLECTION = Pattern.compile("\\bHash(Map|Set)\\b");
  private static final Pattern TABLE_HEAD = Pattern.compile("\\|\\s*code\\s*\\|\\s*name\\s*\\|.*");
  private static final Pattern TABLE_ROW =
      Pattern.compile("\\|\\s*`?(\\d+)`?\\s*\\|\\s*`?([a-z0-9]+)`?\\s*\\|.*");

  private static final Path ROOT = root();
  private static final List<JavaSource> MAIN = sources("main");
  private static final List<JavaSource> MAIN_AND_TEST =
      Stream.concat(MAIN.stream(), sources("test").stream()).toList();
  private static final JavaClasses CLASSES = classes();

  @Test
  void shouldHaveARowForEveryPackage() {
    Set<String> packages = new TreeSet<>();
    CLASSES.forEach(each -> packages.add(each.getPackageName()));
    MAIN.forEach(each -> packages.add(each.packageName()));
    assertThat(packages).contains("grapevine.crypto");
    packages.removeAll(HOUSE.keySet());
    assertThat(
            packages.stream().map(each -> "package " + each + " has no row in the house's table"))
        .isEmpty();
  }

  @Test
  void shouldUseOnlyWhatTheTableAllows() {
    Set<String> violations = new TreeSet<>();
    for (JavaClass from : CLASSES) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass().getBaseComponentType();
        if (!to.isPrimitive() && !mayUse(from.getPackageName(), to.getName())) {
          violations.add(from.getPackageName() + " may not: " + dependency.getDescription());
        }
      }
    }
    for (JavaSource source : MAIN) {
      for (String name : source.imports()) {
        if (!mayUse(source.packageName(), name)) {
          violations.add(source.path() + " may not import " + name);
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices()
        .matching("grapevine.(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void shouldDescribeEveryPackageAndMarkItNull() {
    Set<String> undescribed = new TreeSet<>();
    MAIN.forEach(each -> undescribed.add(each.packageName()));
    for (JavaSource source : MAIN) {
      if (source.path().endsWith("package-info.java")
          && source.code().stream().anyMatch(line -> line.contains("@NullMarked"))) {
        undescribed.remove(source.packageName());
      }
    }
    assertThat(undescribed)
        .as("packages without a package-info.java that is @NullMarked")
        .isEmpty();
  }

  @Test
  void shouldKeepFilesAndMethodsReadable() {
    List<String> violations = new ArrayList<>();
    for (JavaSource source : MAIN_AND_TEST) {
      if (source.lines().size() > FILE_LINES_MAX) {
        violations.add(source.path() + " has " + source.lines().size() + " lines");
      }
      for (JavaSource.Method method : source.methods()) {
        if (method.lineCount() > METHOD_LINES_MAX) {
          violations.add(
              source.path() + " " + method.name() + ": " + method.lineCount() + " lines");
        }
      }
    }
    assertThat(violations)
        .as("files over %d lines, methods over %d", FILE_LINES_MAX, METHOD_LINES_MAX)
        .isEmpty();
  }

  @Test
  void shouldKeepTimeRandomnessIoAndThreadsOutOfTheCore() {
    Set<String> violations = new TreeSet<>();
    for (JavaSource source : MAIN) {
      for (int i = 0; isCore(source.packageName()) && i < source.code().size(); i++) {
        Matcher word = FORBIDDEN_IN_CORE.matcher(source.code().get(i));
        if (word.find()) {
          violations.add("%s:%d names %s".formatted(source.path(), i + 1, word.group()));
        }
      }
    }
    for (JavaClass from : CLASSES) {
      if (isCore(from.getPackageName())) {
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
          JavaClass to = dependency.getTargetClass().getBaseComponentType();
          if (FORBIDDEN_IN_CORE.matcher(to.getName()).find()) {
            violations.add(dependency.getDescription());
          }
        }
        for (JavaAccess<?> access : from.getAccessesFromSelf()) {
          if (CALLS_FORBIDDEN_IN_CORE.contains(targetOf(access)) || collectsByHash(access)) {
            violations.add(access.getDescription());
          }
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void shouldComputeAlikeOnEveryMachine() {
    List<String> violations = new ArrayList<>();
    for (JavaClass from : CLASSES) {
      if (isCore(from.getPackageName())
          || names("grapevine.netlab.", "scenario sim").contains(from.getPackageName())) {
        for (JavaAccess<?> access : from.getAccessesFromSelf()) {
          if (INEXACT.contains(targetOf(access))) {
            violations.add(access.getDescription() + ": take StrictMath");
          }
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void shouldNotIterateInHashOrderInTheProtocol() {
    List<String> violations = new ArrayList<>();
    for (JavaSource source : MAIN) {
      boolean inProtocol = source.packageName().startsWith("grapevine.node.protocol");
      for (int i = 0; inProtocol && i < source.code().size(); i++) {
        String code = source.code().get(i);
        if (HASH_COLLECTION.matcher(code).find()
            && !code.startsWith("import ")
            && !source.lines().get(i).endsWith("// never iterated")) {
          violations.add(source.path() + ":" + (i + 1) + code);
        }
      }
    }
    assertThat(violations)
        .as("take LinkedHashMap, TreeMap or an array, or end the line with `// never iterated`")
        .isEmpty();
  }

  @Test
  void shouldListEveryMessageInTheProtocolDocument() throws IOException {
    Path document = ROOT.resolve("docs/protocol.md");
    Map<Integer, String> documented = new TreeMap<>();
    int tables = 0;
    boolean inTable = false;
    for (String line : Files.readAllLines(document)) {
      if (TABLE_HEAD.matcher(line).matches()) {
        tables++;
        inTable = true;
      } else if (inTable && line.startsWith("|")) {
        Matcher row = TABLE_ROW.matcher(line);
        if (row.matches()) {
          String twin = documented.put(Integer.valueOf(row.group(1)), row.group(2));
          assertThat(twin).as("a second row for code %s", row.group(1)).isNull();
        }
      } else {
        inTable = false;
      }
    }
    assertThat(tables).as("tables in docs/protocol.md that begin `| code | name |`").isEqualTo(1);

    Map<Integer, String> coded = new TreeMap<>();
    for (MessageType type : MessageType.values()) {
      assertThat(coded.put(type.code(), type.label())).as("twin of %s", type).isNull();
    }
    assertThat(documented).isEqualTo(coded);
  }

  /** One row: packages or single classes that it may use, and prefixes of libraries. */
  private record Room(Set<String> may, List<String> libraries) {}

  private static void room(String name, Set<String> may, String... libraries) {
    Set<String> full = new TreeSet<>();
    may.forEach(each -> full.add("grapevine." + each));
    HOUSE.put("grapevine." + name, new Room(full, List.of(libraries)));
  }

  private static String[] lab(String... more) {
    Stream<String> common =
        Stream.of(
            "com.fasterxml.jackson", "org.slf4j", "org.HdrHistogram", "me.tongfei.progressbar");
    return Stream.concat(common, Arrays.stream(more)).toArray(String[]::new);
  }

  private static Set<String> names(String words) {
    return names("", words);
  }

  private static Set<String> names(String prefix, String words) {
    Set<String> all = new TreeSet<>();
    for (String word : words.split(" ", -1)) {
      all.add(prefix + word);
    }
    return all;
  }

  @SafeVarargs
  private static Set<String> union(Set<String>... sets) {
    Set<String> all = new TreeSet<>();
    for (Set<String> each : sets) {
      all.addAll(each);
    }
    return all;
  }

  private static boolean mayUse(String from, String name) {
    Matcher parts = Pattern.compile("((?:[a-z_]\\w*\\.)+)([A-Z]\\w*)?.*").matcher(name);
    if (!parts.matches()) {
      return false;
    }
    String pack = parts.group(1).substring(0, parts.group(1).length() - 1);
    Room room = HOUSE.get(from);
    if (pack.equals(from) || room == null || isJdk(pack) || pack.startsWith("org.jspecify")) {
      return true; // a package without a row has its own test
    }
    return room.may.contains(pack)
        || room.may.contains(pack + "." + parts.group(2))
        || room.libraries.stream().anyMatch(each -> name.startsWith(each + "."));
  }

  private static boolean isJdk(String pack) {
    return Stream.of("java.", "javax.", "jdk.", "com.sun.net.httpserver", "com.sun.management")
        .anyMatch(pack::startsWith);
  }

  private static boolean isCore(String pack) {
    return !pack.equals("grapevine.crypto")
        && pack.startsWith("grapevine.")
        && CORE.contains(pack.substring("grapevine.".length()));
  }

  private static String targetOf(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getName();
  }

  /** Collectors that make a HashMap unless they are given another map. */
  private static boolean collectsByHash(JavaAccess<?> access) {
    int mapGiven =
        switch (targetOf(access)) {
          case "java.util.stream.Collectors.toMap" -> 4;
          case "java.util.stream.Collectors.groupingBy" -> 3;
          default -> 0;
        };
    return access.getTarget() instanceof CodeUnitAccessTarget target
        && target.getRawParameterTypes().size() < mapGiven;
  }

  /** Our classes only: to know the libraries' names is enough, and their files take seconds. */
  private static JavaClasses classes() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("grapevine");
  }

  private static List<JavaSource> sources(String set) {
    return Stream.of("crypto", "node", "netlab")
        .map(module -> ROOT.resolve(module).resolve("src").resolve(set).resolve("java"))
        .flatMap(folder -> JavaSource.below(ROOT, folder).stream())
        .toList();
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("netlab/pom.xml"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
