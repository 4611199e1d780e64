package grapevine.node.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What may be seen of a node from elsewhere: its figures, for Prometheus, and its health. Read-only
 * and without a token, so it is bound only when the operator asks for it. Any thread.
 */
public final class MetricsServer implements AutoCloseable {
  private static final int REQUESTS_MAX = 16;

  private final Scrape scrape;
  private final Health health;
  private final HttpListener listener;

  /** Writes all figures. */
  public interface Scrape {
    /**
     * @param accept what the reader's {@code Accept} header prefers; null when there is none
     * @return the content type of what was written
     */
    String write(@Nullable String accept, OutputStream out) throws IOException;
  }

  /**
   * Binds and starts.
   *
   * @param listen port 0 takes any that is free
   * @throws IOException if the address cannot be bound
   */
  public MetricsServer(InetSocketAddress listen, NodeGate gate, Scrape scrape) throws IOException {
    this.scrape = scrape;
    health = new Health(gate);
    listener = new HttpListener(listen, "metrics", REQUESTS_MAX, this::handle);
    listener.start();
  }

  /** Where it listens, with the port that it got. */
  public InetSocketAddress address() {
    return listener.address();
  }

  private void handle(Call call) throws ApiError, IOException, InterruptedException {
    HttpListener.Handler handler =
        switch (call.path()) {
          case "/metrics" -> this::metrics;
          case "/livez" -> health::live;
          case "/readyz" -> health::ready;
          default -> throw new ApiError(404, "not-found", "expected /metrics, /livez or /readyz");
        };
    if (!call.method().equals("GET")) {
      call.setHeader("Allow", "GET");
      throw new ApiError(405, "method-not-allowed", "expected GET");
    }
    handler.handle(call);
  }

  private void metrics(Call call) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 16);
    String contentType = scrape.write(call.header("Accept").orElse(null), text);
    call.answer(200, contentType, text.toByteArray());
  }

  @Override
  public void close() {
    listener.close();
  }
}
