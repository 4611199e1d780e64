package grapevine.node.model;

import grapevine.crypto.SaltedHash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a node can be dialled. Immutable; kinds that this version does not know are kept and passed
 * on byte for byte. Its words are kept once they have been asked for: tables of addresses count by
 * them again and again.
 *
 * <pre>u8 kind (1 = IPv4, 2 = IPv6) · u8 length · bytes · u16 port</pre>
 */
public final class NodeAddress implements Comparable<NodeAddress> {
  public static final int IPV4 = 1;
  public static final int IPV6 = 2;

  /** Longest address of any kind; leaves room for a Tor v3 name (62) in a later version. */
  public static final int HOST_BYTES_MAX = 64;

  private final int kind;
  private final byte[] host;
  private final int port;

  // As with a string's hash, threads that race make equal words.
  private @Nullable String group;
  private @Nullable String text;

  private NodeAddress(int kind, byte[] host, int port) {
    this.kind = kind;
    this.host = host;
    this.port = port;
  }

  /**
   * An IPv4 (4 bytes) or IPv6 (16 bytes) address; an IPv4-mapped IPv6 address becomes IPv4, so that
   * one place has one name.
   */
  public static NodeAddress ip(byte[] host, int port) {
    if (port < 0 || port > 0xFFFF) {
      throw new IllegalArgumentException("port " + port + ", expected 0 to 65535");
    }
    return switch (host.length) {
      case 4 -> new NodeAddress(IPV4, host.clone(), port);
      case 16 ->
          isMapped(host)
              ? new NodeAddress(IPV4, Arrays.copyOfRange(host, 12, 16), port)
              : new NodeAddress(IPV6, host.clone(), port);
      default ->
          throw new IllegalArgumentException(
              "address of " + host.length + " bytes, expected 4 or 16");
    };
  }

  private static boolean isMapped(byte[] host) {
    for (int i = 0; i < 10; i++) {
      if (host[i] != 0) {
        return false;
      }
    }
    return host[10] == -1 && host[11] == -1;
  }

  public static NodeAddress read(ByteBuffer in) throws MalformedException {
    int kind = Fields.u8(in, "address kind");
    int length = Fields.u8(in, "address length");
    int expected = kind == IPV4 ? 4 : kind == IPV6 ? 16 : length;
    if (length != expected || length > HOST_BYTES_MAX) {
      throw new MalformedException(
          "address of kind "
              + kind
              + " has "
              + length
              + " bytes, expected "
              + expected
              + " and at most "
              + HOST_BYTES_MAX);
    }
    byte[] host = Fields.bytes(in, length, "address");
    if (kind == IPV6 && isMapped(host)) {
      throw new MalformedException("IPv4-mapped IPv6 address, expected kind 1");
    }
    return new NodeAddress(kind, host, Fields.u16(in, "address port"));
  }

  public void write(ByteBuffer out) {
    out.put((byte) kind).put((byte) host.length).put(host).putShort((short) port);
  }

  public int sizeBytes() {
    return 4 + host.length;
  }

  public int kind() {
    return kind;
  }

  /** The raw bytes: 4 for IPv4, 16 for IPv6. */
  public byte[] host() {
    return host.clone();
  }

  public int port() {
    return port;
  }

  public boolean isIp() {
    return kind == IPV4 || kind == IPV6;
  }

  /** 127.0.0.0/8 or ::1. */
  public boolean isLoopback() {
    if (kind == IPV4) {
      return host[0] == 127;
    }
    return kind == IPV6 && Arrays.equals(host, 0, 15, new byte[15], 0, 15) && host[15] == 1;
  }

