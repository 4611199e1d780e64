package grapevine.node.app.run;

import grapevine.node.model.Block;
import grapevine.node.protocol.NodeView;
import grapevine.node.protocol.sync.BlockTemplate;
import grapevine.node.transport.NodeLoop;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the core and waits for what it says. Any thread but the loop's. */
final class CoreAnswers implements Producer.Chain {
  /** Reading a large store at the start is by far the longest turn of a healthy loop. */
  private static final long WAIT_SECONDS = 60;

  private final NodeLoop loop;

  CoreAnswers(NodeLoop loop) {
    this.loop = loop;
  }

  <T> T ask(NodeLoop.CoreCall<T> call) throws Producer.Chain.Failure, InterruptedException {
    try {
      return loop.call(call).get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new Producer.Chain.Failure(cause == null ? e : cause);
    } catch (TimeoutException | RejectedExecutionException e) {
      throw new Producer.Chain.Failure(e);
    }
  }

  @Override
  public long wallMillis() throws Producer.Chain.Failure, InterruptedException {
    return ask((core, nowNanos) -> core.view().status(nowNanos).wallMillis());
  }

  @Override
  public Optional<BlockTemplate.Proposal> proposal(int producer)
      throws Producer.Chain.Failure, InterruptedException {
    return ask((core, nowNanos) -> core.proposal(producer, nowNanos));
  }

  @Override
  public NodeView.Submission submit(Block block)
      throws Producer.Chain.Failure, InterruptedException {
    return ask((core, nowNanos) -> core.submit(block, nowNanos));
  }
}
