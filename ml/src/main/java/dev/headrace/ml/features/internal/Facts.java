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
 * @param fractions by column, how fractions become whole numbers without loss; absent where they
 *     cannot
 */
record Facts(boolean ties, Map<String, Scale> fractions) {
  /** A running total of whole numbers may have this many bits, the sign left out. */
  private static final int BITS = 125;

  /** Bits of a double's fraction. */
  private static final int PRECISION = 53;

  private static final Scale EXACT = new Scale(0, Kind.WHOLE);

  /** How running totals are kept. */
  enum Kind {
    WHOLE,
    DECIMAL,
    FRACTION
  }

  /**
   * How a value becomes a whole number and comes back.
   *
   * @param bits a fraction is multiplied by 2 to this power
   */
  record Scale(int bits, Kind kind, int decimals) {
    Scale(int bits, Kind kind) {
      this(bits, kind, 0);
    }

    String whole(String column) {
      return kind == Kind.FRACTION
          ? "cast(cast(" + column + " as double) * pow(2, " + bits + ") as hugeint)"
          : column;
    }

    String original(String total) {
      return switch (kind) {
        case WHOLE -> "cast(" + total + " as bigint)";
        case DECIMAL -> "cast(" + total + " as decimal(38," + decimals + "))";
        case FRACTION -> "cast(" + total + " as double) / pow(2, " + bits + ")";
      };
    }
  }

  /** How values of a column are totalled exactly; empty where they cannot be. */
  Optional<Scale> scale(String column, @Nullable Type type) {
    if (type instanceof Type.Decimal decimal) {
      return Optional.of(new Scale(0, Kind.DECIMAL, decimal.scale()));
    }
    return Cells.isFraction(type) ? Optional.ofNullable(fractions.get(column)) : Optional.of(EXACT);
  }

  /** Asks for them in one or two scans; none where nothing depends on them. */
  static Facts of(ViewRows rows, Map<String, Type> types, SqlEngine engine, Watch watch) {
    boolean newest =
        rows.cells().values().stream()
            .anyMatch(cell -> cell.aggregation() instanceof Computation.Last);
    return new Facts(newest && hasTies(rows, engine, watch), fractions(rows, types, engine, watch));
  }

  private static boolean hasTies(ViewRows rows, SqlEngine engine, Watch watch) {
    String keys = String.join(", ", rows.keyNames());
    return !all(
            "select 1 from (%s) r group by %s, e having count(*) > 1 limit 1"
                .formatted(rows.select(), keys),
            rows,
            engine,
            watch)
        .isEmpty();
  }

  private static Map<String, Scale> fractions(
      ViewRows rows, Map<String, Type> types, SqlEngine engine, Watch watch) {
    Set<String> columns = new LinkedHashSet<>();
    for (Cell cell : rows.cells().values()) {
      boolean totalled =
          cell.aggregation() instanceof Computation.Sum
              || cell.aggregation() instanceof Computation.Mean;
      if (totalled && Cells.isFraction(types.get(cell.of()))) {
        columns.add(cell.of());
      }
    }
    if (columns.isEmpty()) {
      return Map.of();
    }
    List<String> asked = new ArrayList<>(List.of("count(*)"));
    for (String x : columns) {
      String value = "abs(cast(" + x + " as double))";
      asked.add("max(" + value + ")");
      asked.add("min(" + value + ") filter (where " + x + " <> 0)");
    }
    List<@Nullable Object> row =
        all(
                "select %s from (%s) r".formatted(String.join(", ", asked), rows.select()),
                rows,
                engine,
                watch)
            .getFirst();
    long count = row.getFirst() instanceof Number n ? n.longValue() : 0;
    Map<String, Scale> scales = new HashMap<>();
    int i = 1;
    for (String x : columns) {
      scale(count, row.get(i), row.get(i + 1)).ifPresent(scale -> scales.put(x, scale));
      i += 2;
    }
    return scales;
  }

  /** Fine enough for the last bit of the smallest value, if the total of all still has room. */
  static Optional<Scale> scale(long count, @Nullable Object greatest, @Nullable Object smallest) {
    if (!(greatest instanceof Double max) || !(smallest instanceof Double min)) {
      return Optional.of(new Scale(0, Kind.FRACTION));
    }
    if (!Double.isFinite(max) || min < Double.MIN_NORMAL) {
      return Optional.empty();
    }
    int bits = Math.max(0, PRECISION - 1 - Math.getExponent(min));
    int needed = Math.getExponent(max) + 1 + bits + (Long.SIZE - Long.numberOfLeadingZeros(count));
    return needed <= BITS ? Optional.of(new Scale(bits, Kind.FRACTION)) : Optional.empty();
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
