package dev.headrace.data.diff;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of two states of a table differ. Columns that only one of them has are left out.
 *
 * @param key columns that told which rows belong together; empty where no declared key does, in
 *     which case equal rows were paired
 * @param onlyBefore rows without a counterpart after
 * @param onlyAfter rows without a counterpart before
 * @param changed pairs of rows that differ
 * @param same pairs of rows that do not
 * @param changedByColumn pairs that differ, by the column they differ in; columns without any are
 *     left out
 * @param samples some of the rows that differ, in the order of their keys
 */
public record RowDiff(
    List<String> key,
    long onlyBefore,
    long onlyAfter,
    long changed,
    long same,
    Map<String, Long> changedByColumn,
    List<Sample> samples) {
  public RowDiff {
    key = List.copyOf(key);
    samples = List.copyOf(samples);
  }

  /** Whether no row differs. */
  public boolean isEmpty() {
    return onlyBefore == 0 && onlyAfter == 0 && changed == 0;
  }

  /**
   * One row that differs, with the columns that tell which it is and those that differ.
   *
   * @param before its values, by column; null when it is new
   * @param after its values, by column; null when it is gone
   */
  public record Sample(
      @Nullable Map<String, @Nullable Object> before,
      @Nullable Map<String, @Nullable Object> after) {}
}
