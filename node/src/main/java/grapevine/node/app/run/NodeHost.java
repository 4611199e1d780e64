package grapevine.node.app.run;

import grapevine.node.app.config.NodeConfig;
import grapevine.node.transport.VerifyPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Many nodes in one process, each with its own directory, identity, sockets, API and metrics, as if
 * it were alone. Confined to one thread, which starts and closes; others help it meanwhile, because
 * a start waits for the disk a dozen times.
 *
 * <p>They share the threads that check signatures: these are as many as the processors, and a pool
 * for each node would only have them interrupt each other. A loop and a store thread stay each
 * node's own, since what one node does must not delay another more than the processors make it.
 */
public final class NodeHost implements AutoCloseable {
  private static final int AT_ONCE_MAX = 16;

  private final VerifyPool verifyPool;
  private final BiConsumer<NodeConfig, Throwable> onFatal;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * @param nodesMax that will be started
   * @param onFatal hears of a mistake of ours after which a node cannot go on, on that node's loop
   */
  public NodeHost(int nodesMax, BiConsumer<NodeConfig, Throwable> onFatal) {
    this.verifyPool = VerifyPool.ofAllCores(nodesMax);
    this.onFatal = onFatal;
  }

  /**
   * Starts a node for each configuration, in order but several at a time. The first that fails
   * keeps the others from starting, and its failure is thrown.
   *
   * @param isEnding asked before each start: whether no more are wanted
   * @param onReady is told of each that is ready, one at a time
   */
  public void start(List<NodeConfig> configs, BooleanSupplier isEnding, Consumer<Node> onReady)
      throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE_MAX)) {
      var done = new ExecutorCompletionService<Void>(threads);
      for (NodeConfig config : configs) {
        done.submit(
            () -> {
              if (!isEnding.getAsBoolean()) {
                onStarted(start(config), onReady);
              }
              return null;
            });
      }
      try {
        for (int i = 0; i < configs.size(); i++) {
          done.take().get();
        }
      } catch (ExecutionException e) {
        throw unwrapped(e);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private Node start(NodeConfig config) throws IOException, InterruptedException {
    return new Node(config, verifyPool, failure -> onFatal.accept(config, failure));
  }

  private synchronized void onStarted(Node node, Consumer<Node> onReady) {
    nodes.add(node);
    onReady.accept(node);
  }

  private static IOException unwrapped(ExecutionException e) throws InterruptedException {
    return switch (e.getCause()) {
      case IOException failure -> failure;
      case InterruptedException failure -> throw failure;
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      case null, default -> new IOException(e);
    };
  }

  /** Stops all, several at a time. */
  @Override
  public void close() {
    List<Node> started;
    synchronized (this) {
      started = List.copyOf(nodes);
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE_MAX)) {
      started.forEach(node -> threads.execute(node::close));
    }
    verifyPool.close();
  }
}
