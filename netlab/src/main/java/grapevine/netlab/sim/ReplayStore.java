package grapevine.netlab.sim;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemStore;
import grapevine.node.record.Answer;
import grapevine.node.record.OutputTrace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Answers as the recorded store did. Keeps the items that have passed, since the recording writes
 * each one's bytes once; never more than the recorded store held.
 */
final class ReplayStore implements ItemStore {
  private final OutputTrace trace;
  private final ReplayAnswers answers;
  private final Map<ItemId, Item> known = new HashMap<>();

  ReplayStore(OutputTrace trace, ReplayAnswers answers) {
    this.trace = trace;
    this.answers = answers;
  }

  @Override
  public PutResult put(Item item) {
    trace.put(item.id());
    PutResult result = answers.next(Answer.Put.class, "the putting of " + item.id()).result();
    if (result != PutResult.FULL) {
      known.put(item.id(), item);
    }
    return result;
  }

  @Override
  public boolean contains(ItemId id) {
    return answers.next(Answer.Contains.class, "whether there is " + id).held();
  }

  @Override
  public Optional<Item> item(ItemId id) {
    String question = "the item " + id;
    Answer answer = answers.next(question);
    if (answer instanceof Answer.Found found && found.item().id().equals(id)) {
      known.put(id, found.item());
      return Optional.of(found.item());
    } else if (answer instanceof Answer.Known && known.containsKey(id)) {
      return Optional.of(known.get(id));
    } else if (answer instanceof Answer.Absent) {
      return Optional.empty();
    }
    throw ReplayAnswers.other(question, answer);
  }

  @Override
  public void remove(ItemId id) {
    trace.remove(id);
    known.remove(id);
  }

  @Override
  public long position() {
    return answers.next(Answer.Position.class, "the store's position").position();
  }

  @Override
  public long committedPosition() {
    return answers.next(Answer.Position.class, "the committed position").position();
  }

  @Override
  public void sync() {
    trace.sync();
  }

  @Override
  public void headers(Consumer<BlockHeader> sink) {
    String question = "all headers";
    Answer answer = answers.next(question);
    while (answer instanceof Answer.Header header) {
      sink.accept(header.header());
      answer = answers.next(question);
    }
    requireEnd(question, answer);
  }

  @Override
  public void transactions(long wallMillis, Consumer<Transaction> sink) {
    String question = "all transactions";
    Answer answer = answers.next(question);
    while (answer instanceof Answer.Loaded loaded) {
      known.put(loaded.transaction().id(), loaded.transaction());
      sink.accept(loaded.transaction());
      answer = answers.next(question);
    }
    requireEnd(question, answer);
  }

  private static void requireEnd(String question, Answer answer) {
    if (!(answer instanceof Answer.EndOfScan)) {
      throw ReplayAnswers.other(question, answer);
    }
  }
}
