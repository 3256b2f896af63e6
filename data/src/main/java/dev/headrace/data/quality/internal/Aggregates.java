package dev.headrace.data.quality.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The aggregates of one query; asking twice for the same one computes it once. Those over all rows
 * share a scan; those that the files' statistics may answer have one of their own, in which no
 * other makes an engine read the columns; those over rows that satisfy a condition have one for
 * each condition, of which little or nothing is read where the statistics rule the condition out.
 */
public final class Aggregates {
  private static final String ALL_ROWS = "true";

  /** All rows again, but as a scan of its own. */
  private static final String ALL_BY_STATISTICS = "";

  private final Map<String, Map<String, Integer>> byCondition = new LinkedHashMap<>();
  private int size;

  /** The position of the aggregate over all rows in the query's one row. */
  public int position(String aggregate) {
    return position(aggregate, ALL_ROWS);
  }

  /** The position of a bare count, min or max over all rows. */
  public int positionByStatistics(String aggregate) {
    return position(aggregate, ALL_BY_STATISTICS);
  }

  /** The position of the aggregate over the rows for which the condition is true. */
  public int position(String aggregate, String condition) {
    return byCondition
        .computeIfAbsent(condition, added -> new LinkedHashMap<>())
        .computeIfAbsent(aggregate, added -> size++);
  }

  /** The query. */
  public String sql() {
    if (byCondition.size() == 1 && isOverAll(byCondition.keySet().iterator().next())) {
      return select(List.copyOf(byCondition.values().iterator().next().keySet())) + from(ALL_ROWS);
    }
    String[] columns = new String[size];
    List<String> queries = new ArrayList<>();
    byCondition.forEach(
        (condition, positions) -> {
          List<String> named = new ArrayList<>();
          positions.forEach(
              (aggregate, position) -> {
                columns[position] = "__" + position;
                named.add(aggregate + " as __" + position);
              });
          queries.add(
              "("
                  + (select(named) + from(condition)).indent(2).strip()
                  + ") as __rows"
                  + queries.size());
        });
    return select(List.of(columns)) + "\nfrom\n  " + String.join(",\n  ", queries);
  }

  private static String select(List<String> columns) {
    return "select\n  " + String.join(",\n  ", columns);
  }

  private static String from(String condition) {
    return "\nfrom " + Sql.name(Sql.THIS) + (isOverAll(condition) ? "" : "\nwhere " + condition);
  }

  private static boolean isOverAll(String condition) {
    return condition.equals(ALL_ROWS) || condition.equals(ALL_BY_STATISTICS);
  }
}
