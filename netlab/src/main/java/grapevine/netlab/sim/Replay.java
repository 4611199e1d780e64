package grapevine.netlab.sim;

import grapevine.crypto.Hash256;
import grapevine.node.protocol.NodeCore;
import grapevine.node.protocol.port.NodeEvents;
import grapevine.node.record.OutputTrace;
import grapevine.node.record.RecordedResult;
import grapevine.node.record.RecordingException;
import grapevine.node.record.RecordingReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a node's core again from what it recorded: the same core, the same inputs at the same times,
 * the same answers and the same random numbers. Every output is compared with what the node did.
 * Confined to one thread; reads no clock.
 *
 * <p>What always holds: nothing is given to the core after the first difference, because from there
 * on the recorded inputs answer another past.
 */
public final class Replay {
  /**
   * What to look at.
   *
   * @param untilInput stop after this one
   * @param shownFrom show this input ...
   * @param shownTo ... to this one, with what the core does
   * @param check whether the core's invariants are recomputed after every input
   */
  public record Options(long untilInput, long shownFrom, long shownTo, boolean check) {
    /** All of it, and nothing shown. */
    public static Options all() {
      return new Options(Long.MAX_VALUE, 1, 0, false);
    }
  }

  /** Where a replay stopped. */
  public enum Verdict {
    /** Every input that was run did what it had done. */
    IDENTICAL,
    /** An input did something else, or left an invariant broken. */
    DIFFERENT,
    /** The file is no recording, or changed further on; up to there all was identical. */
    DAMAGED
  }

  /**
   * What came out.
   *
   * @param inputs that were run and identical
   * @param virtualNanos from the node's start to the last of them
   * @param traceHash over all that they did, in hex
   * @param detail what differs, what is damaged, or how the recording ends
   * @param failure what the core threw at the last input; null when it threw nothing
   */
  public record Outcome(
      Verdict verdict,
      String commit,
      long inputs,
      long virtualNanos,
      String traceHash,
      String detail,
      @Nullable Throwable failure) {}

  private final Options options;
  private final Consumer<String> shown;
  private final RecordingReader reader;
  private final OutputTrace trace = new OutputTrace();
  private final ReplayAnswers answers = new ReplayAnswers();
  private final NodeCore core;
  private long inputs;
  private long nowNanos;
  private Hash256 agreed = Hash256.ZERO;
  private @Nullable Throwable failure;

  private Replay(RecordingReader reader, Options options, Consumer<String> shown) {
    this.reader = reader;
    this.options = options;
    this.shown = shown;
    core =
        reader
            .node()
            .core(
                new ReplayOutbox(trace, answers), NodeEvents.NONE, new ReplayStore(trace, answers));
    nowNanos = reader.node().clock().nowNanos();
  }

  /**
   * Runs a recording again.
   *
   * @param shown takes the lines that the options ask for
   * @throws IOException when the file cannot be read
   */
  public static Outcome run(Path file, Options options, Consumer<String> shown) throws IOException {
    try (RecordingReader reader = RecordingReader.open(file)) {
      return new Replay(reader, options, shown).run();
    } catch (RecordingException e) {
      String found = String.valueOf(e.getMessage());
      return new Outcome(Verdict.DAMAGED, "unknown", 0, 0, Hash256.ZERO.toHex(), found, null);
    }
  }

  private Outcome run() throws IOException {
    try {
      while (inputs < options.untilInput && failure == null) {
        Optional<RecordingReader.Entry> next = reader.next();
        if (next.isEmpty()) {
          return atEnd();
        }
        Optional<String> difference = step(next.get());
        if (difference.isPresent()) {
          return outcome(Verdict.DIFFERENT, difference.get());
        }
      }
    } catch (RecordingException e) {
      return outcome(Verdict.DAMAGED, String.valueOf(e.getMessage()));
    }
    return outcome(
        Verdict.IDENTICAL,
        failure == null
            ? "stopped after input " + inputs + ", as asked"
            : "the node failed at input " + inputs + ", here as when it was recorded");
  }

