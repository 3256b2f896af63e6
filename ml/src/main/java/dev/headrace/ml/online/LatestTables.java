package dev.headrace.ml.online;

import java.util.List;
import java.util.function.Predicate;

/**
 * What the lake shows of feature views at one moment.
 *
 * @param tables of the views that this process knows
 * @param shows whether a view of this name is shown, known or not
 */
public record LatestTables(List<LatestTable> tables, Predicate<String> shows) {
  public LatestTables {
    tables = List.copyOf(tables);
  }
}
