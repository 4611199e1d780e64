package grapevine.node.api;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Passes the node's events on to those who listen, each on its request's own thread, until they go
 * or the server stops. Who reads slowly keeps this thread waiting and nobody else.
 */
final class EventFeed {
  /** Streams at once. */
  static final int STREAMS_MAX = 16;

  /**
   * How soon a silent stream notices that the server stops; each time wakes threads for nothing.
   */
  private static final long POLL_NANOS = 250_000_000;

  private final NodeGate gate;
  private final BooleanSupplier stopping;
  private final Semaphore streams = new Semaphore(STREAMS_MAX);

  EventFeed(NodeGate gate, BooleanSupplier stopping) {
    this.gate = gate;
    this.stopping = stopping;
  }

  /** {@code GET /v1/events?events=accepted,received}: JSON lines, all events by default. */
  void stream(Call call) throws ApiError, IOException, InterruptedException {
    Map<String, String> query = call.query("events");
    String names = query.getOrDefault("events", "");
    Set<String> events =
        names.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(names.split(",", -1)));
    if (!streams.tryAcquire()) {
      throw ApiError.busy(STREAMS_MAX + " streams are open already");
    }
    try (NodeGate.EventStream stream = subscribe(events);
        OutputStream out = call.stream(Call.JSON_LINES)) {
      while (!stopping.getAsBoolean()) {
        byte[] lines = stream.take(POLL_NANOS);
        if (lines.length > 0) {
          out.write(lines);
          out.flush();
        }
      }
    } finally {
      streams.release();
    }
  }

  private NodeGate.EventStream subscribe(Set<String> events) throws ApiError, InterruptedException {
    CompletableFuture<NodeGate.EventStream> stream = gate.subscribe(events);
    try {
      return Answers.await(stream);
    } catch (IllegalArgumentException e) {
      throw ApiError.malformed("events", String.valueOf(e.getMessage()));
    } catch (ApiError | InterruptedException e) {
      // It may still come, when nobody wants it any more.
      stream.thenAccept(NodeGate.EventStream::close);
      throw e;
    }
  }
}
