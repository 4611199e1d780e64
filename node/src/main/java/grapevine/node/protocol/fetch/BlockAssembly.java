package grapevine.node.protocol.fetch;

import grapevine.crypto.Hash256;
import grapevine.node.model.BlockHeader;
import grapevine.node.model.MalformedException;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts blocks together from the chunks that peers send. Confined to the core's thread. NodeCore
 * passes on only chunks of blocks that {@link FetchScheduler#isRequested}.
 *
 * <p>A block belongs to one peer from its first chunk to its last: two peers sending the same block
 * fill two buffers, so that neither can spoil what the other gave. The first chunk must hold the
 * whole header; its hash is the id that was asked for, so from then on the size is what the
 * producer signed, not what the peer says. Chunks come in order and without gaps. A chunk 0 starts
 * again, and a later chunk of nothing that is here is let pass: both are what is left on the way
 * when a request has been given up and made again.
 *
 * <p>Always at most {@link Limits#blocksPerPeerMax} buffers of a peer and {@link Limits#bytesMax}
 * of all peers. Buffers grow by a chunk at a time with what has arrived, so an announced size costs
 * nothing. A peer's next block replaces its own stalest one. When all the room is taken, the peer
 * that takes most gives up its stalest block; only who would itself take most is told {@link
 * Result.Full}. So no number of stalled blocks keeps a peer from its equal share.
 */
public final class BlockAssembly {
  /**
   * @param blocksPerPeerMax as many as a peer is asked for at a time
   * @param bytesMax over all peers; the largest block must fit
   */
  public record Limits(int blocksPerPeerMax, long bytesMax) {
    public static Limits defaults() {
      return new Limits(4, 64 << 20);
    }
  }

  /** What a chunk led to. */
  public sealed interface Result {
    /** More chunks are to come. */
    record Incomplete() implements Result {}

    /**
     * The whole block, as yet unread behind its header.
     *
     * @param bytes from position 0 to the limit
     * @param ageMillis as the last chunk says
     */
    record Complete(ByteBuffer bytes, int ageMillis) implements Result {}

    /**
     * No honest node sends this; nothing of the block is kept.
     *
     * @param detail what was found and what was expected
     */
    record Bad(String detail) implements Result {}

    /** There is no room; nothing of the block is kept. */
    record Full() implements Result {}
  }

  private static final Result INCOMPLETE = new Result.Incomplete();
  private static final Result FULL = new Result.Full();

  private final Limits limits;
  private final int blockBytesMax;
  private final Map<PeerId, Peer> peers = new LinkedHashMap<>();
  private long bytes;

  /**
   * @param blockBytesMax the network's largest block, header included
   * @throws IllegalArgumentException if that does not fit into the limits
   */
  public BlockAssembly(Limits limits, int blockBytesMax) {
    if (limits.bytesMax < blockBytesMax) {
      throw new IllegalArgumentException(
          "bytesMax %d, expected at least a block of %d".formatted(limits.bytesMax, blockBytesMax));
    }
    this.limits = limits;
    this.blockBytesMax = blockBytesMax;
  }

  /** A peer's unfinished blocks, stalest first. */
  private static final class Peer {
    final Map<Hash256, Partial> partials = new LinkedHashMap<>();
    long bytes;
  }

  /** The first bytes of a block, in segments of one chunk each; all but the last are full. */
  private static final class Partial {
    final int sizeBytes;
    final List<ByteBuffer> segments = new ArrayList<>();
    int arrivedBytes;
    int heldBytes;

    Partial(int sizeBytes) {
      this.sizeBytes = sizeBytes;
    }

    /** What has to be allocated before so many more bytes can be taken in. */
    int missingBytes(int moreBytes) {
      int missing = 0;
      while (heldBytes + missing < arrivedBytes + moreBytes) {
        missing += nextSegmentBytes(missing);
      }
      return missing;
    }

    private int nextSegmentBytes(int aheadBytes) {
      return Math.min(Message.BlockChunk.CHUNK_BYTES_MAX, sizeBytes - heldBytes - aheadBytes);
    }

    void add(ByteBuffer chunk) {
      arrivedBytes += chunk.remaining();
      while (chunk.hasRemaining()) {
        if (segments.isEmpty() || !segments.getLast().hasRemaining()) {
          ByteBuffer segment = ByteBuffer.allocate(nextSegmentBytes(0));
          heldBytes += segment.capacity();
          segments.add(segment);
        }
        ByteBuffer last = segments.getLast();
        int taken = Math.min(last.remaining(), chunk.remaining());
        last.put(chunk.slice(chunk.position(), taken));
        chunk.position(chunk.position() + taken);
      }
    }

    ByteBuffer whole() {
      ByteBuffer whole =
          segments.size() == 1 ? segments.getFirst() : ByteBuffer.allocate(sizeBytes);
      if (segments.size() > 1) {
        segments.forEach(segment -> whole.put(segment.flip()));
      }
      return whole.flip();
    }
  }

  /** Takes in a chunk of a block that this peer was asked for. */
  public Result onChunk(PeerId from, Message.BlockChunk chunk) {
    Hash256 hash = chunk.hash();
    String fault = chunk.offset() == 0 ? firstFault(chunk) : fault(from, chunk);
    if (fault != null) {
      forget(from, hash);
      return new Result.Bad(fault);
    }
    if (chunk.offset() == 0) {
      forget(from, hash);
    } else if (partial(from, hash) == null) {
      return INCOMPLETE;
    }
    Peer peer = peers.computeIfAbsent(from, p -> new Peer());
    Partial partial = peer.partials.remove(hash);
    if (partial == null) {
      partial = new Partial(chunk.sizeBytes());
      if (peer.partials.size() == limits.blocksPerPeerMax) {
        dropStalest(peer);
      }
    }
    peer.partials.put(hash, partial);
    if (!makeRoom(peer, partial.missingBytes(chunk.bytes().remaining()))) {
      forget(from, hash);
      return FULL;
    }
    int heldBefore = partial.heldBytes;
    partial.add(chunk.bytes().duplicate());
    peer.bytes += partial.heldBytes - heldBefore;
    bytes += partial.heldBytes - heldBefore;
    if (partial.arrivedBytes < partial.sizeBytes) {
      return INCOMPLETE;
    }
    forget(from, hash);
    return new Result.Complete(partial.whole(), chunk.ageMillis());
  }

  private @Nullable String firstFault(Message.BlockChunk chunk) {
    int length = chunk.bytes().remaining();
    int sizeBytes = chunk.sizeBytes();
    if (sizeBytes < BlockHeader.BYTES || sizeBytes > blockBytesMax) {
      return "block of %d bytes, expected %d to %d"
          .formatted(sizeBytes, BlockHeader.BYTES, blockBytesMax);
    }
    if (length < BlockHeader.BYTES || length > sizeBytes) {
      return "first chunk of %d bytes, expected %d to %d"
          .formatted(length, BlockHeader.BYTES, sizeBytes);
    }
    BlockHeader header;
    try {
      header = BlockHeader.read(chunk.bytes().duplicate());
    } catch (MalformedException e) {
      return e.detail();
    }
    if (!header.hash().equals(chunk.hash())) {
      return "header of block %s, expected %s".formatted(header.hash(), chunk.hash());
    }
    return header.blockBytes() == sizeBytes
        ? null
        : "block of %d bytes, expected %d as its header says"
            .formatted(sizeBytes, header.blockBytes());
  }

  private @Nullable String fault(PeerId from, Message.BlockChunk chunk) {
    Partial partial = partial(from, chunk.hash());
    if (partial == null) {
      return null;
    }
    if (chunk.sizeBytes() != partial.sizeBytes) {
      return "size %d in a later chunk, expected %d"
          .formatted(chunk.sizeBytes(), partial.sizeBytes);
    }
    if (chunk.offset() != partial.arrivedBytes) {
      return "chunk at %d, expected at %d".formatted(chunk.offset(), partial.arrivedBytes);
    }
    int length = chunk.bytes().remaining();
    int leftBytes = partial.sizeBytes - partial.arrivedBytes;
    return 0 < length && length <= leftBytes
        ? null
        : "chunk of %d bytes, expected 1 to %d".formatted(length, leftBytes);
  }

  /** Whether so many more bytes can be allocated for the newest block of this peer. */
  private boolean makeRoom(Peer peer, int missingBytes) {
    while (bytes + missingBytes > limits.bytesMax) {
      Peer heaviest = peer;
      long mostBytes = peer.bytes + missingBytes;
      for (Peer other : peers.values()) {
        if (other.bytes > mostBytes) {
          heaviest = other;
          mostBytes = other.bytes;
        }
      }
      if (heaviest == peer && peer.partials.size() == 1) {
        return false;
      }
      dropStalest(heaviest);
      peers.values().removeIf(other -> other.partials.isEmpty());
    }
    return true;
  }

  private void dropStalest(Peer peer) {
    Hash256 stalest = peer.partials.keySet().iterator().next();
    drop(peer, stalest);
  }

  private void drop(Peer peer, Hash256 hash) {
    Partial partial = peer.partials.remove(hash);
    if (partial != null) {
      peer.bytes -= partial.heldBytes;
      bytes -= partial.heldBytes;
    }
  }

  private @Nullable Partial partial(PeerId from, Hash256 hash) {
    Peer peer = peers.get(from);
    return peer == null ? null : peer.partials.get(hash);
  }

  /** Drops what this peer has sent of the block. */
  public void forget(PeerId from, Hash256 hash) {
    Peer peer = peers.get(from);
    if (peer != null) {
      drop(peer, hash);
      if (peer.partials.isEmpty()) {
        peers.remove(from);
      }
    }
  }

  /** Drops what any peer has sent of the block, when it is wanted no more. */
  public void forget(Hash256 hash) {
    peers.values().forEach(peer -> drop(peer, hash));
    peers.values().removeIf(peer -> peer.partials.isEmpty());
  }

  public void onPeerGone(PeerId peer) {
    Peer gone = peers.remove(peer);
    if (gone != null) {
      bytes -= gone.bytes;
    }
  }

  /** Bytes held for unfinished blocks, over all peers. */
  public long bytes() {
    return bytes;
  }

  /** Unfinished blocks of this peer. */
  public int blocks(PeerId from) {
    Peer peer = peers.get(from);
    return peer == null ? 0 : peer.partials.size();
  }

  public void checkInvariants() {
    long total = 0;
    for (Peer peer : peers.values()) {
      long held = 0;
      for (Partial partial : peer.partials.values()) {
        long segments = partial.segments.stream().mapToLong(ByteBuffer::capacity).sum();
        long aheadBytes = segments - partial.arrivedBytes;
        require(segments == partial.heldBytes, "bytes of a block");
        require(
            0 <= aheadBytes && aheadBytes < Message.BlockChunk.CHUNK_BYTES_MAX, "allocated ahead");
        require(partial.arrivedBytes < partial.sizeBytes, "a finished block");
        held += segments;
      }
      require(!peer.partials.isEmpty(), "a peer without blocks");
      require(peer.partials.size() <= limits.blocksPerPeerMax, "too many blocks of a peer");
      require(peer.bytes == held, "bytes of a peer");
      total += held;
    }
    require(bytes == total, "bytes");
    require(bytes <= limits.bytesMax, "too many bytes");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("block assembly: " + what);
    }
  }
}
