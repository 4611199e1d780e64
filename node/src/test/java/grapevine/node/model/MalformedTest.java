package grapevine.node.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of a stranger yield a value that writes the same bytes, or MalformedException. */
class MalformedTest {
  /** One of the encodings: a good one, and how to read it and write it again. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Encoding(String name, byte[] good, Reader reader) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Reads bytes to their end and returns what the value writes. */
  interface Reader {
    byte[] reread(ByteBuffer in) throws MalformedException;
  }

  static Stream<Encoding> encodings() {
    Block block = Samples.block(Samples.transactions());
    byte[] list = new byte[1 + 4 + 3 + 4];
    Tlv.writeList(
        ByteBuffer.wrap(list), List.of(new Tlv(1, new byte[3]), new Tlv(70, new byte[0])));
    return Stream.of(
        new Encoding(
            "transaction",
            Samples.transaction(Samples.SENDER, 1, new byte[] {1, 2, 3}).toBytes(),
            in -> Item.read(ItemKind.TRANSACTION, in).toBytes()),
        new Encoding("block", block.toBytes(), in -> Item.read(ItemKind.BLOCK, in).toBytes()),
        new Encoding(
            "header",
            block.header().toBytes(),
            in -> {
              byte[] bytes = BlockHeader.read(in).toBytes();
              end(in);
              return bytes;
            }),
        new Encoding(
            "node record",
            Samples.record().toBytes(),
            in -> NodeRecord.read(in, in.remaining()).toBytes()),
        new Encoding(
            "TLV list",
            list,
            in -> {
              List<Tlv> read = Tlv.readList(in, 8, 64);
              end(in);
              ByteBuffer out = ByteBuffer.allocate(Tlv.listBytes(read));
              Tlv.writeList(out, read);
              return out.array();
            }));
  }

  private static void end(ByteBuffer in) throws MalformedException {
    if (in.hasRemaining()) {
      throw new MalformedException("bytes left over");
    }
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void shouldWriteWhatWasRead(Encoding encoding) throws MalformedException {
    assertThat(encoding.reader.reread(ByteBuffer.wrap(encoding.good))).isEqualTo(encoding.good);
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void shouldReadFromTheMiddleOfABuffer(Encoding encoding) throws MalformedException {
    byte[] padded = new byte[encoding.good.length + 20];
    System.arraycopy(encoding.good, 0, padded, 7, encoding.good.length);
    ByteBuffer in = ByteBuffer.wrap(padded, 7, encoding.good.length).asReadOnlyBuffer();

    assertThat(encoding.reader.reread(in)).isEqualTo(encoding.good);
    assertThat(in.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void shouldCallEveryTruncationMalformed(Encoding encoding) {
    for (int length = 0; length < encoding.good.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(encoding.good, length));
      assertThatThrownBy(() -> encoding.reader.reread(cut))
          .as("%s cut to %s bytes", encoding.name, length)
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void shouldCallABytePastTheEndMalformed(Encoding encoding) {
    ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(encoding.good, encoding.good.length + 1));

    assertThatThrownBy(() -> encoding.reader.reread(longer)).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void shouldSurviveFlippedBits(Encoding encoding) {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 4000; i++) {
      byte[] bytes = encoding.good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      rereadOrMalformed(encoding, bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void shouldSurviveRandomBytes(Encoding encoding) {
    SplittableRandom random = new SplittableRandom(12);
    for (int i = 0; i < 4000; i++) {
      byte[] bytes = new byte[random.nextInt(600)];
      random.nextBytes(bytes);
      // A good beginning gets further.
      int good = random.nextInt(Math.min(bytes.length, encoding.good.length) + 1);
      System.arraycopy(encoding.good, 0, bytes, 0, good);
      rereadOrMalformed(encoding, bytes);
    }
  }

  private static void rereadOrMalformed(Encoding encoding, byte[] bytes) {
    try {
      assertThat(encoding.reader.reread(ByteBuffer.wrap(bytes))).isEqualTo(bytes);
    } catch (MalformedException e) {
      assertThat(e.detail()).isNotEmpty();
    } catch (RuntimeException e) {
      fail(encoding.name + " of " + HexFormat.of().formatHex(bytes), e);
    }
  }
}
