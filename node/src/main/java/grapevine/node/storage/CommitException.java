package grapevine.node.storage;

import org.jspecify.annotations.Nullable;

/** A batch did not reach the disk: nothing of it did. */
final class CommitException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient StoreProblem problem;

  CommitException(StoreProblem problem) {
    this(problem, null);
  }

  CommitException(StoreProblem problem, @Nullable Throwable cause) {
    super(problem.detail(), cause);
    this.problem = problem;
  }

  StoreProblem problem() {
    return problem;
  }
}
