package dev.headrace.ml.learn.split;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which rows are learnt from and which are predicted to see how well. */
@Doc("Which rows test the model: random ones, or as one of time, group and column says.")
public record SplitSpec(
    @Doc("Column of times: the latest rows test.") @Nullable String time,
    @Doc("Column whose equal values stay together, such as a customer.") @Nullable String group,
    @Doc("Column that says which rows test: true, or the text test.") @Nullable String column,
    @Default("false") @Doc("Whether each part gets the same share of each class.")
        boolean stratified,
    @Default("20%") @Doc("Share of rows that test, without folds.") Percentage test,
    @Doc(
            "Parts that test in turn, 2 to 100; the model itself then learns from all rows. By"
                + " time, each part is predicted from those before it.")
        @Nullable Integer folds,
    @Default("1")
        @Doc("How often rows are split into 'folds' anew, 1 to 100; metrics are means of all.")
        int repeats) {
  /** The same, split once. */
  SplitSpec once() {
    return new SplitSpec(time, group, column, stratified, test, folds, 1);
  }

  /** Nothing said. */
  public static final SplitSpec DEFAULT =
      new SplitSpec(null, null, null, false, Percentage.parse("20%"), null);

  /** Split once. */
  public SplitSpec(
      @Nullable String time,
      @Nullable String group,
      @Nullable String column,
      boolean stratified,
      Percentage test,
      @Nullable Integer folds) {
    this(time, group, column, stratified, test, folds, 1);
  }

  public SplitSpec {
    long ways = Stream.of(time, group, column).filter(Objects::nonNull).count();
    if (ways > 1 || (ways == 1 && stratified)) {
      throw new IllegalArgumentException(
          "must go by one of 'time', 'group', 'column' and 'stratified'");
    }
    if (column != null && folds != null) {
      throw new IllegalArgumentException("must have a 'column' or 'folds', not both");
    }
    if (folds != null && (folds < 2 || folds > 100)) {
      throw new IllegalArgumentException("must have 2 to 100 'folds', not " + folds);
    }
    if (repeats < 1 || repeats > 100) {
      throw new IllegalArgumentException("must have 1 to 100 'repeats', not " + repeats);
    }
    if (repeats > 1 && (folds == null || time != null)) {
      throw new IllegalArgumentException(
          "must have 'folds' that are not by 'time', to have 'repeats': others come out the same");
    }
    if (test.percent().signum() == 0 || test.fraction() >= 1) {
      throw new IllegalArgumentException("must test on more than 0% and less than 100%");
    }
  }
}
