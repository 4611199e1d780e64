package grapevine.node.record;

import grapevine.crypto.Hash256;
import grapevine.node.model.MalformedException;

/**
 * The last frame of a recording that ended in good order.
 *
 * @param inputs number of inputs that were recorded
 * @param trace hash over all that the core did ({@link OutputTrace})
 */
public record RecordedEnd(Reason reason, long inputs, Hash256 trace) {
  /** Upper bound of its frame's payload. */
  static final int BYTES_MAX = 1 + 16 + 10 + Hash256.BYTES;

  /** Why nothing more was recorded. */
  public enum Reason {
    CLOSED("the node stopped"),
    FULL("the file reached its bound"),
    BEHIND("the disk could not keep up");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  void write(RecordOut out) {
    out.u8(Frame.END).constant(reason).varint(inputs).hash(trace);
  }

  static RecordedEnd read(RecordIn in) throws MalformedException {
    return new RecordedEnd(
        in.constant(Reason.class, "reason"), in.varint("inputs"), in.hash("trace hash"));
  }
}
