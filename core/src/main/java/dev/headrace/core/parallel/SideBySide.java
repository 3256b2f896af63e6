package dev.headrace.core.parallel;

import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Pieces of work that need each other's memory, not each other's results; done by as many threads
 * as there are processors, or by one each. When all is done, or one piece has failed, none is at
 * work any more: what they share may then be closed. One of the failures is thrown as it is.
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
            .mapToObj(i -> attempt(() -> work.apply(i), failures))
            .toList();
    return whole(done, failures);
  }

  /**
   * What the pieces give, in order, each done by a thread of its own: for pieces that wait for an
   * engine between what they do themselves, so that more of them than there are processors have to
   * be at work.
   */
  public static <T> List<T> resultsOfThreads(List<Supplier<T>> pieces) {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Future<Optional<T>>> done;
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
      done = pieces.stream().map(piece -> threads.submit(() -> attempt(piece, failures))).toList();
    }
    return whole(done.stream().map(Future::resultNow).toList(), failures);
  }

  private static <T> Optional<T> attempt(Supplier<T> piece, Queue<Throwable> failures) {
    try {
      return Optional.of(piece.get());
    } catch (RuntimeException | Error e) {
      failures.add(e);
      return Optional.empty();
    }
  }

  private static <T> List<T> whole(List<Optional<T>> done, Queue<Throwable> failures) {
    switch (failures.peek()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    return done.stream().map(Optional::orElseThrow).toList();
  }
}
