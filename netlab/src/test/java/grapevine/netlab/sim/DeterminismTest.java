package grapevine.netlab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Equal seeds give equal runs on every JVM, whatever its flags, hash salts and collectors. */
class DeterminismTest {
  private static final int SCENARIOS = 6;

  @Test
  void shouldTakeTheSameCourseInEveryJvm() throws IOException, InterruptedException {
    Process one =
        start(
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:hashCode=2",
            "-XX:+UseSerialGC",
            "-Duser.language=ar");
    Process two = start("-XX:+UseParallelGC", "-XX:TieredStopAtLevel=1", "-XX:-UseCompressedOops");
    List<String> here = hashes();
    assertThat(hashes(one)).isEqualTo(here);
    assertThat(hashes(two)).isEqualTo(here);
    assertThat(here).doesNotHaveDuplicates().hasSize(SCENARIOS);
  }

  /** Prints the hashes of the first scenarios of the swarm, a line each. */
  public static void main(String[] args) {
    hashes().forEach(System.out::println);
  }

  private static List<String> hashes() {
    List<String> hashes = new ArrayList<>();
    for (int number = 1; number <= SCENARIOS; number++) {
      SimResult result = SimRun.run(Swarm.scenario(number), false, SimRun.Watcher.NONE);
      hashes.add(result.traceHash());
    }
    return hashes;
  }

  private static Process start(String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(flags));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), DeterminismTest.class.getName()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static List<String> hashes(Process process) throws IOException, InterruptedException {
    try {
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      return output.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
