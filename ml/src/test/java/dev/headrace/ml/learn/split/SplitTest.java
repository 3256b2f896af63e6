package dev.headrace.ml.learn.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.frame.Frame;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** No row is learnt from and tested on, and every way to split keeps its promise. */
class SplitTest {
  private static final int ROWS = 1_000;
  private static final Target CLASSES = new Target.Classes("no", "yes");
  private static final double[] LABELS =
      IntStream.range(0, ROWS).mapToDouble(i -> i % 50 == 0 ? 1 : 0).toArray();

  private static Split split(SplitSpec spec, Frame.Column column) {
    Split split = Split.of(spec, ROWS, CLASSES, LABELS, Optional.ofNullable(column), 3);
    for (Split.Fold fold : split.folds()) {
      Set<Integer> train = set(fold.train());
      assertThat(train).doesNotContainAnyElementsOf(set(fold.test()));
    }
    return split;
  }

  private static Set<Integer> set(int[] rows) {
    return Arrays.stream(rows).boxed().collect(Collectors.toCollection(TreeSet::new));
  }

  private static SplitSpec spec(
      String time, String group, String column, boolean stratified, Integer folds) {
    return new SplitSpec(time, group, column, stratified, Percentage.parse("20%"), folds);
  }

  @Test
  void random_testsItsShare_andTheSeedGivesItAgain() {
    Split.Fold fold = split(SplitSpec.DEFAULT, null).folds().getFirst();
    assertThat(fold.test()).hasSize(200);
    assertThat(fold.train()).hasSize(800);
    assertThat(split(SplitSpec.DEFAULT, null).folds().getFirst().test()).isEqualTo(fold.test());
    Split other = Split.of(SplitSpec.DEFAULT, ROWS, CLASSES, LABELS, Optional.empty(), 4);
    assertThat(other.folds().getFirst().test()).isNotEqualTo(fold.test());
  }

  @Test
  void repeats_splitAnew_theFirstAsWithoutThem() {
    SplitSpec thrice = new SplitSpec(null, null, null, true, Percentage.parse("20%"), 5, 3);
    Split split = split(thrice, null);
    assertThat(split.folds()).hasSize(15);
    Split once = split(spec(null, null, null, true, 5), null);
    for (int f = 0; f < 5; f++) {
      assertThat(split.folds().get(f).test()).isEqualTo(once.folds().get(f).test());
    }
    for (int repeat = 0; repeat < 3; repeat++) {
      List<Split.Fold> own = split.folds().subList(5 * repeat, 5 * repeat + 5);
      assertThat(own.stream().flatMapToInt(fold -> Arrays.stream(fold.test())).sorted().toArray())
          .isEqualTo(IntStream.range(0, ROWS).toArray());
      // Twenty positive rows, four in each part.
      assertThat(own)
          .allMatch(fold -> Arrays.stream(fold.test()).filter(i -> LABELS[i] == 1).count() == 4);
    }
    assertThat(split.folds().get(5).test()).isNotEqualTo(split.folds().get(0).test());
    assertThatThrownBy(() -> new SplitSpec("t", null, null, false, Percentage.parse("20%"), 5, 3))
        .hasMessageContaining("others come out the same");
  }

  @Test
  void folds_testEveryRowOnce() {
    Split split = split(spec(null, null, null, false, 7), null);
    assertThat(split.folds()).hasSize(7);
    int[] all =
        split.folds().stream().flatMapToInt(fold -> Arrays.stream(fold.test())).sorted().toArray();
    assertThat(all).isEqualTo(IntStream.range(0, ROWS).toArray());
  }

  @Test
  void stratified_givesEachPartTheSameShareOfEachClass() {
    for (Split.Fold fold : split(spec(null, null, null, true, 5), null).folds()) {
      assertThat(Arrays.stream(fold.test()).filter(i -> LABELS[i] == 1)).hasSize(4);
    }
    assertThatThrownBy(
            () ->
                Split.of(
                    spec(null, null, null, true, null),
                    ROWS,
                    new Target.Quantity(),
                    LABELS,
                    Optional.empty(),
                    1))
        .hasMessage("Cannot split rows by 'stratified': the label is a number.");
  }

  @Test
  void group_staysTogether() {
    double[] groups = IntStream.range(0, ROWS).mapToDouble(i -> i % 37).toArray();
    Frame.Column column = new Frame.Numbers("g", groups);
    for (Integer folds : new Integer[] {null, 4}) {
      for (Split.Fold fold : split(spec(null, "g", null, false, folds), column).folds()) {
        Set<Integer> test =
            Arrays.stream(fold.test()).map(i -> i % 37).boxed().collect(Collectors.toSet());
        assertThat(Arrays.stream(fold.train()).map(i -> i % 37).boxed())
            .doesNotContainAnyElementsOf(test);
        // A group is 27 rows: no part is further from its share than that.
        int share = folds == null ? 200 : 250;
        assertThat(fold.test().length).isBetween(share - 28, share + 28);
      }
    }
  }

  @Test
  void time_neverLearnsFromLaterRows() {
    double[] times = IntStream.range(0, ROWS).mapToDouble(i -> (i * 7919L) % 211).toArray();
    Frame.Column column = new Frame.Numbers("t", times);
    for (Integer folds : new Integer[] {null, 5}) {
      List<Split.Fold> made = split(spec("t", null, null, false, folds), column).folds();
      assertThat(made).hasSize(folds == null ? 1 : folds);
      for (Split.Fold fold : made) {
        double latest = Arrays.stream(fold.train()).mapToDouble(i -> times[i]).max().orElseThrow();
        double first = Arrays.stream(fold.test()).mapToDouble(i -> times[i]).min().orElseThrow();
        assertThat(latest).isLessThan(first);
      }
    }
    assertThatThrownBy(
            () ->
                split(
                    spec("t", null, null, false, null),
                    new Frame.Categories("t", new int[ROWS], List.of("monday"))))
        .hasMessage("Cannot split the rows by time: 't' is a text and no time.");
  }

  @Test
  void column_saysWhichRowsTest() {
    int[] codes = IntStream.range(0, ROWS).map(i -> i < 30 ? 0 : 1).toArray();
    Frame.Column part = new Frame.Categories("part", codes, List.of("Test", "train"));
    Split split = split(spec(null, null, "part", false, null), part);
    assertThat(split.folds().getFirst().test()).isEqualTo(IntStream.range(0, 30).toArray());
    Frame.Column none = new Frame.Categories("part", new int[ROWS], List.of("train"));
    assertThatThrownBy(() -> split(spec(null, null, "part", false, null), none))
        .hasMessage("Cannot split the rows: 1000 are left to learn from and 0 to test on.");
  }

  @Test
  void twoWaysAtOnce_areRefused() {
    assertThatThrownBy(() -> spec("t", "g", null, false, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> spec(null, null, "part", false, 5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> spec(null, null, null, false, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
