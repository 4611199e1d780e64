package grapevine.node.record;

import grapevine.node.model.BlockHeader;
import grapevine.node.model.Item;
import grapevine.node.model.ItemId;
import grapevine.node.model.Transaction;
import grapevine.node.protocol.port.ItemStore;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Traces what a core tells its store, and writes down what the store answers. An item's bytes are
 * written once, where it first comes out of the store without having been put in before.
 */
final class RecordingStore implements ItemStore {
  private final Recording recording;
  private final ItemStore outside;

  /** What whoever replays has by now; bounded by what the store holds. */
  private final Set<ItemId> known = new HashSet<>();

  /** Whether a scan failed in the core, which a replay finds by itself, and not in the store. */
  private boolean failedInSink;

  RecordingStore(Recording recording, ItemStore outside) {
    this.recording = recording;
    this.outside = outside;
  }

  @Override
  public PutResult put(Item item) {
    if (!recording.isWithin()) {
      return outside.put(item);
    }
    recording.trace().put(item.id());
    PutResult result = ask(() -> outside.put(item));
    recording.answer(new Answer.Put(result));
    if (result != PutResult.FULL) {
      known.add(item.id());
    }
    return result;
  }

  @Override
  public boolean contains(ItemId id) {
    boolean held = ask(() -> outside.contains(id));
    if (recording.isWithin()) {
      recording.answer(new Answer.Contains(held));
    }
    return held;
  }

  @Override
  public Optional<Item> item(ItemId id) {
    Optional<Item> item = ask(() -> outside.item(id));
    if (recording.isWithin()) {
      if (item.isEmpty()) {
        recording.answer(new Answer.Absent());
      } else {
        recording.answer(known.add(id) ? new Answer.Found(item.get()) : new Answer.Known());
      }
    }
    return item;
  }

  @Override
  public void remove(ItemId id) {
    if (recording.isWithin()) {
      recording.trace().remove(id);
      known.remove(id);
    }
    outside.remove(id);
  }

  @Override
  public long position() {
    long position = ask(outside::position);
    if (recording.isWithin()) {
      recording.answer(new Answer.Position(position));
    }
    return position;
  }

  @Override
  public long committedPosition() {
    long position = ask(outside::committedPosition);
    if (recording.isWithin()) {
      recording.answer(new Answer.Position(position));
    }
    return position;
  }

  @Override
  public void sync() {
    if (recording.isWithin()) {
      recording.trace().sync();
    }
    outside.sync();
  }

  @Override
  public void headers(Consumer<BlockHeader> sink) {
    scan(outside::headers, sink, Answer.Header::new);
  }

  @Override
  public void transactions(long wallMillis, Consumer<Transaction> sink) {
    scan(
        each -> outside.transactions(wallMillis, each),
        sink,
        transaction -> {
          known.add(transaction.id());
          return new Answer.Loaded(transaction);
        });
  }

  /** How what a scan gives is written down. */
  private interface Form<T> {
    Answer answer(T value);
  }

  private <T> void scan(Consumer<Consumer<T>> scan, Consumer<T> sink, Form<T> form) {
    failedInSink = false;
    try {
      scan.accept(value -> give(value, sink, form));
    } catch (RuntimeException e) {
      if (!failedInSink) {
        recording.answer(new Answer.Threw(e.getClass().getName()));
      }
      throw e;
    }
    recording.answer(new Answer.EndOfScan());
  }

  private <T> void give(T value, Consumer<T> sink, Form<T> form) {
    if (recording.isWithin()) {
      recording.answer(form.answer(value));
    }
    try {
      sink.accept(value);
    } catch (RuntimeException e) {
      failedInSink = true;
      throw e;
    }
  }

  private <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      recording.answer(new Answer.Threw(e.getClass().getName()));
      throw e;
    }
  }
}
