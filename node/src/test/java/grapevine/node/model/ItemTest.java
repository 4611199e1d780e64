package grapevine.node.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grapevine.crypto.Hash256;
import grapevine.crypto.Sha256;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemTest {
  private static final Hash256 LOW = Hash256.fromHex("7f" + "ff".repeat(31));
  private static final Hash256 HIGH = Hash256.fromHex("80" + "00".repeat(31));

  @Test
  void shouldOrderIdsByKindAndThenByUnsignedHash() {
    assertThat(ItemId.transaction(HIGH)).isLessThan(ItemId.block(LOW));
    assertThat(ItemId.block(LOW)).isLessThan(ItemId.block(HIGH));
    assertThat(ItemId.block(LOW)).isEqualByComparingTo(ItemId.block(LOW));
    assertThat(ItemId.transaction(LOW)).isNotEqualTo(ItemId.block(LOW));
    assertThat(ItemId.block(LOW)).hasToString("block:" + LOW.toHex());
  }

  @Test
  void shouldNameAnUnknownKind() throws MalformedException {
    for (ItemKind kind : ItemKind.values()) {
      assertThat(ItemKind.of(kind.code())).isEqualTo(kind);
    }
    assertThatThrownBy(() -> ItemKind.of(3))
        .isInstanceOf(MalformedException.class)
        .hasMessage("item kind 3, expected 1 or 2");
  }

  @Test
  void shouldGiveATwinWithAnotherSignatureAnotherId() throws MalformedException {
    byte[] bytes = Samples.transaction(Samples.SENDER, 0, new byte[5]).toBytes();
    Transaction good = Transaction.read(ByteBuffer.wrap(bytes));
    bytes[bytes.length - 1] ^= 1;
    Transaction twin = Transaction.read(ByteBuffer.wrap(bytes));

    assertThat(twin.id()).isNotEqualTo(good.id());
    assertThat(twin.slot()).isEqualTo(good.slot());
    assertThat(twin.signedMessage()).isEqualTo(good.signedMessage());
  }

  @Test
  void shouldNotChangeWithTheArraysItGives() {
    Transaction tx = Samples.transaction(Samples.SENDER, 0, new byte[] {1, 2});
    tx.payload()[0] = 9;
    tx.toBytes()[0] = 9;

    assertThat(tx.payload()).containsExactly(1, 2);
    assertThat(tx.payloadBytes()).isEqualTo(2);
  }

  @Test
  void shouldCountNoncesByMinute() {
    assertThat(Transaction.nonce(59_999, 7)).isEqualTo(7);
    assertThat(Transaction.nonce(60_000, 0)).isEqualTo(65_536);
    assertThat(Samples.transaction(Samples.SENDER, 2, new byte[0]).minute())
        .isEqualTo((Samples.GENESIS_MILLIS + 61_000) / 60_000);
  }

  @Test
  void shouldExpireAfterItsLifetime() {
    assertThat(Samples.transaction(Samples.SENDER, 0, new byte[0]).expiryMillis())
        .isEqualTo(Samples.GENESIS_MILLIS + 61_000 + 600_000);
  }

  @Test
  void shouldHaveOneConflictElementPerSlot() {
    Transaction first = Samples.transaction(Samples.SENDER, 0, new byte[] {1});
    Transaction second = Samples.transaction(Samples.SENDER, 0, new byte[] {2});
    Transaction other = Samples.transaction(Samples.SENDER, 1, new byte[] {1});
    Transaction another = Samples.transaction(Samples.OTHER_SENDER, 0, new byte[] {1});

    assertThat(first.slot().conflictElement()).isEqualTo(second.slot().conflictElement());
    assertThat(first.slot().conflictElement())
        .isNotIn(
            other.slot().conflictElement(),
            another.slot().conflictElement(),
            first.hash(),
            second.hash());
    assertThat(first.slot().conflictElement())
        .isEqualTo(
            Sha256.hash(
                "grapevine-conflict-1",
                first.sender().toBytes(),
                ByteBuffer.allocate(8).putLong(first.nonce()).array()));
  }

  @Test
  void shouldOrderSlotsBySenderAndThenByNonce() {
    Transaction.Slot slot = Samples.transaction(Samples.SENDER, 0, new byte[0]).slot();

    assertThat(slot).isLessThan(new Transaction.Slot(slot.sender(), slot.nonce() + 1));
    assertThat(Integer.signum(slot.compareTo(new Transaction.Slot(Samples.NODE.publicKey(), 0))))
        .isEqualTo(Integer.signum(slot.sender().compareTo(Samples.NODE.publicKey())));
  }

  @Test
  void shouldTakeTheLargestPayloadAndNoMore() throws MalformedException {
    Transaction largest =
        Samples.transaction(Samples.SENDER, 0, new byte[Transaction.PAYLOAD_BYTES_MAX]);
    assertThat(largest.sizeBytes()).isEqualTo(Transaction.BYTES_MAX).isLessThan(1 << 16);
    assertThat(Transaction.read(ByteBuffer.wrap(largest.toBytes()))).isEqualTo(largest);
    byte[] larger = new byte[Transaction.PAYLOAD_BYTES_MAX + 1];

    assertThatThrownBy(() -> Samples.transaction(Samples.SENDER, 0, larger))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldCallAPayloadLengthBeyondTheMaximumMalformed() {
    byte[] bytes = new byte[1 << 17];
    bytes[1] = 1;
    ByteBuffer.wrap(bytes)
        .putShort(Transaction.PREFIX_BYTES - 2, (short) (Transaction.PAYLOAD_BYTES_MAX + 1));

    assertThatThrownBy(() -> Transaction.read(ByteBuffer.wrap(bytes)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("transaction payload 61441 bytes, expected at most 61440");
  }

  @Test
  void shouldRefuseToSignNumbersThatDoNotFit() {
    for (Transaction.Draft draft :
        List.of(
            new Transaction.Draft(0, -1, 0, 1, 0, 0),
            new Transaction.Draft(0, 0, -1, 1, 0, 0),
            new Transaction.Draft(0, 0, 0, -1, 0, 0),
            new Transaction.Draft(0, 0, 0, 1L << 32, 0, 0),
            new Transaction.Draft(0, 0, 0, 1, -1, 0))) {
      assertThatThrownBy(() -> Transaction.sign(Samples.SENDER, draft, new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldReadABlockOnlyWithAsManyTransactionsAsItsHeaderSays() {
    List<Transaction> transactions = Samples.transactions();
    BlockHeader.Draft good = Samples.headerDraft(transactions);
    BlockHeader two =
        BlockHeader.sign(
            Samples.PRODUCER,
            new BlockHeader.Draft(
                good.networkShortId(),
                good.parent(),
                1,
                good.slot(),
                good.timeMillis(),
                2,
                good.bodyBytes(),
                good.transactionRoot(),
                0,
                Hash256.ZERO));
    byte[] bytes = new Block(two, transactions).toBytes();

    assertThatThrownBy(() -> Block.read(ByteBuffer.wrap(bytes)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("block body holds 3 transactions, expected 2");
  }

  @Test
  void shouldKeepHighBitsOutOfNumbersThatAreSigned() {
    byte[] header = Samples.block(List.of()).header().toBytes();
    for (int at : new int[] {42, 50, 58, 66, 70}) {
      byte[] bytes = header.clone();
      bytes[at] |= (byte) 0x80;
      assertThatThrownBy(() -> BlockHeader.read(ByteBuffer.wrap(bytes)))
          .as("byte %s", at)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void shouldReplaceNothingInARecordOfALaterVersion() {
    byte[] bytes = Samples.record().toBytes();
    bytes[1] = 2;

    assertThatThrownBy(() -> NodeRecord.read(ByteBuffer.wrap(bytes), bytes.length))
        .isInstanceOf(MalformedException.class)
        .hasMessage("node record version 2, expected 1");
  }

  @Test
  void shouldRefuseToSignARecordWithTooManyAddresses() {
    NodeAddress address = NodeAddress.ip(new byte[] {10, 0, 0, 1}, 1);

    for (int count : new int[] {5, 256, 260}) {
      assertThatThrownBy(
              () -> NodeRecord.sign(Samples.NODE, 1, 1, Collections.nCopies(count, address), 0))
          .as("%s addresses", count)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldKeepTheTlvsOfARecordInOneOrder() {
    ByteBuffer twice = ByteBuffer.wrap(new byte[] {2, 0, 5, 0, 0, 0, 5, 0, 0});
    ByteBuffer many = ByteBuffer.wrap(new byte[] {9});
    ByteBuffer large = ByteBuffer.wrap(new byte[] {1, 0, 5, 0, 61});

    assertThatThrownBy(() -> Tlv.readList(twice, 8, 64))
        .hasMessage("TLV type 5 after 5, expected more");
    assertThatThrownBy(() -> Tlv.readList(many, 8, 64))
        .hasMessage("TLV count 9, expected at most 8");
    assertThatThrownBy(() -> Tlv.readList(large, 8, 64))
        .hasMessage("TLVs of 65 bytes, expected at most 64");
  }
}
