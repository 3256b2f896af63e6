package dev.headrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ArrivalTest {
  private static final Duration PATIENCE = Duration.ofMillis(80);

  @Test
  void whatTakesTooLong_isInterrupted() {
    try (Arrival arrival = new Arrival(PATIENCE);
        Arrival.Wait _ = arrival.begin()) {
      long start = System.nanoTime();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> Thread.sleep(Duration.ofSeconds(50)));
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(PATIENCE.toNanos());
    }
  }

  @Test
  void anInterruptionThatComesWithTheEnd_isNotLeftToTheNext() {
    try (Arrival arrival = new Arrival(PATIENCE)) {
      try (Arrival.Wait _ = arrival.begin()) {
        while (!Thread.currentThread().isInterrupted()) {
          Thread.onSpinWait();
        }
      }
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void whatHasCome_isLeftAlone() throws InterruptedException {
    try (Arrival arrival = new Arrival(PATIENCE)) {
      for (int i = 0; i < 100; i++) {
        arrival.begin().close();
      }
      Thread.sleep(PATIENCE.multipliedBy(3));
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
