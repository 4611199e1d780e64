package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = Vectors.FOLDER, matches = ".+")
class Ed25519VectorsTest {
  @Test
  void shouldJudgeEverySignatureOfWycheproofAsStated() {
    for (Vectors.Case vector : Vectors.wycheproof("wycheproof_ed25519_test.json")) {
      PublicKey key = PublicKey.fromHex(vector.group().get("publicKey").get("pk").asText());
      byte[] signature = vector.bytes("sig");
      // A signature of another length cannot become a Signature at all.
      boolean valid =
          signature.length == Signature.BYTES
              && Ed25519.verify(key, vector.bytes("msg"), Signature.of(signature));

      assertThat(vector.result()).as(vector.name()).isIn("valid", "invalid");
      assertThat(valid).as(vector.name()).isEqualTo(vector.result().equals("valid"));
    }
  }

  @Test
  void shouldAcceptVectors2To5OfTamingTheManyEdDsasAndNoOther() {
    List<Integer> accepted = new ArrayList<>();
    JsonNode vectors = Vectors.read("ed25519_speccheck.json");
    assertThat(vectors.size()).isEqualTo(12);
    for (int i = 0; i < vectors.size(); i++) {
      JsonNode vector = vectors.get(i);
      PublicKey key = PublicKey.fromHex(vector.get("pub_key").asText());
      Signature signature = Signature.fromHex(vector.get("signature").asText());
      byte[] message = HexFormat.of().parseHex(vector.get("message").asText());
      if (Ed25519.verify(key, message, signature)) {
        accepted.add(i);
        assertThat(Ed25519.isValidKey(key)).isTrue();
      }
    }

    assertThat(accepted).containsExactly(2, 3, 4, 5);
  }
}
