package dev.headrace.cli.compose;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks again and again, in a thread of its own, until it is closed. */
final class Repeated implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);

  private Repeated() {}

  /**
   * Looks for the first time after a period, and then after each.
   *
   * @param what names the thread
   * @param look is to take care of what goes wrong: what it throws ends the looking
   */
  static Repeated every(Duration period, String what, Runnable look) {
    Repeated repeated = new Repeated();
    Thread.ofPlatform().daemon().name(what).start(() -> repeated.run(period, look));
    return repeated;
  }

  private void run(Duration period, Runnable look) {
    try {
      while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
        look.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
