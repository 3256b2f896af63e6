package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of rows before the fast plan is written.
 *
 * @param ties whether any entity has two rows at the same time; only told where it matters
 * @param count how many rows there are; only told where anything is counted or totalled
 * @param wholes by column that is totalled, how its values become whole numbers without loss;
 *     absent where they cannot
 */
record Facts(boolean ties, long count, Map<String, WholeNumbers> wholes) {

  /** Asks for them in one or two scans; none where nothing depends on them. */
  static Facts of(ViewRows rows, Map<String, Type> types, SqlEngine engine, Watch watch) {
    boolean newest = false;
    boolean accrues = false;
    Set<String> totalled = new LinkedHashSet<>();
    for (Cell cell : rows.cells().values()) {
      switch (cell.aggregation()) {
        case Computation.Last _ -> newest = true;
        case Computation.Count _ -> accrues = true;
        case Computation.Sum _, Computation.Mean _ -> {
          accrues = true;
          totalled.add(cell.of());
        }
        default -> {}
      }
    }
    boolean ties = newest && hasTies(rows, engine, watch);
    return accrues
        ? counted(ties, List.copyOf(totalled), rows, types, engine, watch)
        : new Facts(ties, 0, Map.of());
  }

  /**
   * Equal rows have equal hashes, and sorting one number per row takes half of what grouping takes.
   * Two rows that are not equal but have one hash pass for a tie: the plan for ties is slower, and
   * as right.
   */
  private static boolean hasTies(ViewRows rows, SqlEngine engine, Watch watch) {
    String keys = String.join(", ", rows.keyNames());
    return !all(
            ("select 1 from (select h, lead(h) over () as next from"
                    + " (select hash(%s, e) as h from (%s) r order by h)) where h = next limit 1")
                .formatted(keys, rows.select()),
            rows,
            engine,
            watch)
        .isEmpty();
  }

  private static Facts counted(
      boolean ties,
      List<String> columns,
      ViewRows rows,
      Map<String, Type> types,
      SqlEngine engine,
      Watch watch) {
    List<String> asked = new ArrayList<>(List.of("count(*)"));
    for (String x : columns) {
      asked.add("count(" + x + ")");
      if (Cells.isFraction(types.get(x))) {
        String size = "abs(cast(" + x + " as double))";
        asked.add("max(" + size + ")");
        asked.add("min(" + size + ") filter (where " + x + " <> 0)");
      } else {
        asked.add("max(" + x + ")");
        asked.add("min(" + x + ")");
      }
    }
    List<@Nullable Object> row =
        all(
                "select %s from (%s) r".formatted(String.join(", ", asked), rows.select()),
                rows,
                engine,
                watch)
            .getFirst();
    long count = number(row.getFirst());
    Map<String, WholeNumbers> wholes = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String x = columns.get(i);
      boolean nulls = number(row.get(1 + 3 * i)) < count;
      WholeNumbers.of(types.get(x), count, nulls, row.get(2 + 3 * i), row.get(3 + 3 * i))
          .ifPresent(whole -> wholes.put(x, whole));
    }
    return new Facts(ties, count, wholes);
  }

  /** How values of a column are totalled exactly; empty where they cannot be. */
  Optional<WholeNumbers> whole(String column) {
    return Optional.ofNullable(wholes.get(column));
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number n ? n.longValue() : 0;
  }

  private static List<List<@Nullable Object>> all(
      String sql, ViewRows rows, SqlEngine engine, Watch watch) {
    List<List<@Nullable Object>> all = new ArrayList<>();
    try (Rows found =
        engine.execute(Query.of(sql, Map.of(rows.source(), rows.relation())), watch)) {
      for (List<@Nullable Object> row = found.next(); row != null; row = found.next()) {
        all.add(row);
      }
    }
    return all;
  }
}
