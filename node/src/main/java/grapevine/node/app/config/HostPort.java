package grapevine.node.app.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place on the network as an operator writes it: {@code name:port}, {@code 192.0.2.1:port} or
 * {@code [2001:db8::1]:port}. The name is not looked up before it is needed.
 *
 * @param host without brackets
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");

  private static final int PORT_MAX = 65_535;

  /**
   * @param portMin 0 where the system may choose the port, 1 for a place to be dialled
   * @throws IllegalArgumentException saying what was expected
   */
  public static HostPort parse(String text, int portMin) {
    Matcher form = FORM.matcher(text);
    int port = form.matches() ? Integer.parseInt(form.group(3)) : -1;
    if (port < portMin || port > PORT_MAX) {
      throw new IllegalArgumentException(
          "host:port or [IPv6 address]:port with a port from " + portMin + " to " + PORT_MAX);
    }
    return new HostPort(form.group(1) != null ? form.group(1) : form.group(2), port);
  }

  public HostPort withPort(int newPort) {
    return new HostPort(host, newPort);
  }

  /** Looks the name up; may take long. */
  public InetSocketAddress toSocket() throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
