package dev.headrace.ml.online;

import dev.headrace.spi.engine.Watch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a store at what the lake shows, for as long as it is open: looks again after each pause, on
 * a thread of its own. What goes wrong is written down once, and tried again after the pause.
 */
public final class OnlineFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnlineFollower.class);

  private final OnlineLoader loader;
  private final Supplier<List<LatestTable>> tables;
  private final Duration pause;
  private final Watch watch = Watch.none();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private String lastFailure = "";

  private OnlineFollower(OnlineLoader loader, Supplier<List<LatestTable>> tables, Duration pause) {
    this.loader = loader;
    this.tables = tables;
    this.pause = pause;
    this.thread = Thread.ofPlatform().daemon().name("online-follower").unstarted(this::follow);
  }

  /**
   * @param tables what the lake shows now; asked again each time, by the follower's thread alone
   */
  public static OnlineFollower start(
      OnlineLoader loader, Supplier<List<LatestTable>> tables, Duration pause) {
    OnlineFollower follower = new OnlineFollower(loader, tables, pause);
    follower.thread.start();
    return follower;
  }

  private void follow() {
    try {
      do {
        look();
      } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      for (LatestTable table : tables.get()) {
        loader.load(table, watch);
      }
      lastFailure = "";
    } catch (CancellationException e) {
      return; // It is being closed.
    } catch (RuntimeException e) {
      String failure = String.valueOf(e.getMessage());
      if (!failure.equals(lastFailure)) {
        lastFailure = failure;
        LOG.warn("The online store is not brought up to date; what it has is served", e);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    watch.cancel();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
