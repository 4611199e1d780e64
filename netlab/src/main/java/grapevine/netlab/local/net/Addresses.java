package grapevine.netlab.local.net;

/**
 * Addresses of the hosts: 198.18.0.0/15, which is set aside for measuring networks (RFC 2544) and
 * so never means anybody else, one for each host from 198.18.0.1 on. Stateless.
 */
final class Addresses {
  /** As many as the range has, but for its first and last address. */
  static final int HOSTS_MAX = (1 << 17) - 2;

  static final int MASK = 0xFFFE0000;
  private static final int FIRST = 198 << 24 | 18 << 16 | 1;

  private Addresses() {}

  /** As a number, the first byte highest. */
  static int of(int host) {
    return FIRST + host;
  }

  static String text(int host) {
    int address = of(host);
    return "%d.%d.%d.%d"
        .formatted(address >>> 24, address >>> 16 & 0xFF, address >>> 8 & 0xFF, address & 0xFF);
  }

  /** The host that has this address; no number of any host if none can have it. */
  static int hostOf(int address) {
    return address - FIRST;
  }
}
