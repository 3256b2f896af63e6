package dev.headrace.ml.learn.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.split.Split;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Planted leaks are found with their figures, and clean rows are not suspected. */
class SplitLeaksTest {
  private static final int ROWS = 1_000;
  private static final Split.Fold FOLD =
      new Split.Fold(IntStream.range(0, 800).toArray(), IntStream.range(800, ROWS).toArray());

  private final Random random = new Random(6);

  private Frame clean() {
    return new Frame(
        ROWS,
        List.of(
            new Numbers("x", random.doubles(ROWS).toArray()),
            new Categories("c", random.ints(ROWS, -1, 3).toArray(), List.of("a", "b", "d"))));
  }

  @Test
  void duplicates_acrossTheSplit_areCounted() {
    Frame frame = clean();
    double[] labels = random.ints(ROWS, 0, 2).asDoubleStream().toArray();
    assertThat(SplitLeaks.duplicates(frame, labels, FOLD)).isEmpty();
    // Forty test rows are copies of training rows.
    int[] rows = IntStream.range(0, ROWS).map(i -> i >= 800 && i < 840 ? i - 800 : i).toArray();
    // Rows that look alike and end as they like are no duplicates.
    assertThat(SplitLeaks.duplicates(frame.rows(rows), labels, FOLD)).isEmpty();
    double[] same = Trainer.TrainingSet.pick(labels, rows);
    assertThat(SplitLeaks.duplicates(frame.rows(rows), same, FOLD))
        .singleElement()
        .asString()
        .startsWith("40 of 200 test rows are equal to a training row in all features");
  }

  /** With three columns of few values every row has its like, and nobody is to blame. */
  @Test
  void duplicates_ofFewValues_areNoWonder() {
    List<Frame.Column> few =
        List.of(
            new Categories("a", random.ints(ROWS, 0, 3).toArray(), List.of("x", "y", "z")),
            new Categories("b", random.ints(ROWS, 0, 2).toArray(), List.of("x", "y")),
            new Numbers("n", random.ints(ROWS, 0, 5).asDoubleStream().toArray()));
    assertThat(SplitLeaks.duplicates(new Frame(ROWS, few), new double[ROWS], FOLD)).isEmpty();
  }

  @Test
  void keys_onBothSides_areCounted() {
    double[] keys = IntStream.range(0, ROWS).asDoubleStream().toArray();
    Frame frame = new Frame(ROWS, List.of(new Numbers("hr_key", keys)));
    assertThat(SplitLeaks.sharedKeys(List.of("user"), frame, FOLD)).isEmpty();
    keys[900] = 7;
    keys[901] = 7;
    keys[902] = 901; // Both test rows: nothing is told.
    keys[901] = 901;
    assertThat(SplitLeaks.sharedKeys(List.of("user"), frame, FOLD))
        .singleElement()
        .asString()
        .startsWith("1 of 200 test rows have a key (user) that training rows have too");
  }

  @Test
  void times_afterTheMoment_areNamed() {
    double[] moments = random.doubles(ROWS, 1e9, 2e9).toArray();
    double[] before = Arrays.stream(moments).map(t -> t - 60).toArray();
    double[] after = before.clone();
    before[3] = Double.NaN;
    after[5] = moments[5] + 1;
    after[6] = Double.NaN;
    assertThat(
            SplitLeaks.later(
                "served_at",
                moments,
                List.of(new Numbers("seen_at", before), new Numbers("closed_at", after))))
        .containsExactly(
            "'closed_at' is later than 'served_at' in 1 of the 999 rows that have it: it is not"
                + " known when the prediction is needed");
    assertThat(SplitLeaks.later("served_at", moments, List.of(new Numbers("same", moments))))
        .isEmpty();
  }
}
