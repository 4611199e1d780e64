package grapevine.node.record;

import grapevine.crypto.Hash256;
import grapevine.node.model.Network;
import grapevine.node.protocol.Core;
import grapevine.node.protocol.Environment;
import grapevine.node.protocol.Limits;
import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recording of one core: makes the core, with its outbox and its store behind wrappers that
 * write down what they answer, and gives out a wrapper of the core that writes down what it is
 * told. The core knows nothing of it.
 *
 * <p>Confined to the core's thread, but for {@link #open} before and {@link #close} after. What
 * always holds: nothing that is asked from outside an input (a view, say) is written, since no
 * replay would ask it; and when recording ends, for whatever reason, the node goes on.
 */
public final class Recording implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

  private final Path path;
  private final long bytesMax;
  private final RecordingFile file;
  private final RecordOut frame = new RecordOut();
  private final RecordOut answers = new RecordOut();
  private final OutputTrace trace = new OutputTrace();
  private boolean active = true;
  private boolean within;
  private long lastNanos;
  private Hash256 recorded = Hash256.ZERO;
  private long inputs;

  private Recording(Path path, long bytesMax, RecordingFile file) {
    this.path = path;
    this.bytesMax = bytesMax;
    this.file = file;
  }

  /**
   * Begins a file; one that is there is kept beside it as {@code NAME.previous}.
   *
   * @param bytesMax at which recording stops
   * @throws IOException when the file cannot be made
   */
  public static Recording open(Path path, long bytesMax) throws IOException {
    return new Recording(path, bytesMax, RecordingFile.create(path, bytesMax));
  }

  /**
   * A core that is recorded; once.
   *
   * @param commit of this build
   * @param outside what the core shall speak to; its generator only gives the seed of the one that
   *     the core gets
   */
  public Core core(
      String commit,
      Network network,
      Settings settings,
      Limits limits,
      RecordedNode.Clock clock,
      Environment outside) {
    Hash256 seed = SeededRandom.seed(outside.random());
    RecordedNode node = new RecordedNode(commit, network, settings, limits, clock, seed);
    lastNanos = clock.nowNanos();
    frame.clear();
    node.write(frame);
    append();
    NodeCore core =
        node.core(
            new RecordingOutbox(this, outside.outbox()),
            outside.events(),
            new RecordingStore(this, outside.store()));
    LOG.atInfo()
        .addKeyValue("file", path)
        .addKeyValue("maxMebibytes", bytesMax >> 20)
        .log("recording");
    return new RecordingCore(this, core);
  }

  /** Where outputs go while {@link #isWithin}. */
  OutputTrace trace() {
    return trace;
  }

  /** Whether an input is under way, and being recorded. */
  boolean isWithin() {
    return within;
  }

  /** Does an input that answers nothing, writing down what it is before and what it did after. */
  void record(RecordedInput input, Core core, long nowNanos) {
    Supplier<Boolean> delivery =
        () -> {
          input.deliver(core, trace, nowNanos);
          return true;
        };
    record(input, core, nowNanos, delivery);
  }

  /**
   * The same for an input that answers.
   *
   * @param delivery delivers it, and traces the answer
   */
  <T> T record(RecordedInput input, Core core, long nowNanos, Supplier<T> delivery) {
    begin(input, nowNanos);
    try {
      T answer = delivery.get();
      if (within) {
        end(core.nextDeadlineNanos());
      }
      return answer;
    } catch (RuntimeException | Error e) {
      if (within) {
        trace.threw(e.getClass().getName());
        end(0);
        file.hurry();
      }
      throw e;
    }
  }

  private void begin(RecordedInput input, long nowNanos) {
    if (active) {
      frame.clear().u8(input.kind().code()).varint(nowNanos - lastNanos);
      input.write(frame);
      append();
      lastNanos = nowNanos;
      answers.clear();
      trace.begin();
      within = active;
    }
  }

  private void end(long deadlineNanos) {
    within = false;
    trace.end(deadlineNanos);
    frame.clear();
    RecordedResult.write(trace, answers, frame);
    append();
    if (active) {
      inputs++;
      recorded = trace.chain();
    }
  }

  /** Something was answered during an input. */
  void answer(Answer answer) {
    if (within) {
      answer.write(answers);
      if (answers.size() > bytesMax) {
        stop(RecordedEnd.Reason.FULL);
      }
    }
  }

  private void append() {
    file.append(frame.buffer()).ifPresent(this::stop);
  }

  private void stop(RecordedEnd.Reason reason) {
    LOG.atWarn()
        .addKeyValue("file", path)
        .addKeyValue("inputs", inputs)
        .addKeyValue("reason", file.trouble().map(Object::toString).orElse(reason.text()))
        .log("recording stops");
    finish(reason);
  }

  private void finish(RecordedEnd.Reason reason) {
    active = false;
    within = false;
    frame.clear();
    new RecordedEnd(reason, inputs, recorded).write(frame);
    file.finish(frame.buffer());
  }

  /** Ends the file, once the core is called no more. */
  @Override
  public void close() {
    if (active) {
      finish(RecordedEnd.Reason.CLOSED);
    }
    file.close();
  }
}
