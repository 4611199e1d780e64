package grapevine.netlab.local.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/**
 * Makes a TUN device in the calling thread's namespace: what is sent there can be read from its
 * descriptor, what is written to that arrives there. The descriptor stays good whatever namespace
 * its reader is in, and the device ends with it. Stateless.
 */
final class TunDevice {
  static final String NAME = "gv0";
  static final String CONTROL = "/dev/net/tun";

  private static final int IFF_TUN = 0x1;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_UP = 0x1;
  private static final long TUNSETIFF = 0x400454caL;
  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final long SIOCSIFADDR = 0x8916;
  private static final long SIOCSIFNETMASK = 0x891c;
  private static final long SIOCSIFTXQLEN = 0x8943;

  /** struct ifreq: 16 bytes of name, then 24 of what the request is about. */
  private static final int REQUEST_BYTES = 40;

  private static final int NAME_BYTES = 16;

  /** So that what the emulator is too slow to read shows as lateness, not as loss. */
  private static final int QUEUE_PACKETS = 10_000;

  private TunDevice() {}

  /**
   * Makes it, gives it an address and a route to all other hosts, and brings it and loopback up.
   *
   * @return its descriptor, which the caller closes
   */
  static int open(int address, int mask) throws IOException {
    Libc.Calls libc = Libc.calls();
    int device =
        Libc.check(
            libc.open(CONTROL, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "open " + CONTROL);
    try {
      Pointer request = request(NAME);
      request.putShort(NAME_BYTES, (short) (IFF_TUN | IFF_NO_PI));
      Libc.check(libc.ioctl(device, TUNSETIFF, request), "make a TUN device");
      int socket = Libc.check(libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM, 0), "open a socket");
      try {
        configure(socket, address, mask);
      } finally {
        libc.close(socket);
      }
      return device;
    } catch (IOException | RuntimeException e) {
      libc.close(device);
      throw e;
    }
  }

  private static void configure(int socket, int address, int mask) throws IOException {
    up(socket, "lo");
    set(socket, SIOCSIFADDR, address);
    set(socket, SIOCSIFNETMASK, mask);
    Pointer queue = request(NAME);
    queue.putInt(NAME_BYTES, QUEUE_PACKETS);
    Libc.check(Libc.calls().ioctl(socket, SIOCSIFTXQLEN, queue), "size the queue of " + NAME);
    up(socket, NAME);
  }

  private static void set(int socket, long what, int address) throws IOException {
    Pointer request = request(NAME);
    request.putShort(NAME_BYTES, (short) Libc.AF_INET);
    for (int i = 0; i < 4; i++) {
      request.putByte(NAME_BYTES + 4 + i, (byte) (address >>> (24 - 8 * i)));
    }
    Libc.check(Libc.calls().ioctl(socket, what, request), "set the address of " + NAME);
  }

  private static void up(int socket, String name) throws IOException {
    Pointer request = request(name);
    Libc.check(Libc.calls().ioctl(socket, SIOCGIFFLAGS, request), "find " + name);
    request.putShort(NAME_BYTES, (short) (request.getShort(NAME_BYTES) | IFF_UP));
    Libc.check(Libc.calls().ioctl(socket, SIOCSIFFLAGS, request), "bring up " + name);
  }

  private static Pointer request(String name) {
    Pointer request = Libc.memory(REQUEST_BYTES);
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    request.put(0, bytes, 0, bytes.length);
    return request;
  }
}
