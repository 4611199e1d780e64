package grapevine.crypto;

import java.util.List;

/** Which Noise protocol is spoken: a pattern of messages and a cipher, with 25519 and SHA256. */
record NoiseProtocol(Pattern pattern, NoiseCipher cipher) {
  static final NoiseProtocol XX = new NoiseProtocol(Pattern.XX, NoiseCipher.AES_GCM);
  static final NoiseProtocol XX_PSK3 = new NoiseProtocol(Pattern.XX_PSK3, NoiseCipher.AES_GCM);

  /** Such as Noise_XX_25519_AESGCM_SHA256. */
  String name() {
    return "Noise_" + pattern.noiseName + "_25519_" + cipher.noiseName() + "_SHA256";
  }

  /** What a message carries, or mixes into the keys (Noise revision 34, section 7.1). */
  enum Token {
    E,
    S,
    EE,
    ES,
    SE,
    PSK
  }

  /**
   * The handshake patterns (Noise revision 34, sections 7.5 and 9.4): both sides tell their static
   * keys, each encrypted; XXpsk3 mixes a key that both know beforehand into the last message.
   */
  enum Pattern {
    XX(
        "XX",
        List.of(Token.E),
        List.of(Token.E, Token.EE, Token.S, Token.ES),
        List.of(Token.S, Token.SE)),
    XX_PSK3(
        "XXpsk3",
        List.of(Token.E),
        List.of(Token.E, Token.EE, Token.S, Token.ES),
        List.of(Token.S, Token.SE, Token.PSK));

    private final String noiseName;
    private final List<List<Token>> messages;

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    Pattern(String noiseName, List<Token>... messages) {
      this.noiseName = noiseName;
      this.messages = List.of(messages);
    }

    /** The tokens of each message, the initiator's first. */
    List<List<Token>> messages() {
      return messages;
    }

    boolean usesPsk() {
      return this == XX_PSK3;
    }
  }
}
