package grapevine.netlab.local;

import grapevine.netlab.trace.Trace;
import grapevine.netlab.trace.TraceRecorder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Listens to one life of one node and passes on what it accepts, on a virtual thread of its own.
 * Ends with the stream: when the node dies, or when it is closed.
 */
final class EventStream implements AutoCloseable {
  private static final long HELLO_SECONDS_MAX = 10;

  private final int node;
  private final TraceRecorder recorder;
  private final Map<String, Integer> nodesByKey;
  private final InputStream in;
  private final Thread reader;
  private final CompletableFuture<Long> hello = new CompletableFuture<>();

  private EventStream(
      int node, TraceRecorder recorder, Map<String, Integer> nodesByKey, InputStream in) {
    this.node = node;
    this.recorder = recorder;
    this.nodesByKey = nodesByKey;
    this.in = in;
    this.reader = Thread.ofVirtual().name("events of node " + node).unstarted(this::read);
  }

  /**
   * Returns when the node has said that it tells everything from now on.
   *
   * @param nodesByKey numbers of all nodes, by their keys in hex
   */
  static EventStream open(
      int node, NodeApi api, TraceRecorder recorder, Map<String, Integer> nodesByKey)
      throws IOException, InterruptedException {
    EventStream stream = new EventStream(node, recorder, nodesByKey, api.events("accepted"));
    stream.reader.start();
    try {
      stream.hello.get(HELLO_SECONDS_MAX, TimeUnit.SECONDS);
      return stream;
    } catch (ExecutionException | TimeoutException e) {
      stream.close();
      throw new IOException("node " + node + " does not begin its stream of events: " + e, e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        onEvent(NodeEvent.parse(line));
      }
      hello.completeExceptionally(new IOException("the stream ended"));
    } catch (IOException e) {
      // The node has died or the run is over; a stream that breaks otherwise shows as latencies
      // that are not known, never as a delivery.
      hello.completeExceptionally(e);
    }
  }

  private void onEvent(NodeEvent event) {
    switch (event) {
      case NodeEvent.Hello each -> hello.complete(each.monoNanos());
      case NodeEvent.Accepted each ->
          recorder.onAccepted(
              node, each.item(), each.bytes(), parent(each.peer()), each.monoNanos());
      case NodeEvent.Lost each -> recorder.onLost(each.count());
      case NodeEvent.Other each -> {}
    }
  }

  private int parent(@Nullable String peer) {
    return peer == null ? Trace.OWN : nodesByKey.getOrDefault(peer, Trace.UNKNOWN);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // It is not read any more, whatever becomes of it.
    }
  }
}
