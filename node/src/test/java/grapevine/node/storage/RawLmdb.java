package grapevine.node.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** Writes into a closed store behind its back. */
final class RawLmdb {
  private RawLmdb() {}

  static void put(Path directory, String table, byte[] key, byte[] value) {
    try (Env<ByteBuffer> env =
            Env.create()
                .setMapSize(16 << 20)
                .setMaxDbs(5)
                .open(directory.toFile(), EnvFlags.MDB_NOTLS);
        Txn<ByteBuffer> txn = env.txnWrite()) {
      Dbi<ByteBuffer> dbi =
          env.openDbi(txn, table.getBytes(StandardCharsets.US_ASCII), null, false);
      dbi.put(txn, direct(key), direct(value));
      txn.commit();
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
