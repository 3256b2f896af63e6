package dev.headrace.data.duckdb;

import dev.headrace.spi.engine.Watch;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.QueryProgress;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all running statements ten times a second: tells their progress, and interrupts those
 * that are cancelled.
 *
 * <p>One daemon thread per engine, which sleeps while nothing runs. Interrupting again and again
 * closes the gap between "cancelled" and "begun": DuckDB forgets an interrupt that comes too early.
 */
final class Vigil implements AutoCloseable {
  private static final long PERIOD_NANOS = 100_000_000;

  private final Set<Entry> running = ConcurrentHashMap.newKeySet();
  private @Nullable Thread thread;
  private volatile boolean asleep;
  private volatile boolean closed;

  /** A statement under watch; close it when the statement has ended. */
  final class Entry implements AutoCloseable {
    private final Statement statement;
    private final Watch watch;
    private final Watch.Registration registration;

    private Entry(Statement statement, Watch watch) {
      this.statement = statement;
      this.watch = watch;
      this.registration = watch.onCancel(this::interrupt);
    }

    private void look() {
      if (watch.isCancelled()) {
        interrupt();
        return;
      }
      try {
        QueryProgress progress = ((DuckDBPreparedStatement) statement).getQueryProgress();
        if (progress.getPercentage() >= 0) {
          watch.progress(
              Math.min(progress.getPercentage() / 100, 1),
              Math.max(0, progress.getRowsProcessed()));
        }
      } catch (SQLException e) {
        // It has just ended: there is no progress to tell.
      }
    }

    private void interrupt() {
      try {
        statement.cancel();
      } catch (SQLException e) {
        // It has just ended: there is nothing to interrupt.
      }
    }

    @Override
    public void close() {
      running.remove(this);
      registration.close();
    }
  }

  /**
   * Begins to watch {@code statement}.
   *
   * @throws java.util.concurrent.CancellationException if it is cancelled already
   */
  Entry over(Statement statement, Watch watch) {
    Entry entry = new Entry(statement, watch);
    running.add(entry);
    wake();
    return entry;
  }

  private synchronized void wake() {
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("headrace-duckdb-vigil").start(this::run);
    } else if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!closed) {
      // Announced before looking, so that whoever adds an entry after the look wakes it.
      asleep = true;
      if (running.isEmpty()) {
        LockSupport.park(this);
      }
      asleep = false;
      LockSupport.parkNanos(this, PERIOD_NANOS);
      running.forEach(Entry::look);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }
}
