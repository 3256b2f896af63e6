package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.ml.features.internal.walk.Walked;

/** Cells of a view that are walked for together, and how they are named beside the labels. */
sealed interface WalkedPart permits WalkedCells, NewestCells {
  ViewRows rows();

  /** What is read, and what comes back. */
  Walked walked();

  /** SQL of a cell; null is for the caller to say where nothing is visible. */
  String cell(Cell cell);

  /** The column with a result, by its index among those that come back. */
  String column(int result);

  /** The column with the time of the newest visible row. */
  default String seen() {
    return column(0);
  }

  /**
   * The columns that come back, named for the labels.
   *
   * @param relation that has them
   * @param place among those that are walked together
   * @param moment of a label, as the engine reads it beside the results
   */
  default String columns(String relation, int place, String moment) {
    StringBuilder columns =
        new StringBuilder(
            "case when %s.t = coalesce(%s, %d) then %s.v%d_0 else cast(error('labels were read in two orders') as bigint) end as %s"
                .formatted(relation, moment, LabelWalk.NEVER, relation, place, seen()));
    for (int i = 1; i < walked().results().size(); i++) {
      columns.append(", %s.v%d_%d as %s".formatted(relation, place, i, column(i)));
    }
    return columns.toString();
  }
}
