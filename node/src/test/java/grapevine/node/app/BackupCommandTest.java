package grapevine.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.app.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of directories whose node does not run. */
class BackupCommandTest {
  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void init() {
    CommandRun run =
        CommandRun.of("init", "--data", path("n"), "--new-network", "demo", "--producer");
    assertThat(run.exitCode()).isZero();
  }

  private String key(String directory) {
    return CommandRun.of("key", "show", "--data", path(directory)).out();
  }

  @Test
  void shouldGiveTheCopyAKeyOfItsOwnAndNothingToSignWith() {
    init();
    CommandRun run = CommandRun.of("backup", "--data", path("n"), path("copy"));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("node    " + key("copy").strip() + ", of its own");
    assertThat(folder.resolve("copy").toFile().list())
        .containsExactlyInAnyOrder("FORMAT", "network.toml", "key");
    assertThat(key("copy")).isNotEqualTo(key("n"));
  }

  @Test
  void shouldCopyAllKeysIfAskedAndMarkACopyOfAProducer() throws IOException {
    init();
    Files.writeString(folder.resolve("n/producer.slot"), "7\n");
    CommandRun run = CommandRun.of("backup", "--data", path("n"), path("copy"), "--with-keys");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(key("copy")).isEqualTo(key("n"));
    for (String name : new String[] {"key", "producer.key", "sender.key"}) {
      Path copied = folder.resolve("copy").resolve(name);
      assertThat(copied).hasSameBinaryContentAs(folder.resolve("n").resolve(name));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copied)))
          .isEqualTo("rw-------");
    }
    assertThat(folder.resolve("copy/producer.slot")).hasContent("7");
    assertThat(folder.resolve("copy/producer.copied")).exists();
    assertThat(folder.resolve("copy/token")).as("made at its first start").doesNotExist();
  }

  @Test
  void shouldRefuseWhatIsNoDataDirectoryAndATargetThatIsNotEmpty() {
    CommandRun none = CommandRun.of("backup", "--data", path("absent"), path("copy"));
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(none.err()).contains("is not a data directory");
    init();
    CommandRun full = CommandRun.of("backup", "--data", path("n"), path("n"));
    assertThat(full.exitCode()).isEqualTo(ExitCode.RUNTIME.code());
    assertThat(full.err()).contains("is not empty; expected an empty directory, or none");
  }
}
