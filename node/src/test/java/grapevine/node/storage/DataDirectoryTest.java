package grapevine.node.storage;

import static grapevine.node.storage.DataDirectoryException.Kind.DAMAGED_OR_TOO_NEW;
import static grapevine.node.storage.DataDirectoryException.Kind.IN_USE;
import static grapevine.node.storage.Samples.NETWORK;
import static grapevine.node.storage.Samples.OTHER_NETWORK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void name() {
    root = temporary.resolve("deep").resolve("node");
  }

  private void expect(DataDirectoryException.Kind kind, String... words) {
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> DataDirectory.open(root, NETWORK).close())
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
        .withMessageContainingAll(root.toString(), "expected")
        .withMessageContainingAll(words);
  }

  @Test
  void shouldMakeADirectoryForItsOwnerOnlyAndOpenItAgain() throws IOException {
    try (DataDirectory made = DataDirectory.open(root, NETWORK)) {
      assertThat(Files.getPosixFilePermissions(root)).hasSize(3);
      assertThat(root.resolve("FORMAT"))
          .hasContent("grapevine-store 1\nnetwork " + NETWORK.toHex() + "\n");
      assertThat(made.itemsDirectory()).isEqualTo(root.resolve("items"));
      Files.createDirectory(made.itemsDirectory());
      Files.createFile(made.keyFile());
      Files.createFile(made.tokenFile());
      Files.createFile(made.peersFile());
    }
    DataDirectory.open(root, NETWORK).close();
  }

  @Test
  void shouldTakeAnEmptyDirectoryAndOneWhoseMakingWasInterrupted() throws IOException {
    Files.createDirectories(root);
    Files.createFile(root.resolve("LOCK"));
    Files.writeString(root.resolve("FORMAT.tmp"), "grapev");
    DataDirectory.open(root, NETWORK).close();
    assertThat(root.resolve("FORMAT")).exists();
  }

  @Test
  void shouldLeaveAForeignDirectoryUntouched() throws IOException {
    Files.createDirectories(root);
    Files.createFile(root.resolve("thesis.tex"));
    expect(DAMAGED_OR_TOO_NEW, "thesis.tex", "FORMAT");
    assertThat(root.toFile().list()).containsExactly("thesis.tex");
  }

  @Test
  void shouldRefuseAFileInPlaceOfADirectory() throws IOException {
    Files.createDirectories(root.getParent());
    Files.createFile(root);
    expect(DAMAGED_OR_TOO_NEW, "directory");
  }

  @Test
  void shouldRefuseALaterFormat() throws IOException {
    DataDirectory.open(root, NETWORK).close();
    Files.writeString(root.resolve("FORMAT"), "grapevine-store 2\nsomething new\n");
    expect(DAMAGED_OR_TOO_NEW, "format 2", "format 1", "upgrade");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "grapevine-store 1", "grapevine-store 1\n", "grapevine-store x\n", "{}"})
  void shouldRefuseADamagedFormat(String text) throws IOException {
    DataDirectory.open(root, NETWORK).close();
    Files.writeString(root.resolve("FORMAT"), text);
    expect(DAMAGED_OR_TOO_NEW, "FORMAT");
  }

  @Test
  void shouldRefuseAnotherNetworksDirectory() {
    DataDirectory.open(root, OTHER_NETWORK).close();
    expect(DAMAGED_OR_TOO_NEW, OTHER_NETWORK.toHex(), NETWORK.toHex());
  }

  @Test
  void shouldNameThisProcessWhenItHoldsTheDirectoryAndKeepTheLock() throws Exception {
    DataDirectory held = DataDirectory.open(root, NETWORK);
    expect(IN_USE, "pid " + ProcessHandle.current().pid());
    assertThat(lockedByAnotherProcess()).isTrue();
    held.close();
    DataDirectory.open(root, NETWORK).close();
  }

  @Test
  void shouldNoticeALockThatOtherCodeOfThisProcessHolds() throws IOException {
    DataDirectory.open(root, NETWORK).close();
    try (FileChannel channel = FileChannel.open(root.resolve("LOCK"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      expect(IN_USE, "this process");
    }
  }

  @Test
  void shouldNameTheProcessThatHoldsTheDirectory() throws Exception {
    try (ChildJvm child = ChildJvm.start(ChildJvm.class, root.toString())) {
      assertThat(child.line()).isEqualTo("ready");
      expect(IN_USE, "another process", "pid " + child.pid(), "started 20");
      child.kill();
    }
    DataDirectory.open(root, NETWORK).close();
  }

  private boolean lockedByAnotherProcess() throws Exception {
    try (ChildJvm child = ChildJvm.start(ChildJvm.class, root.toString())) {
      return child.line().startsWith("IN_USE");
    }
  }
}
