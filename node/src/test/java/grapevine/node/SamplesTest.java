package grapevine.node;

import static org.assertj.core.api.Assertions.assertThat;

import grapevine.crypto.Ed25519;
import grapevine.node.model.Block;
import grapevine.node.model.Transaction;
import org.junit.jupiter.api.Test;

/** Other tests rely on the samples being what they are called. */
class SamplesTest {
  @Test
  void shouldHoldValidItemsOnly() {
    Block block = Samples.block();
    assertThat(Samples.VALIDITY.header(block.header())).isEmpty();
    assertThat(Samples.VALIDITY.child(block.header(), 0, 0)).isEmpty();
    assertThat(Samples.VALIDITY.body(block)).isEmpty();
    assertThat(
            Ed25519.verify(
                Samples.NETWORK.producers().get(block.header().producer()),
                block.header().signedMessage(),
                block.header().signature()))
        .isTrue();
    for (Transaction tx : block.transactions()) {
      assertThat(Samples.VALIDITY.transaction(tx)).isEmpty();
      assertThat(Ed25519.verify(tx.sender(), tx.signedMessage(), tx.signature())).isTrue();
    }
    assertThat(
            Ed25519.verify(
                Samples.NODE_RECORD.key(),
                Samples.NODE_RECORD.signedMessage(),
                Samples.NODE_RECORD.signature()))
        .isTrue();
  }
}
