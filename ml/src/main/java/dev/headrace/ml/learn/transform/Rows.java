package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Columns of some rows by the places of the inputs that compiled expressions know.
 *
 * @param numbers null where the input is a text
 * @param texts null where it is a number
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Rows(double[] @Nullable [] numbers, Frame.@Nullable Categories[] texts) {
  double number(int input, int row) {
    double[] values = numbers[input];
    if (values == null) {
      throw new IllegalStateException("input " + input + " is a text");
    }
    return values[row];
  }

  @Nullable String text(int input, int row) {
    Frame.Categories column = texts[input];
    if (column == null) {
      throw new IllegalStateException("input " + input + " is a number");
    }
    int code = column.codes()[row];
    return code < 0 ? null : column.levels().get(code);
  }
}