  /**
   * Whether the address can be reached from anywhere: not loopback, private, link-local,
   * unspecified, multicast, broadcast or documentation (RFC 6890). Group and per-IP limits apply to
   * these only.
   */
  public boolean isGloballyRoutable() {
    if (kind == IPV4) {
      int a = host[0] & 0xFF;
      int b = host[1] & 0xFF;
      int c = host[2] & 0xFF;
      boolean special =
          a == 0
              || a == 10
              || a == 127
              || a >= 224
              || (a == 100 && b >= 64 && b < 128)
              || (a == 169 && b == 254)
              || (a == 172 && b >= 16 && b < 32)
              || (a == 192 && b == 168)
              || (a == 192 && b == 0 && (c == 0 || c == 2))
              || (a == 198 && (b == 18 || b == 19))
              || (a == 198 && b == 51 && c == 100)
              || (a == 203 && b == 0 && c == 113);
      return !special;
    }
    // Global unicast is 2000::/3; 2001:db8::/32 is documentation.
    return kind == IPV6
        && (host[0] & 0xE0) == 0x20
        && !(host[0] == 0x20 && host[1] == 0x01 && host[2] == 0x0d && host[3] == (byte) 0xb8);
  }

  /**
   * Whether dialling it can make sense at all: an IP, a port other than 0, not unspecified,
   * multicast or broadcast.
   */
  public boolean isDialable() {
    if (!isIp() || port == 0) {
      return false;
    }
    int first = host[0] & 0xFF;
    return kind == IPV4 ? first != 0 && first < 224 : first != 0xFF && !isUnspecified();
  }

  private boolean isUnspecified() {
    return Arrays.equals(host, new byte[host.length]);
  }

  /**
   * The network group that quotas count by: /16 of IPv4, /32 of IPv6 (after Bitcoin Core's
   * AddrMan), otherwise the kind alone. Equal groups give equal strings.
   */
  public String group() {
    String known = group;
    if (known == null) {
      known = makeGroup();
      group = known;
    }
    return known;
  }

  private String makeGroup() {
    if (kind == IPV4) {
      return "4:" + HexFormat.of().formatHex(host, 0, 2);
    }
    return kind == IPV6 ? "6:" + HexFormat.of().formatHex(host, 0, 4) : "k" + kind;
  }

  @Override
  public int compareTo(NodeAddress other) {
    int byKind = Integer.compare(kind, other.kind);
    int byHost = byKind != 0 ? byKind : Arrays.compareUnsigned(host, other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof NodeAddress that
            && kind == that.kind
            && port == that.port
            && Arrays.equals(host, that.host));
  }

  /** Salted per process: peers choose the addresses that a node keeps tables of. */
  @Override
  public int hashCode() {
    return SaltedHash.of(((long) kind << 32) | ((long) host.length << 16) | port, host);
  }

  /** {@code 192.0.2.1:7700}, {@code [2001:db8:0:0:0:0:0:1]:7700}, {@code kind9:ab12:7700}. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = makeText();
      text = known;
    }
    return known;
  }

  private String makeText() {
    StringBuilder text = new StringBuilder();
    if (kind == IPV4) {
      for (int i = 0; i < 4; i++) {
        text.append(i == 0 ? "" : ".").append(host[i] & 0xFF);
      }
    } else if (kind == IPV6) {
      text.append('[').append(ipv6Text());
      text.append(']');
    } else {
      text.append("kind").append(kind).append(':').append(HexFormat.of().formatHex(host));
    }
    return text.append(':').append(port).toString();
  }

  /** As in RFC 5952: the longest run of zeros, of two at least and the first of equals, is cut. */
  private String ipv6Text() {
    int cut = 8;
    int cutLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && word(i + length) == 0) {
        length++;
      }
      if (length > cutLength) {
        cut = i;
        cutLength = length;
      }
      i += length;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == cut) {
        out.append("::");
        i += cutLength - 1;
      } else {
        boolean isFirst = i == 0 || i == cut + cutLength;
        out.append(isFirst ? "" : ":").append(Integer.toHexString(word(i)));
      }
    }
    return out.toString();
  }

  private int word(int i) {
    return ((host[2 * i] & 0xFF) << 8) | (host[2 * i + 1] & 0xFF);
  }
}
