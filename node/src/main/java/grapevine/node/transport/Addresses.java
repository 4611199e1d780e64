package grapevine.node.transport;

import grapevine.node.model.NodeAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Addresses as the protocol knows them, and as the JDK does. */
public final class Addresses {
  private static final int PORT_MAX = 65_535;

  /** With a colon no text is taken for a name, nor four numbers. */
  private static final Pattern IP_LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

  private Addresses() {}

  /**
   * @throws IllegalArgumentException unless it is an IP address
   */
  public static InetSocketAddress toSocket(NodeAddress address) {
    if (!address.isIp()) {
      throw new IllegalArgumentException(address + " is no IP address");
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.host()), address.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IP address has 4 or 16 bytes", e);
    }
  }

  /**
   * @throws IllegalArgumentException if its name has not been resolved
   */
  public static NodeAddress of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      throw new IllegalArgumentException(address + " is not resolved");
    }
    return NodeAddress.ip(ip.getAddress(), address.getPort());
  }

  /**
   * The address, with port 0, that a text is: no name is looked up.
   *
   * @throws IllegalArgumentException unless it is {@code 192.0.2.1} or {@code 2001:db8::1}
   */
  public static NodeAddress literal(String ip) {
    if (!IP_LITERAL.matcher(ip).matches()) {
      throw new IllegalArgumentException("\"" + ip + "\" is no IP address");
    }
    try {
      return NodeAddress.ip(InetAddress.getByName(ip).getAddress(), 0);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("\"" + ip + "\" is no IP address", e);
    }
  }

  /**
   * Looks up {@code host:port}, {@code 192.0.2.1:port} or {@code [2001:db8::1]:port} on a thread of
   * its own, because a name server may be slow.
   *
   * @return all addresses of the name; fails with IllegalArgumentException when the text is not of
   *     that form, and with UnknownHostException when nobody knows the name
   */
  public static CompletableFuture<List<NodeAddress>> resolve(String text) {
    CompletableFuture<List<NodeAddress>> found = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("grapevine-resolve")
        .start(
            () -> {
              try {
                found.complete(lookUp(text));
              } catch (UnknownHostException | RuntimeException e) {
                found.completeExceptionally(e);
              }
            });
    return found;
  }

  private static List<NodeAddress> lookUp(String text) throws UnknownHostException {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (colon < 0 || host.isEmpty() || (host.contains(":") && !bracketed)) {
      throw new IllegalArgumentException(
          "address \"" + text + "\", expected host:port or [IPv6 address]:port");
    }
    int port = port(text.substring(colon + 1), text);
    List<NodeAddress> addresses = new ArrayList<>();
    for (InetAddress ip : InetAddress.getAllByName(host)) {
      addresses.add(NodeAddress.ip(ip.getAddress(), port));
    }
    return List.copyOf(addresses);
  }

  private static int port(String digits, String text) {
    boolean plain =
        !digits.isEmpty()
            && digits.length() <= 5
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = plain ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException(
          "port of address \"" + text + "\", expected 1 to " + PORT_MAX);
    }
    return port;
  }
}
