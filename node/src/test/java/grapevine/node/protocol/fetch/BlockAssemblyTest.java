package grapevine.node.protocol.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Hash256;
import grapevine.crypto.KeyPair;
import grapevine.node.model.BlockHeader;
import grapevine.node.protocol.fetch.BlockAssembly.Result;
import grapevine.node.protocol.port.PeerId;
import grapevine.node.wire.Message.BlockChunk;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockAssemblyTest {
  private static final KeyPair PRODUCER = KeyPair.ofSeed(new byte[KeyPair.SEED_BYTES]);
  private static final int CHUNK = BlockChunk.CHUNK_BYTES_MAX;
  private static final int BLOCK_MAX = 1 << 20;
  private static final PeerId A = new PeerId(1);
  private static final PeerId B = new PeerId(2);

  private final SplittableRandom random = new SplittableRandom(1);
  private BlockAssembly assembly = new BlockAssembly(BlockAssembly.Limits.defaults(), BLOCK_MAX);

  @AfterEach
  void checkInvariants() {
    assembly.checkInvariants();
  }

  /** A block whose header is right and whose body is noise: nobody reads it here. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sample(Hash256 hash, byte[] bytes) {
    BlockChunk chunk(int from, int to) {
      return new BlockChunk(
          hash,
          7,
          bytes.length,
          from,
          ByteBuffer.wrap(bytes, from, to - from).slice().asReadOnlyBuffer());
    }
  }

  private Sample block(int sizeBytes) {
    BlockHeader header =
        BlockHeader.sign(
            PRODUCER,
            new BlockHeader.Draft(
                1,
                Hash256.ZERO,
                1,
                random.nextInt(1 << 30),
                1,
                1,
                sizeBytes - BlockHeader.BYTES,
                Hash256.ZERO,
                0,
                Hash256.ZERO));
    byte[] bytes = new byte[sizeBytes];
    random.nextBytes(bytes);
    header.write(ByteBuffer.wrap(bytes));
    return new Sample(header.hash(), bytes);
  }

  private static byte[] bytes(Result result) {
    assertThat(result).isInstanceOf(Result.Complete.class);
    ByteBuffer whole = ((Result.Complete) result).bytes();
    byte[] bytes = new byte[whole.remaining()];
    whole.get(bytes);
    return bytes;
  }

  private static String fault(Result result) {
    assertThat(result).isInstanceOf(Result.Bad.class);
    return ((Result.Bad) result).detail();
  }

  /** Sends chunks of at most so many bytes up to, not including, an offset. */
  private Result send(PeerId from, Sample block, int chunkBytes, int end) {
    Result result = new Result.Full();
    for (int at = 0; at < end; at += chunkBytes) {
      result = assembly.onChunk(from, block.chunk(at, Math.min(at + chunkBytes, end)));
      assembly.checkInvariants();
    }
    return result;
  }

  @Test
  void shouldGiveABlockThatComesInOneChunk() {
    Sample block = block(5_000);

    Result result = assembly.onChunk(A, block.chunk(0, 5_000));

    assertThat(bytes(result)).isEqualTo(block.bytes());
    assertThat(((Result.Complete) result).ageMillis()).isEqualTo(7);
    assertThat(assembly.bytes()).isZero();
  }

  @Test
  void shouldGiveABlockOfAHeaderOnly() {
    Sample block = block(BlockHeader.BYTES);

    assertThat(bytes(assembly.onChunk(A, block.chunk(0, BlockHeader.BYTES))))
        .isEqualTo(block.bytes());
  }

  @Test
  void shouldJoinTheChunksOfEverySplit() {
    Sample block = block(BlockHeader.BYTES + 40);
    for (int first = BlockHeader.BYTES; first < block.bytes().length; first++) {
      for (int second = first + 1; second < block.bytes().length; second++) {
        assertThat(assembly.onChunk(A, block.chunk(0, first)))
            .isInstanceOf(Result.Incomplete.class);
        assertThat(assembly.onChunk(A, block.chunk(first, second)))
            .isInstanceOf(Result.Incomplete.class);
        assertThat(bytes(assembly.onChunk(A, block.chunk(second, block.bytes().length))))
            .isEqualTo(block.bytes());
      }
    }
  }

  @Test
  void shouldJoinLargeBlocksWhateverTheSizeOfTheirChunks() {
    for (int chunkBytes : new int[] {CHUNK, CHUNK - 1, 1_000, BlockHeader.BYTES}) {
      for (int sizeBytes : new int[] {CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17}) {
        Sample block = block(sizeBytes);

        assertThat(bytes(send(A, block, chunkBytes, sizeBytes))).isEqualTo(block.bytes());
      }
    }
  }

  @Test
  void shouldKeepBlocksAndPeersApart() {
    Sample one = block(1_000);
    Sample two = block(2_000);
    assembly.onChunk(A, one.chunk(0, 300));
    assembly.onChunk(B, one.chunk(0, 500));
    assembly.onChunk(A, two.chunk(0, 400));

    assertThat(bytes(assembly.onChunk(A, one.chunk(300, 1_000)))).isEqualTo(one.bytes());
    assertThat(bytes(assembly.onChunk(A, two.chunk(400, 2_000)))).isEqualTo(two.bytes());
    assertThat(bytes(assembly.onChunk(B, one.chunk(500, 1_000)))).isEqualTo(one.bytes());
  }

  @Test
  void shouldAllocateNoMoreThanHasArrivedAndOneChunk() {
    assembly.onChunk(A, block(BLOCK_MAX).chunk(0, BlockHeader.BYTES));

    assertThat(assembly.bytes()).isEqualTo(CHUNK);
  }

  @Test
  void shouldRefuseAFirstChunkWithoutTheWholeHeader() {
    assertThat(fault(assembly.onChunk(A, block(1_000).chunk(0, BlockHeader.BYTES - 1))))
        .isEqualTo("first chunk of 203 bytes, expected 204 to 1000");
  }

  @Test
  void shouldRefuseTheHeaderOfAnotherBlock() {
    Sample asked = block(1_000);
    Sample given = block(1_000);

    assertThat(fault(assembly.onChunk(A, new Sample(asked.hash(), given.bytes()).chunk(0, 1_000))))
        .startsWith("header of block " + given.hash());
  }

  @Test
  void shouldRefuseBytesThatAreNoHeader() {
    byte[] zeros = new byte[1_000];

    assertThat(fault(assembly.onChunk(A, new Sample(Hash256.ZERO, zeros).chunk(0, 1_000))))
        .startsWith("header version 0");
  }

  @Test
  void shouldRefuseSizesThatNoBlockHas() {
    Sample block = block(1_000);
    ByteBuffer header = ByteBuffer.wrap(block.bytes(), 0, 300);
    for (int sizeBytes :
        new int[] {Integer.MIN_VALUE, -1, 0, 203, BLOCK_MAX + 1, Integer.MAX_VALUE}) {
      assertThat(fault(assembly.onChunk(A, new BlockChunk(block.hash(), 0, sizeBytes, 0, header))))
          .startsWith("block of " + sizeBytes + " bytes");
    }
  }

  @Test
  void shouldRefuseASizeOtherThanTheHeaderSays() {
    Sample block = block(1_000);
    ByteBuffer header = ByteBuffer.wrap(block.bytes(), 0, 300);

    assertThat(fault(assembly.onChunk(A, new BlockChunk(block.hash(), 0, 1_001, 0, header))))
        .isEqualTo("block of 1001 bytes, expected 1000 as its header says");
  }

  @Test
  void shouldRefuseASizeThatChanges() {
    Sample block = block(1_000);
    assembly.onChunk(A, block.chunk(0, 300));

    BlockChunk other = new BlockChunk(block.hash(), 0, 999, 300, ByteBuffer.allocate(10));

    assertThat(fault(assembly.onChunk(A, other)))
        .isEqualTo("size 999 in a later chunk, expected 1000");
    assertThat(assembly.bytes()).isZero();
  }

  @Test
  void shouldRefuseGapsOverlapsAndOverflow() {
    Sample block = block(1_000);
    for (int offset : new int[] {299, 301, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assembly.onChunk(A, block.chunk(0, 300));
      BlockChunk stray =
          new BlockChunk(block.hash(), 0, 1_000, offset, ByteBuffer.wrap(block.bytes(), 0, 10));

      assertThat(fault(assembly.onChunk(A, stray)))
          .isEqualTo("chunk at %d, expected at 300".formatted(offset));
    }
    assembly.onChunk(A, block.chunk(0, 300));
    BlockChunk tooLong =
        new BlockChunk(block.hash(), 0, 1_000, 300, ByteBuffer.wrap(block.bytes(), 0, 701));
    assertThat(fault(assembly.onChunk(A, tooLong)))
        .isEqualTo("chunk of 701 bytes, expected 1 to 700");
    assembly.onChunk(A, block.chunk(0, 300));
    assertThat(fault(assembly.onChunk(A, block.chunk(300, 300))))
        .isEqualTo("chunk of 0 bytes, expected 1 to 700");
  }

  @Test
  void shouldNotSpoilOthersBlocksWhenAPeerMisbehaves() {
    Sample block = block(1_000);
    assembly.onChunk(A, block.chunk(0, 300));
    assembly.onChunk(B, block.chunk(0, 300));

    fault(assembly.onChunk(B, block.chunk(299, 1_000)));

    assertThat(bytes(assembly.onChunk(A, block.chunk(300, 1_000)))).isEqualTo(block.bytes());
  }

  @Test
  void shouldStartAgainWithAFirstChunkAndLetRemnantsPass() {
    Sample block = block(1_000);
    assembly.onChunk(A, block.chunk(0, 300));
    assembly.forget(A, block.hash());

    assertThat(assembly.onChunk(A, block.chunk(300, 1_000))).isInstanceOf(Result.Incomplete.class);
    assertThat(assembly.bytes()).isZero();
    assembly.onChunk(A, block.chunk(0, 400));
    assembly.onChunk(A, block.chunk(0, 500));

    assertThat(bytes(assembly.onChunk(A, block.chunk(500, 1_000)))).isEqualTo(block.bytes());
  }

  @Test
  void shouldReplaceAPeersStalestBlockByItsFifth() {
    Sample[] blocks = new Sample[5];
    for (int i = 0; i < 4; i++) {
      blocks[i] = block(1_000);
      assembly.onChunk(A, blocks[i].chunk(0, 300));
    }
    assembly.onChunk(A, blocks[0].chunk(300, 400));
    blocks[4] = block(1_000);

    assembly.onChunk(A, blocks[4].chunk(0, 300));

    assertThat(assembly.blocks(A)).isEqualTo(4);
    assertThat(bytes(assembly.onChunk(A, blocks[0].chunk(400, 1_000))))
        .isEqualTo(blocks[0].bytes());
    assertThat(assembly.onChunk(A, blocks[1].chunk(300, 1_000)))
        .isInstanceOf(Result.Incomplete.class);
    assertThat(bytes(assembly.onChunk(A, blocks[4].chunk(300, 1_000))))
        .isEqualTo(blocks[4].bytes());
  }

  @Test
  void shouldFreeWhatIsForgottenAndWhatAGonePeerSent() {
    Sample one = block(1_000);
    Sample two = block(1_000);
    assembly.onChunk(A, one.chunk(0, 300));
    assembly.onChunk(B, one.chunk(0, 300));
    assembly.onChunk(B, two.chunk(0, 300));

    assembly.forget(one.hash());
    assertThat(assembly.bytes()).isEqualTo(1_000);
    assembly.onPeerGone(B);
    assembly.onPeerGone(A);

    assertThat(assembly.bytes()).isZero();
  }

  @Test
  void shouldTellWhoTakesMostThatThereIsNoRoom() {
    assembly = new BlockAssembly(new BlockAssembly.Limits(4, 4 * CHUNK), 4 * CHUNK);
    send(A, block(2 * CHUNK), CHUNK, CHUNK);
    Sample large = block(4 * CHUNK);
    send(B, large, CHUNK, 3 * CHUNK);

    Result result = assembly.onChunk(B, large.chunk(3 * CHUNK, 4 * CHUNK));

    assertThat(result).isInstanceOf(Result.Full.class);
    assertThat(assembly.blocks(A)).isEqualTo(1);
    assertThat(assembly.blocks(B)).isZero();
    assertThat(assembly.bytes()).isEqualTo(CHUNK);
  }

  @Test
  void shouldMakeRoomAtTheCostOfWhoTakesMost() {
    assembly = new BlockAssembly(new BlockAssembly.Limits(4, 4 * CHUNK), 4 * CHUNK);
    for (int i = 0; i < 4; i++) {
      send(A, block(2 * CHUNK), CHUNK, CHUNK);
    }
    Sample honest = block(2 * CHUNK);

    assertThat(bytes(send(B, honest, CHUNK, 2 * CHUNK))).isEqualTo(honest.bytes());
    assertThat(assembly.blocks(A)).isEqualTo(2);
  }

  @Test
  void shouldRefuseLimitsThatNoBlockFits() {
    assertThatThrownBy(() -> new BlockAssembly(new BlockAssembly.Limits(4, 99), 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytesMax 99");
  }

  @Test
  void shouldStayWithinItsBoundsWhateverComes() {
    assembly = new BlockAssembly(new BlockAssembly.Limits(2, 5 * CHUNK), 3 * CHUNK);
    Sample[] blocks = new Sample[6];
    int[] sizes = {300, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK, 3 * CHUNK};
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = block(sizes[i]);
    }
    for (int i = 0; i < 3_000; i++) {
      PeerId peer = new PeerId(random.nextInt(4));
      Sample block = blocks[random.nextInt(blocks.length)];
      int from = random.nextInt(block.bytes().length / 16_384 + 1) * 16_384 % block.bytes().length;
      int to = Math.min(block.bytes().length, from + 16_384 * random.nextInt(1, 5));
      if (assembly.onChunk(peer, block.chunk(from, to)) instanceof Result.Complete complete) {
        assertThat(complete.bytes()).isEqualTo(ByteBuffer.wrap(block.bytes()));
      }
      switch (random.nextInt(50)) {
        case 0 -> assembly.onPeerGone(peer);
        case 1 -> assembly.forget(block.hash());
        case 2 -> assembly.forget(peer, block.hash());
        default -> {}
      }
      assembly.checkInvariants();
    }
  }
}
