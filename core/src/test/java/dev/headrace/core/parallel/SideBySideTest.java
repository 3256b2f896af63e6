package dev.headrace.core.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private static final int MANY = 200;

  @Test
  void results_comeInOrder() {
    assertThat(SideBySide.results(MANY, i -> i * i))
        .isEqualTo(IntStream.range(0, MANY).mapToObj(i -> i * i).toList());
    assertThat(SideBySide.results(0, i -> i)).isEmpty();
  }

  @Test
  void resultsOfThreads_areOfPiecesThatAreAllAtWork() {
    CountDownLatch all = new CountDownLatch(MANY);
    List<Supplier<Integer>> pieces = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      int number = i;
      pieces.add(
          () -> {
            all.countDown();
            try {
              all.await(); // Ends when the last has begun.
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return number;
          });
    }
    assertThat(SideBySide.resultsOfThreads(pieces))
        .isEqualTo(IntStream.range(0, MANY).boxed().toList());
    assertThat(SideBySide.resultsOfThreads(List.of())).isEmpty();
  }

  @Test
  void aFailureOfAThread_isToldWhenAllOthersHaveEnded() {
    AtomicInteger ended = new AtomicInteger();
    AssertionError failure = new AssertionError("the third");
    List<Supplier<Integer>> pieces = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      int number = i;
      pieces.add(
          () -> {
            if (number == 3) {
              throw failure;
            }
            return ended.incrementAndGet();
          });
    }
    assertThatThrownBy(() -> SideBySide.resultsOfThreads(pieces)).isSameAs(failure);
    assertThat(ended).hasValue(MANY - 1);
  }

  @Test
  void aFailure_isToldWhenAllOthersHaveEnded() {
    AtomicInteger ended = new AtomicInteger();
    IllegalStateException failure = new IllegalStateException("the third");
    List<Runnable> work = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      int number = i;
      work.add(
          () -> {
            if (number == 3) {
              throw failure;
            }
            ended.incrementAndGet();
          });
    }
    assertThatThrownBy(() -> SideBySide.run(work)).isSameAs(failure);
    assertThat(ended).hasValue(MANY - 1);
  }
}
