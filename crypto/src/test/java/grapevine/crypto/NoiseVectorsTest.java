package grapevine.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = Vectors.FOLDER, matches = ".+")
class NoiseVectorsTest {
  @Test
  void shouldWriteAndReadTheTranscriptsOfCacophony() throws ChannelException {
    assertThat(replay("noise_cacophony.json"))
        .containsExactlyInAnyOrder(
            "Noise_XX_25519_AESGCM_SHA256",
            "Noise_XX_25519_ChaChaPoly_SHA256",
            "Noise_XXpsk3_25519_AESGCM_SHA256",
            "Noise_XXpsk3_25519_ChaChaPoly_SHA256");
  }

  @Test
  void shouldWriteAndReadTheTranscriptsOfSnow() throws ChannelException {
    assertThat(replay("noise_snow.json"))
        .containsExactlyInAnyOrder(
            "Noise_XX_25519_AESGCM_SHA256", "Noise_XX_25519_ChaChaPoly_SHA256");
  }

  @Test
  void shouldAgreeOnTheSecretsOfWycheproofAndRefuseZero() {
    int refused = 0;
    for (Vectors.Case vector : Vectors.wycheproof("wycheproof_x25519_test.json")) {
      byte[] shared = DhKeyPair.ofSecret(vector.bytes("private")).agree(vector.bytes("public"));
      if (Arrays.equals(vector.bytes("shared"), new byte[32])) {
        assertThat(shared).as(vector.name()).isNull();
        refused++;
      } else {
        assertThat(shared).as(vector.name()).isEqualTo(vector.bytes("shared"));
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void shouldSealAndOpenTheChaCha20Poly1305VectorsOfWycheproof() {
    for (Vectors.Case vector : Vectors.wycheproof("wycheproof_chacha20_poly1305_test.json")) {
      byte[] nonce = vector.bytes("iv");
      byte[] plain = vector.bytes("msg");
      byte[] associated = vector.bytes("aad");
      byte[] sealed = concat(vector.bytes("ct"), vector.bytes("tag"));
      CipherState cipher = new CipherState(NoiseCipher.CHACHA_POLY);
      cipher.initializeKey(vector.bytes("key"));
      if (nonce.length != NoiseCipher.NONCE_BYTES) {
        assertThat(vector.result()).as(vector.name()).isEqualTo("invalid");
        assertThatThrownBy(() -> open(cipher, nonce, associated, sealed))
            .isInstanceOf(IllegalArgumentException.class);
        continue;
      }

      if (vector.result().equals("valid")) {
        assertThat(open(cipher, nonce, associated, sealed)).as(vector.name()).isEqualTo(plain);
        assertThat(seal(vector.bytes("key"), nonce, associated, plain))
            .as(vector.name())
            .isEqualTo(sealed);
      } else {
        assertThat(open(cipher, nonce, associated, sealed)).as(vector.name()).isNull();
      }
    }
  }

  private static List<String> replay(String file) throws ChannelException {
    List<String> names = new ArrayList<>();
    for (JsonNode vector : Vectors.read(file).get("vectors")) {
      replay(vector);
      names.add(vector.get("protocol_name").asText());
    }
    return names;
  }

  private static void replay(JsonNode vector) throws ChannelException {
    String name = vector.get("protocol_name").asText();
    NoiseProtocol protocol = protocol(name);
    assertThat(protocol.name()).isEqualTo(name);
    NoiseHandshake initiator = handshake(protocol, vector, "init");
    NoiseHandshake responder = handshake(protocol, vector, "resp");
    JsonNode messages = vector.get("messages");
    assertThat(messages.size()).isGreaterThan(3);
    for (int i = 0; i < 3; i++) {
      byte[] payload = Vectors.bytes(messages.get(i), "payload");
      byte[] message = (i % 2 == 0 ? initiator : responder).write(hash -> payload);
      byte[] read = (i % 2 == 0 ? responder : initiator).read(ByteBuffer.wrap(message));

      assertThat(message).as(name).isEqualTo(Vectors.bytes(messages.get(i), "ciphertext"));
      assertThat(read).as(name).isEqualTo(payload);
    }
    assertThat(initiator.hash()).isEqualTo(responder.hash());
    if (vector.has("handshake_hash")) {
      assertThat(initiator.hash()).as(name).isEqualTo(Vectors.bytes(vector, "handshake_hash"));
    }
    CipherState[] sealing = initiator.split();
    CipherState[] opening = responder.split();
    for (int i = 3; i < messages.size(); i++) {
      byte[] payload = Vectors.bytes(messages.get(i), "payload");
      byte[] sealed = new byte[payload.length + NoiseCipher.TAG_BYTES];
      sealing[i % 2].seal(new byte[0], ByteBuffer.wrap(payload), ByteBuffer.wrap(sealed));
      byte[] opened = new byte[payload.length];

      assertThat(sealed).as(name).isEqualTo(Vectors.bytes(messages.get(i), "ciphertext"));
      assertThat(opening[i % 2].open(new byte[0], ByteBuffer.wrap(sealed), ByteBuffer.wrap(opened)))
          .isTrue();
      assertThat(opened).isEqualTo(payload);
    }
  }

  private static NoiseProtocol protocol(String name) {
    String[] parts = name.split("_");
    return new NoiseProtocol(
        parts[1].equals("XX") ? NoiseProtocol.Pattern.XX : NoiseProtocol.Pattern.XX_PSK3,
        parts[3].equals("AESGCM") ? NoiseCipher.AES_GCM : NoiseCipher.CHACHA_POLY);
  }

  private static NoiseHandshake handshake(NoiseProtocol protocol, JsonNode vector, String side) {
    JsonNode psks = vector.get(side + "_psks");
    byte[] psk =
        psks == null || psks.isEmpty() ? null : HexFormat.of().parseHex(psks.get(0).asText());
    return new NoiseHandshake(
        protocol,
        side.equals("init"),
        Vectors.bytes(vector, side + "_prologue"),
        DhKeyPair.ofSecret(Vectors.bytes(vector, side + "_static")),
        DhKeyPair.ofSecret(Vectors.bytes(vector, side + "_ephemeral")),
        psk);
  }

  private static byte @Nullable [] open(
      CipherState cipher, byte[] nonce, byte[] associated, byte[] sealed) {
    byte[] plain = new byte[Math.max(0, sealed.length - NoiseCipher.TAG_BYTES)];
    return cipher.openWith(nonce, associated, ByteBuffer.wrap(sealed), ByteBuffer.wrap(plain))
        ? plain
        : null;
  }

  private static byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] plain) {
    CipherState cipher = new CipherState(NoiseCipher.CHACHA_POLY);
    cipher.initializeKey(key);
    byte[] sealed = new byte[plain.length + NoiseCipher.TAG_BYTES];
    cipher.sealWith(nonce, associated, ByteBuffer.wrap(plain), ByteBuffer.wrap(sealed));
    return sealed;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
