package dev.headrace.core.parallel;

import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Pieces of work that need each other's memory, not each other's results; done by as many threads
 * as there are processors. When all is done, or one piece has failed, none is at work any more:
 * what they share may then be closed. One of the failures is thrown as it is.
 */
public final class SideBySide {
  private SideBySide() {}

  /** Does all of them. */
  public static void run(List<Runnable> work) {
    results(
        work.size(),
        i -> {
          work.get(i).run();
          return i;
        });
  }

  /**
   * What the pieces give, in order.
   *
   * @param work takes numbers from 0 to one less than {@code count}
   */
  public static <T> List<T> results(int count, IntFunction<T> work) {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Optional<T>> done =
        IntStream.range(0, count)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return Optional.of(work.apply(i));
                  } catch (RuntimeException | Error e) {
                    failures.add(e);
                    return Optional.<T>empty();
                  }
                })
            .toList();
    switch (failures.peek()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    return done.stream().map(Optional::orElseThrow).toList();
  }
}
