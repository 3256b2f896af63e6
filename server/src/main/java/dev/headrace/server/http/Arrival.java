package dev.headrace.server.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that what is begun to be sent arrives in time. The HTTP library waits for ever for the
 * rest of a request; interrupting the thread that waits closes the connection.
 *
 * <p>Who waits is looked through at intervals. A timeout of its own for each wait would cost more
 * than the wait: timers keep what is cancelled until it would have been due.
 */
final class Arrival implements Http1ConnectionListener, AutoCloseable {
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);
  private static final int INTERVALS_IN_PATIENCE = 8;

  private final Duration patience;
  private final Set<Wait> waiting = ConcurrentHashMap.newKeySet();
  private final Thread timer =
      Thread.ofPlatform().daemon().name("request-arrival").unstarted(this::look);

  /**
   * What the thread of a connection is waiting for. Of the instance, because two servers in one
   * process have timers of their own; a thread serves one connection and ends with it.
   */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Wait> headers = new ThreadLocal<>();

  Arrival(Duration patience) {
    this.patience = patience;
    timer.start();
  }

  private void look() {
    Duration interval = patience.dividedBy(INTERVALS_IN_PATIENCE).plusNanos(1);
    if (interval.compareTo(LONGEST_INTERVAL) > 0) {
      interval = LONGEST_INTERVAL;
    }
    try {
      while (true) {
        Thread.sleep(interval);
        giveUp();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  /** On those who have waited for too long: whoever hangs up in the middle never says so. */
  private void giveUp() {
    long now = System.nanoTime();
    waiting.removeIf(
        wait -> {
          boolean late = now - wait.since >= patience.toNanos();
          if (late) {
            wait.expire();
          }
          return late;
        });
  }

  Duration patience() {
    return patience;
  }

  /** Begins to wait; close what is returned when it has come. */
  Wait begin() {
    Wait wait = new Wait(waiting);
    waiting.add(wait);
    return wait;
  }

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    headers.set(begin());
  }

  @Override
  public void headers(ConnectionContext connection, Headers arrived) {
    Wait wait = headers.get();
    if (wait != null) {
      headers.remove();
      wait.close();
    }
  }

  @Override
  public void close() {
    timer.interrupt();
  }

  /** One thread that waits for something to arrive. */
  static final class Wait implements AutoCloseable {
    private final Set<Wait> waiting;
    private final Thread thread = Thread.currentThread();
    private final long since = System.nanoTime();
    private boolean over;
    private boolean expired;

    private Wait(Set<Wait> waiting) {
      this.waiting = waiting;
    }

    private synchronized void expire() {
      if (!over) {
        expired = true;
        thread.interrupt();
      }
    }

    /** It has come, or will not be waited for any longer. */
    @Override
    public void close() {
      waiting.remove(this);
      synchronized (this) {
        over = true;
        if (expired) {
          Thread.interrupted(); // It was ours, and nobody else shall stumble over it.
        }
      }
    }
  }
}
