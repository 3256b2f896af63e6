package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.ml.features.internal.walk.Walked;
import java.util.Optional;

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
   * @param moment of a label, where it is not read together with these but beside them
   */
  default String columns(String relation, int place, Optional<String> moment) {
    String newest = LabelWalk.result(place, 0);
    StringBuilder columns =
        new StringBuilder(
            moment
                .map(
                    read ->
                        "case when %s.%s = coalesce(%s, %d) then %s.%s else cast(error('labels were read in two orders') as bigint) end"
                            .formatted(
                                relation,
                                LabelWalk.MOMENT,
                                read,
                                LabelWalk.NEVER,
                                relation,
                                newest))
                .orElse(relation + "." + newest));
    columns.append(" as ").append(seen());
    for (int i = 1; i < walked().results().size(); i++) {
      columns.append(", %s.%s as %s".formatted(relation, LabelWalk.result(place, i), column(i)));
    }
    return columns.toString();
  }
}
