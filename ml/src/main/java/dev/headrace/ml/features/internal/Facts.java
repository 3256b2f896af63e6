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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of rows before a plan is written: how many they are, how their values are
 * totalled without loss, whether any tie. Each is asked for once, when it first matters. For one
 * thread.
 */
final class Facts {
  private final ViewRows rows;
  private final SqlEngine engine;
  private final Watch watch;
  private final Map<String, WholeNumbers> wholes = new HashMap<>();
  private @Nullable Boolean ties;
  private @Nullable Long count;

  private Facts(ViewRows rows, SqlEngine engine, Watch watch) {
    this.rows = rows;
    this.engine = engine;
    this.watch = watch;
  }

  /** Asks for what totals need, in one scan; for nothing where nothing is totalled. */
  static Facts of(ViewRows rows, Map<String, Type> types, SqlEngine engine, Watch watch) {
    Facts facts = new Facts(rows, engine, watch);
    Set<String> totalled = new LinkedHashSet<>();
    for (Cell cell : rows.cells().values()) {
      switch (cell.aggregation()) {
        case Computation.Sum _, Computation.Mean _ -> totalled.add(cell.of());
        default -> {}
      }
    }
    if (!totalled.isEmpty()) {
      facts.look(List.copyOf(totalled), types);
    }
    return facts;
  }

  /** Whether any entity has two rows at the same time. */
  boolean ties() {
    Boolean known = ties;
    if (known == null) {
      known = hasTies();
      ties = known;
    }
    return known;
  }

  /** How many rows there are. */
  long count() {
    if (count == null) {
      look(List.of(), Map.of());
    }
    return Objects.requireNonNull(count);
  }

  /**
   * Equal rows have equal hashes, and sorting one number per row takes half of what grouping takes.
   * Two rows that are not equal but have one hash pass for a tie: the plan for ties is slower, and
   * as right.
   */
  private boolean hasTies() {
    String keys = String.join(", ", rows.keyNames());
    return !all(("select 1 from (select h, lead(h) over () as next from"
                + " (select hash(%s, e) as h from (%s) r order by h)) where h = next limit 1")
            .formatted(keys, rows.select()))
        .isEmpty();
  }

  private void look(List<String> columns, Map<String, Type> types) {
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
        all("select %s from (%s) r".formatted(String.join(", ", asked), rows.select())).getFirst();
    long found = number(row.getFirst());
    count = found;
    for (int i = 0; i < columns.size(); i++) {
      String x = columns.get(i);
      boolean nulls = number(row.get(1 + 3 * i)) < found;
      WholeNumbers.of(types.get(x), found, nulls, row.get(2 + 3 * i), row.get(3 + 3 * i))
          .ifPresent(whole -> wholes.put(x, whole));
    }
  }

  /** How values of a column are totalled exactly; empty where they cannot be. */
  Optional<WholeNumbers> whole(String column) {
    return Optional.ofNullable(wholes.get(column));
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number n ? n.longValue() : 0;
  }

  private List<List<@Nullable Object>> all(String sql) {
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
