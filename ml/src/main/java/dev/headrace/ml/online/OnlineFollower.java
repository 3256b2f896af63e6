package dev.headrace.ml.online;

import dev.headrace.spi.engine.Watch;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a store at what the lake shows, for as long as it is open: looks again after each pause, on
 * a thread of its own. Views that come are put, views that go are dropped. What goes wrong is
 * written down once, and tried again after the pause.
 */
public final class OnlineFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnlineFollower.class);

  private final OnlineLoader loader;
  private final Supplier<LatestTables> lake;
  private final Duration pause;
  private final Watch watch = Watch.none();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private Set<String> followed;
  private String lastFailure = "";

  private OnlineFollower(
      OnlineLoader loader, Supplier<LatestTables> lake, Duration pause, Set<String> before) {
    this.loader = loader;
    this.lake = lake;
    this.pause = pause;
    this.followed = Set.copyOf(before);
    this.thread = Thread.ofPlatform().daemon().name("online-follower").unstarted(this::follow);
  }

  /**
   * @param lake what is shown now; asked again each time, by the follower's thread alone
   * @param before views that the store has of former times, dropped where they are not shown; none
   *     of a store that others fill, who may see more than this process
   */
  public static OnlineFollower start(
      OnlineLoader loader, Supplier<LatestTables> lake, Duration pause, Set<String> before) {
    OnlineFollower follower = new OnlineFollower(loader, lake, pause, before);
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
      LatestTables now = lake.get();
      Set<String> names =
          now.tables().stream()
              .map(LatestTable::view)
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> gone = new TreeSet<>(followed);
      gone.removeAll(names);
      if (!gone.isEmpty()) {
        Set<String> hidden = loader.dropHidden(gone, () -> lake.get().shows());
        if (!hidden.isEmpty()) {
          LOG.info("No longer served, because the lake does not show them: {}", hidden);
        }
        gone.removeAll(hidden);
      }
      followed = names;
      followed.addAll(gone); // Shown, by a definition that this process does not know.
      for (LatestTable table : now.tables()) {
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
