package grapevine.netlab.local;

import java.util.List;

/** What a process needs that hosts many nodes. Stateless. */
final class HostedMemory {
  private static final int HEAP_MEBIBYTES = 192;
  private static final int HEAP_MEBIBYTES_PER_NODE = 12;
  private static final int DIRECT_MEBIBYTES = 64;
  private static final int DIRECT_MEBIBYTES_PER_NODE = 2;

  private HostedMemory() {}

  /** Bounds, not reservations; a node alone is given 256 MiB of heap and 64 of buffers. */
  static List<String> options(int nodes) {
    long direct = DIRECT_MEBIBYTES + (long) DIRECT_MEBIBYTES_PER_NODE * nodes;
    return List.of(
        "-Xmx" + (HEAP_MEBIBYTES + (long) HEAP_MEBIBYTES_PER_NODE * nodes) + "m",
        "-XX:MaxDirectMemorySize=" + direct + "m",
        "-Dio.netty.maxDirectMemory=" + (direct << 20));
  }
}