  private Outcome outcome(Verdict verdict, String detail) {
    return new Outcome(
        verdict,
        reader.node().commit(),
        inputs,
        nowNanos - reader.node().clock().nowNanos(),
        agreed.toHex(),
        detail,
        failure);
  }

  private Outcome atEnd() {
    return switch (reader.ending()) {
      case RecordingReader.Ending.Whole whole ->
          whole.end().trace().equals(agreed)
              ? outcome(
                  Verdict.IDENTICAL, "the recording ends there: " + whole.end().reason().text())
              : outcome(
                  Verdict.DIFFERENT,
                  "trace hash after the last input is %s, recorded %s"
                      .formatted(agreed, whole.end().trace()));
      case RecordingReader.Ending.Cut cut -> outcome(Verdict.IDENTICAL, describe(cut));
    };
  }

  private static String describe(RecordingReader.Ending.Cut cut) {
    return cut.unfinished() == null
        ? "the recording is cut off: " + cut.what()
        : "the recording is cut off within %s: %s"
            .formatted(cut.unfinished().describe(), cut.what());
  }

  /** Runs one input; what differs, if anything does. */
  private Optional<String> step(RecordingReader.Entry entry) {
    answers.begin(entry.result().answers());
    trace.begin();
    Optional<String> difference = deliver(entry).or(() -> difference(entry.result()));
    show(entry);
    if (difference.isEmpty()) {
      inputs = entry.number();
      nowNanos = entry.nowNanos();
      agreed = trace.chain();
      if (options.check && failure == null) {
        difference = brokenInvariant();
      }
    }
    return difference.map(text -> name(entry) + ": " + text);
  }

  private Optional<String> deliver(RecordingReader.Entry entry) {
    try {
      entry.input().deliver(core, trace, entry.nowNanos());
      trace.end(core.nextDeadlineNanos());
      return Optional.empty();
    } catch (ReplayAnswers.OtherQuestion e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      failure = e;
      trace.threw(
          e instanceof ReplayAnswers.RecordedFailure outside
              ? outside.failure()
              : e.getClass().getName());
      trace.end(0);
      return Optional.empty();
    }
  }

  private Optional<String> difference(RecordedResult recorded) {
    List<OutputTrace.Mark> marks = trace.marks();
    int equal = 0;
    while (equal < marks.size()
        && equal < recorded.outputs().size()
        && marks.get(equal).equals(recorded.outputs().get(equal))) {
      equal++;
    }
    if (equal < marks.size() || equal < recorded.outputs().size()) {
      return Optional.of(
          "output %d differs: here %s, recorded %s"
              .formatted(equal + 1, here(equal), recordedOutput(recorded, equal)));
    }
    if (trace.chain().prefix64() != recorded.chain()) {
      return Optional.of("its outputs or the next deadline differ, though not in their checksums");
    }
    if (answers.hasMore()) {
      return Optional.of("the recorded core asked its store or outbox for more");
    }
    return Optional.empty();
  }

  private String here(int index) {
    List<String> descriptions = trace.descriptions();
    return index < descriptions.size() ? descriptions.get(index) : "nothing more";
  }

  private static String recordedOutput(RecordedResult recorded, int index) {
    return index < recorded.outputs().size()
        ? recorded.outputs().get(index).kind().label()
        : "nothing more";
  }

  private Optional<String> brokenInvariant() {
    try {
      core.checkInvariants();
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("an invariant is broken after it: " + e.getMessage());
    }
  }

  private static String name(RecordingReader.Entry entry) {
    return String.format(
        Locale.ROOT,
        "input %d (%s at %.6f s)",
        entry.number(),
        entry.input().describe(),
        entry.nowNanos() / 1e9);
  }

  private void show(RecordingReader.Entry entry) {
    if (options.shownFrom <= entry.number() && entry.number() <= options.shownTo) {
      List<String> lines = new ArrayList<>();
      lines.add(name(entry));
      trace.descriptions().forEach(output -> lines.add("  " + output));
      lines.forEach(shown);
    }
  }
}
