package dev.headrace.spi.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;

/**
 * Watches one piece of work from another thread: hears of its progress and can cancel it.
 *
 * <p>Thread-safe. Cancelling is permanent; work that begins under a cancelled watch ends at once.
 */
public final class Watch {
  private final DoubleConsumer onProgress;
  private final Set<Runnable> cancelActions = new LinkedHashSet<>();
  private boolean cancelled;

  /**
   * @param onProgress hears the finished fraction, 0 to 1; called from any thread, now and then
   */
  public Watch(DoubleConsumer onProgress) {
    this.onProgress = onProgress;
  }

  /** A watch that nobody looks at. */
  public static Watch none() {
    return new Watch(fraction -> {});
  }

  /** Reports the finished fraction, 0 to 1. */
  public void progress(double fraction) {
    onProgress.accept(fraction);
  }

  /** Cancels the work under way and all later work under this watch. */
  public void cancel() {
    Set<Runnable> actions;
    synchronized (this) {
      cancelled = true;
      actions = Set.copyOf(cancelActions);
    }
    actions.forEach(Runnable::run);
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Runs {@code action} when the work is cancelled, until the registration is closed.
   *
   * @throws CancellationException if it is cancelled already
   */
  public synchronized Registration onCancel(Runnable action) {
    if (cancelled) {
      throw new CancellationException("cancelled before it began");
    }
    cancelActions.add(action);
    return () -> {
      synchronized (this) {
        cancelActions.remove(action);
      }
    };
  }

  /** Ends the interest in cancellation. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
