package grapevine.node.storage;

import static grapevine.node.storage.Samples.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
  @TempDir Path folder;
  private Path root;

  @BeforeEach
  void makeOldDirectory() throws IOException {
    root = folder.resolve("d");
    DataDirectory.open(root, NETWORK, new Migrations(1, List.of())).close();
    Files.writeString(root.resolve("peers"), "old");
    Files.createDirectory(root.resolve("items"));
    Files.writeString(root.resolve("items/data"), "items");
  }

  /** A step that leaves its mark, so that one that runs twice shows. */
  private static Migrations.Migration marking(int from) {
    return new Migrations.Migration(
        from, root -> Files.writeString(root.resolve("peers"), peers(root) + (from + 1)));
  }

  private static Migrations.Migration failing(int from) {
    return new Migrations.Migration(
        from,
        root -> {
          Files.writeString(root.resolve("half"), "done");
          throw new IOException("the disk is full");
        });
  }

  private static String peers(Path root) throws IOException {
    return Files.readString(root.resolve("peers"));
  }

  private static String format(Path root) throws IOException {
    return Files.readAllLines(root.resolve("FORMAT")).getFirst();
  }

  @Test
  void shouldMigrateStepByStepAndKeepWhatWasBefore() throws IOException {
    DataDirectory.open(root, NETWORK, new Migrations(3, List.of(marking(1), marking(2)))).close();
    assertThat(peers(root)).isEqualTo("old23");
    assertThat(format(root)).isEqualTo("grapevine-store 3");
    Path kept = root.resolve("before-format-3");
    assertThat(peers(kept)).isEqualTo("old");
    assertThat(format(kept)).isEqualTo("grapevine-store 1");
    assertThat(kept.resolve("items/data")).hasContent("items");
    assertThat(kept.resolve("LOCK")).doesNotExist();
  }

  @Test
  void shouldTouchNothingWhenTheFormatIsThePresentOne() throws IOException {
    DataDirectory.open(root, NETWORK, new Migrations(1, List.of())).close();
    assertThat(root.toFile().list()).containsExactlyInAnyOrder("FORMAT", "LOCK", "peers", "items");
  }

  @Test
  void shouldBeginAgainFromTheCopyWhenAMigrationWasCutShort() throws IOException {
    Migrations cut = new Migrations(3, List.of(marking(1), failing(2)));
    assertThatThrownBy(() -> DataDirectory.open(root, NETWORK, cut))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("the disk is full");
    assertThat(format(root)).isEqualTo("grapevine-store 1");
    assertThat(peers(root)).isEqualTo("old2");
    DataDirectory.open(root, NETWORK, new Migrations(3, List.of(marking(1), marking(2)))).close();
    assertThat(peers(root)).isEqualTo("old23");
    assertThat(root.resolve("half")).doesNotExist();
    assertThat(root.resolve("items/data")).hasContent("items");
  }

  @Test
  void shouldMakeTheCopyAnewWhenItWasCutShort() throws IOException {
    Path part = Files.createDirectory(root.resolve("before-format-2.tmp"));
    Files.writeString(part.resolve("peers"), "ol");
    DataDirectory.open(root, NETWORK, new Migrations(2, List.of(marking(1)))).close();
    assertThat(peers(root)).isEqualTo("old2");
    assertThat(peers(root.resolve("before-format-2"))).isEqualTo("old");
    assertThat(part).doesNotExist();
  }

  @Test
  void shouldRefuseAFormatFromWhichNoWayLeads() throws IOException {
    Migrations later = new Migrations(4, List.of(marking(3)));
    assertThatThrownBy(() -> DataDirectory.open(root, NETWORK, later))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("format 1, from which this version knows no way")
        .hasMessageContaining("expected format 3 to 4");
    assertThat(root.toFile().list()).containsExactlyInAnyOrder("FORMAT", "LOCK", "peers", "items");
  }
}
