package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The public test vectors in the folder that the environment variable GRAPEVINE_VECTORS names. */
final class Vectors {
  static final String FOLDER = "GRAPEVINE_VECTORS";

  private Vectors() {}

  static JsonNode read(String file) {
    Path path = Path.of(System.getenv(FOLDER), file);
    try {
      return new ObjectMapper().readTree(path.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tests of a Wycheproof file, each with its group; never none. */
  static List<Case> wycheproof(String file) {
    JsonNode root = read(file);
    List<Case> cases = new ArrayList<>();
    for (JsonNode group : root.get("testGroups")) {
      for (JsonNode test : group.get("tests")) {
        cases.add(new Case(group, test));
      }
    }
    assertThat(cases).isNotEmpty().hasSize(root.get("numberOfTests").asInt());
    return cases;
  }

  static byte[] bytes(JsonNode node, String field) {
    return HexFormat.of().parseHex(node.get(field).asText());
  }

  record Case(JsonNode group, JsonNode test) {
    byte[] bytes(String field) {
      return Vectors.bytes(test, field);
    }

    String result() {
      return test.get("result").asText();
    }

    String name() {
      return "tcId " + test.get("tcId").asInt() + " " + test.get("comment").asText();
    }
  }
}
