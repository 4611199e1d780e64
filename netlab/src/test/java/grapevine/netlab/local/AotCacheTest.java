package grapevine.netlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir private Path folder;
  private Path jar;
  private NodeProgram program;

  @BeforeEach
  void makeJar() throws IOException {
    jar = Files.writeString(folder.resolve("node.jar"), "no jar at all");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000));
    program = new NodeProgram(List.of(JAVA), List.of("-jar", jar.toString()));
  }

  @Test
  void shouldLieBesideTheJarUnderANameOfAllThatItDependsOn() throws Exception {
    assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);
    Optional<Path> first = AotCache.place(program);
    assertThat(first).get().asString().startsWith(folder.resolve("aot/grapevine-").toString());
    assertThat(AotCache.place(program)).isEqualTo(first);
    assertThat(AotCache.place(program.withOptions(List.of("-XX:+UseSerialGC"))))
        .isPresent()
        .isNotEqualTo(first);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(2_000_000));
    assertThat(AotCache.place(program)).isPresent().isNotEqualTo(first);
  }

  @Test
  void shouldDependOnWhatAnOptionsFileSays() throws Exception {
    assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);
    Path options = Files.writeString(folder.resolve("options"), "-Xmx64m");
    NodeProgram with = program.withOptions(List.of("@" + options));
    Optional<Path> first = AotCache.place(with);
    Files.writeString(options, "-Xmx65m");
    assertThat(AotCache.place(with)).isPresent().isNotEqualTo(first);
  }

  @Test
  void shouldLeaveAProgramAsItIsThatCannotHaveOne() throws Exception {
    NodeProgram noJar = FakeNode.program("well");
    assertThat(AotCache.sharedBy(noJar)).isEqualTo(noJar);
    NodeProgram otherJava =
        new NodeProgram(List.of("/nowhere/bin/java"), List.of("-jar", jar.toString()));
    assertThat(AotCache.sharedBy(otherJava)).isEqualTo(otherJava);
  }

  @Test
  void shouldLeaveAProgramAsItIsThatDoesNotStart() throws Exception {
    assertThat(AotCache.sharedBy(program)).isEqualTo(program);
    assertThat(AotCache.exists(program)).isFalse();
  }

  @Test
  void shouldKeepTheNewestFew() throws Exception {
    for (int i = 0; i < 6; i++) {
      Path cache = Files.writeString(folder.resolve("grapevine-" + i + ".aot"), "cache");
      Files.setLastModifiedTime(cache, FileTime.fromMillis(1_000L * (6 - i)));
    }
    Path other = Files.writeString(folder.resolve("notes"), "mine");
    Files.setLastModifiedTime(other, FileTime.fromMillis(0));
    AotCache.deleteOld(folder);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(each -> !each.equals(jar)).map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "grapevine-0.aot", "grapevine-1.aot", "grapevine-2.aot", "grapevine-3.aot", "notes");
    }
  }
}
