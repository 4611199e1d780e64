package grapevine.crypto;

import java.util.Arrays;

/**
 * The prefix that keeps one use of a hash or signature apart from every other: the tag in ASCII and
 * a zero byte. Tags hold no zero byte, so no prefix begins another, and bytes signed for one
 * purpose cannot be presented for a second. Tags are constants of the code, never input.
 */
final class DomainTag {
  private DomainTag() {}

  static byte[] prefix(String tag) {
    byte[] prefix = new byte[tag.length() + 1];
    for (int i = 0; i < tag.length(); i++) {
      char c = tag.charAt(i);
      if (c == 0 || c > 0x7f) {
        throw new IllegalArgumentException("a tag is ASCII without zero bytes: " + tag);
      }
      prefix[i] = (byte) c;
    }
    return prefix;
  }

  /** tag ‖ 0x00 ‖ parts. */
  static byte[] prepend(String tag, byte[]... parts) {
    byte[] prefix = prefix(tag);
    int size = prefix.length;
    for (byte[] part : parts) {
      size += part.length;
    }
    byte[] bytes = Arrays.copyOf(prefix, size);
    int at = prefix.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, bytes, at, part.length);
      at += part.length;
    }
    return bytes;
  }
}
