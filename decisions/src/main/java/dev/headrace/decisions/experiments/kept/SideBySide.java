package dev.headrace.decisions.experiments.kept;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Pieces of work that need each other's memory, not each other's results. */
final class SideBySide {
  private SideBySide() {}

  /**
   * Does all of them, by as many threads as there are processors. When it returns or throws, none
   * is at work any more: what they share may then be closed.
   */
  static void run(List<Runnable> work) {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    work.stream()
        .parallel()
        .forEach(
            each -> {
              try {
                each.run();
              } catch (RuntimeException | Error e) {
                failures.add(e);
              }
            });
    switch (failures.peek()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
