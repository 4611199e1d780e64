package grapevine.node.record;

import grapevine.node.model.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened during an input: what the core was answered, and what it did.
 *
 * @param chain first 8 bytes of the trace hash after it
 */
public record RecordedResult(List<OutputTrace.Mark> outputs, long chain, List<Answer> answers) {
  static void write(OutputTrace trace, RecordOut answers, RecordOut out) {
    out.u8(Frame.RESULT);
    trace.writeMarks(out);
    out.u64(trace.chain().prefix64()).bytes(answers.buffer());
  }

  static RecordedResult read(RecordIn in) throws MalformedException {
    List<OutputTrace.Mark> outputs = in.list("outputs", OutputTrace.Mark::read);
    long chain = in.u64("trace hash");
    List<Answer> answers = new ArrayList<>();
    while (in.hasMore()) {
      answers.add(Answer.read(in));
    }
    return new RecordedResult(outputs, chain, answers);
  }
}
