package grapevine.node.storage;

import static grapevine.node.storage.Samples.NETWORK;
import static grapevine.node.storage.Samples.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import grapevine.node.protocol.port.ItemLog;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killing shows the order of commit and acknowledgement; only a power cut shows the syncing. */
class LmdbKillTest {
  private static final int KILLS = 3;
  private static final int LINES = 10;

  @TempDir Path directory;

  @Test
  void shouldKeepEveryAcknowledgedItemOverKillNine() throws Exception {
    long acknowledged = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      try (ChildJvm child = ChildJvm.start(LmdbKillTest.class, directory.toString())) {
        for (int line = 0; line < LINES + 7 * kill; line++) {
          acknowledged = Long.parseLong(child.line());
        }
      }
      try (LmdbItemStore store = open(directory, (position, tookNanos) -> {})) {
        assertThat(store.committedPosition()).isGreaterThanOrEqualTo(acknowledged);
        assertThat(store.since(0, Integer.MAX_VALUE))
            .hasSize((int) store.committedPosition())
            .allMatch(entry -> intact(store, entry));
      }
    }
  }

  private static boolean intact(LmdbItemStore store, ItemLog.Entry entry) {
    return store.item(entry.id()).orElseThrow().equals(transaction((int) entry.position()));
  }

  private static LmdbItemStore open(Path directory, LmdbItemStore.Listener listener) {
    return LmdbItemStore.open(directory, NETWORK, LmdbItemStore.Limits.defaults(), listener);
  }

  /** Puts transactions for ever, and prints each position that has become durable. */
  public static void main(String[] arguments) throws InterruptedException {
    LinkedBlockingQueue<Long> committed = new LinkedBlockingQueue<>();
    try (LmdbItemStore store =
        open(Path.of(arguments[0]), (position, tookNanos) -> committed.add(position))) {
      while (store.position() < Integer.MAX_VALUE) {
        for (int i = 0; i < 10; i++) {
          store.put(transaction((int) store.position() + 1));
        }
        store.sync();
        System.out.println(committed.take());
      }
    }
  }
}
