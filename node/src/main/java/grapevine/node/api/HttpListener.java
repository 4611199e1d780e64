package grapevine.node.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bound HTTP server of the JDK: one virtual thread for each request, a bounded number of them at
 * once, errors as JSON, and an end that lets running requests finish. Any thread.
 */
final class HttpListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

  /** Connections that wait to be accepted. */
  private static final int BACKLOG = 128;

  /** How long the end waits for running requests. */
  private static final long GRACE_MILLIS = 2_000;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Handler handler;
  private final int requestsMax;
  private final Semaphore requests;
  private volatile boolean stopping;

  /** Answers a call, or says why not. */
  interface Handler {
    void handle(Call call) throws ApiError, IOException, InterruptedException;
  }

  /**
   * Binds; {@link #start} must follow.
   *
   * @param threadName what the names of the threads begin with
   * @throws IOException if the address cannot be bound
   */
  HttpListener(InetSocketAddress listen, String threadName, int requestsMax, Handler handler)
      throws IOException {
    guard();
    this.handler = handler;
    this.requestsMax = requestsMax;
    requests = new Semaphore(requestsMax);
    server = HttpServer.create(listen, BACKLOG);
    threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(threadName + "-", 0).factory());
    server.setExecutor(threads);
    server.createContext("/", this::serve);
  }

  /** Begins to accept; a step of its own, so that the handler's owner is complete by then. */
  void start() {
    server.start();
  }

  /**
   * Limits of the JDK's server that only properties set, read when its first instance is made; what
   * the operator has set stays.
   */
  private static void guard() {
    setIfAbsent("jdk.httpserver.maxConnections", "512");
    setIfAbsent("sun.net.httpserver.maxReqHeaderSize", "32768");
    // Seconds for a whole request to come in: who sends it byte by byte is cut off.
    setIfAbsent("sun.net.httpserver.maxReqTime", "30");
    // Or an answer in two pieces waits for the other side's delayed acknowledgement.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  boolean isStopping() {
    return stopping;
  }

  private void serve(HttpExchange exchange) {
    try (exchange) {
      Call call = new Call(exchange);
      try {
        serve(call);
      } catch (ApiError e) {
        refuse(call, e);
      } catch (RuntimeException e) {
        log.error("{} {} failed", call.method(), call.path(), e);
        refuse(call, new ApiError(500, "internal", "the node failed; its log says why"));
      }
    } catch (IOException e) {
      log.debug("a client went away: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Call call) throws ApiError, IOException, InterruptedException {
    if (stopping) {
      throw ApiError.stopping();
    }
    if (!requests.tryAcquire()) {
      throw ApiError.busy(requestsMax + " requests are running already");
    }
    try {
      handler.handle(call);
    } finally {
      requests.release();
    }
  }

  private static void refuse(Call call, ApiError error) throws IOException {
    if (call.isAnswered()) {
      throw new IOException("too late for an answer: " + error.getMessage(), error);
    }
    call.answer(error.status(), Json.error(error));
  }

  /** Refuses what comes, waits for what runs, at most two seconds, then ends everything. */
  @Override
  public void close() {
    stopping = true;
    try {
      if (requests.tryAcquire(requestsMax, GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        requests.release(requestsMax);
      } else {
        log.warn("requests still run after {} ms and are cut off", GRACE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
