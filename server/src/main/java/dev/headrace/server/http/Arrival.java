package dev.headrace.server.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that what is begun to be sent arrives in time. The HTTP library waits for ever for the
 * rest of a request; interrupting the thread that waits closes the connection.
 */
final class Arrival implements Http1ConnectionListener, AutoCloseable {
  private final Duration patience;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("request-arrival").factory());

  /**
   * What the thread of a connection is waiting for. Of the instance, because two servers in one
   * process have timers of their own; a thread serves one connection and ends with it.
   */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Wait> headers = new ThreadLocal<>();

  Arrival(Duration patience) {
    this.patience = patience;
  }

  Duration patience() {
    return patience;
  }

  /** Begins to wait; close what is returned when it has come. */
  Wait begin() {
    Wait wait = new Wait(Thread.currentThread());
    wait.timeout = timer.schedule(wait::expire, patience.toNanos(), TimeUnit.NANOSECONDS);
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
    timer.shutdownNow();
  }

  /** One thread that waits for something to arrive. */
  static final class Wait implements AutoCloseable {
    private final Thread waiting;
    private @Nullable Future<?> timeout;
    private boolean over;
    private boolean expired;

    private Wait(Thread waiting) {
      this.waiting = waiting;
    }

    private synchronized void expire() {
      if (!over) {
        expired = true;
        waiting.interrupt();
      }
    }

    /** It has come, or will not be waited for any longer. */
    @Override
    public synchronized void close() {
      over = true;
      if (timeout != null) {
        timeout.cancel(false);
      }
      if (expired) {
        Thread.interrupted(); // It was ours, and nobody else shall stumble over it.
      }
    }
  }
}
