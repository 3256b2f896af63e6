package dev.headrace.data.lake.internal;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs every task at once on the thread that submits it.
 *
 * <p>Iceberg hands even a single manifest to a pool and then waits in steps of 10 ms ({@code
 * Tasks.waitFor}); a task that is done on return is never waited for. See decision 0004.
 */
final class CallerThread extends AbstractExecutorService {
  static final CallerThread INSTANCE = new CallerThread();

  private CallerThread() {}

  @Override
  public void execute(Runnable command) {
    command.run();
  }

  /** Never ends: it has no thread to stop. */
  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
