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
  private final Progress onProgress;
  private final Set<Runnable> cancelActions = new LinkedHashSet<>();
  private boolean cancelled;

  /** Hears how far the work is; called from any thread, now and then. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param fraction finished part, 0 to 1
     * @param rows rows worked through so far; 0 when unknown
     */
    void made(double fraction, long rows);
  }

  /**
   * @param onProgress hears the finished fraction, 0 to 1; called from any thread, now and then
   */
  public Watch(DoubleConsumer onProgress) {
    this((fraction, rows) -> onProgress.accept(fraction));
  }

  private Watch(Progress onProgress) {
    this.onProgress = onProgress;
  }

  /** A watch that hears of rows too. */
  public static Watch of(Progress onProgress) {
    return new Watch(onProgress);
  }

  /** A watch that nobody looks at. */
  public static Watch none() {
    return new Watch(fraction -> {});
  }

  /**
   * A watch over a part of this work, which cannot tell how far the whole is: it is cancelled with
   * this one, and its progress is not heard.
   *
   * @throws CancellationException if this one is cancelled already
   */
  public Part part() {
    Watch part = none();
    return new Part(part, onCancel(part::cancel));
  }

  /**
   * A watch over a part of other work; close it when the part is done.
   *
   * @param watch what the part is given
   */
  public record Part(Watch watch, Registration registration) implements AutoCloseable {
    @Override
    public void close() {
      registration.close();
    }
  }

  /** Reports the finished fraction, 0 to 1. */
  public void progress(double fraction) {
    progress(fraction, 0);
  }

  /**
   * Reports the finished fraction, 0 to 1.
   *
   * @param rows rows worked through so far; 0 when unknown
   */
  public void progress(double fraction, long rows) {
    onProgress.made(fraction, rows);
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
