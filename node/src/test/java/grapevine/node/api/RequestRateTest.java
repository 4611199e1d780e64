package grapevine.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestRateTest {
  @Test
  void shouldAllowASecondsWorthAtOnceAndThenTheRate() {
    AtomicLong nanos = new AtomicLong(-77); // a clock may begin anywhere
    RequestRate rate = new RequestRate(4, nanos::get);
    for (int i = 0; i < 4; i++) {
      assertThat(rate.take()).isTrue();
    }
    assertThat(rate.take()).isFalse();

    nanos.addAndGet(250_000_000);

    assertThat(rate.take()).isTrue();
    assertThat(rate.take()).isFalse();
  }
}
