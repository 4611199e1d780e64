package grapevine.node;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.protocol.port.DisconnectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/protocol.md is what strangers build from, so what it repeats must be what the code says. */
class ProtocolDocumentTest {
  private static final List<String> PAGE = page();

  private static List<String> page() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/protocol.md"))) {
      folder = folder.getParent();
    }
    try {
      return Files.readAllLines(folder.resolve("docs/protocol.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The lines after this one, up to the next that is the end. */
  private static Stream<String> block(int from, String end) {
    return PAGE.stream().skip(from + 1L).takeWhile(line -> !line.equals(end));
  }

  @Test
  void shouldQuoteTheVectorsByteForByte() {
    List<String> files =
        Stream.of("items.txt", "wire.txt").flatMap(name -> Vectors.read(name).lines()).toList();
    int blocks = 0;
    for (int i = 0; i < PAGE.size(); i++) {
      if (PAGE.get(i).equals("```vectors")) {
        assertThat(block(i, "```")).isNotEmpty().isSubsetOf(files);
        blocks++;
      }
    }
    assertThat(blocks).isPositive();
  }

  @Test
  void shouldListEveryReasonToDisconnect() {
    int head = PAGE.indexOf("| key | bans | when |");
    assertThat(
            block(head + 1, "")
                .map(row -> row.substring(0, row.indexOf(" | ", row.indexOf(" | ") + 1))))
        .containsExactlyElementsOf(
            Arrays.stream(DisconnectReason.values())
                .map(reason -> "| `" + reason.key() + "` | " + (reason.bans() ? "yes" : "no"))
                .toList());
  }
}
