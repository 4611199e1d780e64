package grapevine.netlab.sim;

import grapevine.node.record.Answer;
import java.util.Iterator;
import java.util.List;

/**
 * What the recorded core was answered during one input, given again in the same order to a core
 * that asks the same. Confined to one thread.
 */
final class ReplayAnswers {
  private Iterator<Answer> answers = List.<Answer>of().iterator();

  /** The core asks what the recorded one did not: it has gone another way. */
  static final class OtherQuestion extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherQuestion(String message) {
      super(message, null, false, false);
    }
  }

  /** The store or the outbox threw, in the recorded node as here. */
  static final class RecordedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String failure;

    RecordedFailure(String failure) {
      super("outside the core: " + failure);
      this.failure = failure;
    }

    /** The class of what was thrown then. */
    String failure() {
      return failure;
    }
  }

  void begin(List<Answer> recorded) {
    answers = recorded.iterator();
  }

  /** Answers that nobody has asked for. */
  boolean hasMore() {
    return answers.hasNext();
  }

  /**
   * The next answer.
   *
   * @param question in words, for the case that the recorded core asked another
   */
  Answer next(String question) {
    if (!answers.hasNext()) {
      throw new OtherQuestion("it asks for " + question + ", but the recorded core asked no more");
    }
    Answer answer = answers.next();
    if (answer instanceof Answer.Threw threw) {
      throw new RecordedFailure(threw.failure());
    }
    return answer;
  }

  <A extends Answer> A next(Class<A> type, String question) {
    Answer answer = next(question);
    if (!type.isInstance(answer)) {
      throw other(question, answer);
    }
    return type.cast(answer);
  }

  static OtherQuestion other(String question, Answer answer) {
    return new OtherQuestion(
        "it asks for %s, but the recorded core was answered %s"
            .formatted(question, answer.getClass().getSimpleName()));
  }
}
