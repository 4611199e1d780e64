package grapevine.node.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.node.model.Block;
import grapevine.node.model.Item;
import grapevine.node.model.ItemKind;
import grapevine.node.model.MalformedException;
import grapevine.node.model.Rejection;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.NodeView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Takes in transactions, one or many, and blocks; answers when they are on disk. Any thread. */
final class Submissions {
  /** Lines of one batch. */
  static final int LINES_MAX = 10_000;

  /** Bodies in memory at once, 64 MiB: eight of the largest, hundreds of usual ones. */
  private static final int BODY_KILOBYTES_MAX = 64 << 10;

  /** Lines given to the node together, so that a batch does not hold up its loop for long. */
  private static final int CHUNK_LINES = 500;

  private final NodeGate gate;
  private final Semaphore bodyKilobytes = new Semaphore(BODY_KILOBYTES_MAX);

  Submissions(NodeGate gate) {
    this.gate = gate;
  }

  /** What is done with a body while its memory is accounted for. */
  private interface Use {
    void on(byte[] body) throws ApiError, IOException, InterruptedException;
  }

  private void withBody(Call call, Use use) throws ApiError, IOException, InterruptedException {
    int kilobytes = 1 + call.bodyBytesMax() / 1024;
    if (!bodyKilobytes.tryAcquire(kilobytes)) {
      throw ApiError.busy("too many large bodies at once");
    }
    try {
      use.on(call.body());
    } finally {
      bodyKilobytes.release(kilobytes);
    }
  }

  /** {@code POST /v1/transactions}: JSON, or the bytes as {@code application/octet-stream}. */
  void single(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    boolean raw = call.header("Content-Type").orElse("").startsWith(Call.BYTES);
    withBody(
        call,
        body -> {
          Transaction transaction =
              raw ? TransactionJson.ofBytes(body) : TransactionJson.read(body, 0, body.length);
          NodeView.Submission result = submit(List.of(transaction)).getFirst();
          call.answer(status(result.rejection()), Json.submission(result));
        });
  }

  /**
   * {@code POST /v1/blocks}: the bytes as {@code application/octet-stream}. No JSON: a block is
   * made by a program, and has megabytes.
   */
  void block(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    if (!call.header("Content-Type").orElse("").startsWith(Call.BYTES)) {
      throw ApiError.malformed("Content-Type", "expected " + Call.BYTES);
    }
    withBody(
        call,
        body -> {
          NodeView.Submission result = Answers.await(gate.submit(block(body)));
          call.answer(status(result.rejection()), Json.submission(result));
        });
  }

  private static Block block(byte[] bytes) throws ApiError {
    try {
      return (Block) Item.read(ItemKind.BLOCK, ByteBuffer.wrap(bytes));
    } catch (MalformedException e) {
      throw ApiError.malformed("block", e.detail());
    }
  }

  private static int status(@Nullable Rejection reason) {
    return switch (reason) {
      case null -> 200;
      case BUSY, STORAGE_FULL -> 503;
      default -> 422;
    };
  }

  private List<NodeView.Submission> submit(List<Transaction> transactions)
      throws ApiError, InterruptedException {
    return Answers.await(gate.submit(transactions));
  }

  /** One line of a batch: where it lies in the body, and its number from 1. */
  private record Line(int number, int offset, int length) {}

  /** {@code POST /v1/transactions/batch}: one answer for each line that is not blank, in order. */
  void batch(Call call) throws ApiError, IOException, InterruptedException {
    call.query();
    withBody(
        call,
        body -> {
          List<Line> lines = lines(body);
          try (OutputStream out = call.stream(Call.JSON_LINES)) {
            @Nullable ApiError down = null;
            for (int i = 0; i < lines.size(); i += CHUNK_LINES) {
              List<Line> chunk = lines.subList(i, Math.min(i + CHUNK_LINES, lines.size()));
              down = answer(body, chunk, down, out);
            }
          }
        });
  }

  private static List<Line> lines(byte[] body) throws ApiError {
    List<Line> lines = new ArrayList<>();
    int number = 1;
    int offset = 0;
    for (int i = 0; i <= body.length; i++) {
      if (i == body.length || body[i] == '\n') {
        Line line = new Line(number, offset, i - offset);
        if (!isBlank(body, line)) {
          lines.add(line);
        }
        number++;
        offset = i + 1;
      }
    }
    if (lines.size() > LINES_MAX) {
      throw new ApiError(
          413, "too-large", lines.size() + " lines, expected at most " + LINES_MAX, "lines");
    }
    return lines;
  }

  private static boolean isBlank(byte[] body, Line line) {
    for (int i = line.offset; i < line.offset + line.length; i++) {
      if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /**
   * Submits a chunk and writes its answers.
   *
   * @param down why the node took an earlier chunk not at all; then it is not asked again
   * @return why it took this chunk not at all, or null
   */
  private @Nullable ApiError answer(
      byte[] body, List<Line> chunk, @Nullable ApiError down, OutputStream out)
      throws IOException, InterruptedException {
    ObjectNode[] answers = new ObjectNode[chunk.size()];
    List<Transaction> transactions = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      Line line = chunk.get(i);
      try {
        transactions.add(TransactionJson.read(body, line.offset, line.length));
        places.add(i);
      } catch (ApiError e) {
        answers[i] = Json.error(e);
      }
    }
    @Nullable ApiError cause = down;
    if (cause == null && !transactions.isEmpty()) {
      try {
        List<NodeView.Submission> results = submit(transactions);
        for (int i = 0; i < places.size(); i++) {
          answers[places.get(i)] = Json.submission(results.get(i));
        }
      } catch (ApiError e) {
        cause = e;
      }
    }
    if (cause != null) {
      for (int place : places) {
        answers[place] = Json.error(cause);
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < answers.length; i++) {
      if (answers[i].has("error")) {
        answers[i].put("line", chunk.get(i).number);
      }
      text.append(answers[i]).append('\n');
    }
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
    return cause;
  }
}
