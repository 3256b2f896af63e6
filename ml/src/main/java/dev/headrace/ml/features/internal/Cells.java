package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes aggregates, and says which values they fit. */
final class Cells {
  /** The position of a row among those of its entity: time, arrival, row. */
  static final String ORDER = "o";

  private Cells() {}

  /** Whether it depends on the order of rows, beyond their times. */
  static boolean needsOrder(Cell cell) {
    return switch (cell.aggregation()) {
      case Computation.First _, Computation.Last _, Computation.LastK _ -> true;
      case Computation.Count _,
          Computation.Sum _,
          Computation.Mean _,
          Computation.Min _,
          Computation.Max _,
          Computation.Stddev _,
          Computation.ApproxDistinct _,
          Computation.TopK _,
          Computation.Percentile _,
          Computation.Histogram _ ->
          cell.window().filter(Window.Rows.class::isInstance).isPresent();
    };
  }

  /**
   * The aggregate as SQL over rows grouped by moment.
   *
   * @param filter the condition on a row, or empty
   * @param type of what is aggregated
   */
  static String aggregate(Cell cell, String filter, Type type, Dialect dialect) {
    String when = filter.isEmpty() ? "" : " filter (where " + filter + ")";
    return switch (cell.aggregation()) {
      case Computation.Count _ ->
          cell.value().map(x -> "count(" + x + ")").orElse("count(*)") + when;
      case Computation.Sum _ -> sum(cell, when, type);
      case Computation.Mean _ -> "avg(cast(" + cell.of() + " as double))" + when;
      case Computation.Min _ -> "min(" + cell.of() + ")" + when;
      case Computation.Max _ -> "max(" + cell.of() + ")" + when;
      case Computation.Stddev _ -> "stddev_samp(cast(" + cell.of() + " as double))" + when;
      case Computation.First _ ->
          "(min_by(" + dialect.boxed(cell.of()) + ", " + ORDER + ")" + when + ").v";
      case Computation.Last _ ->
          "(max_by(" + dialect.boxed(cell.of()) + ", " + ORDER + ")" + when + ").v";
      case Computation.LastK last -> dialect.ordered(cell.of(), "-" + ORDER, when, last.k());
      case Computation.ApproxDistinct _ -> "count(distinct " + cell.of() + ")" + when;
      case Computation.Percentile percentile ->
          "percentile_cont("
              + percentile.at().movePointLeft(2).stripTrailingZeros().toPlainString()
              + ") within group (order by cast("
              + cell.of()
              + " as double))"
              + when;
      case Computation.Histogram histogram -> histogram(cell.of(), histogram.bounds(), filter);
      case Computation.TopK _ ->
          throw new IllegalStateException("most frequent values are counted apart");
    };
  }

  /** A result, or what there is of no row, as a column; for entities that have been seen. */
  static String orEmpty(Cell cell, String result) {
    return emptyValue(cell).map(empty -> "coalesce(" + result + ", " + empty + ")").orElse(result)
        + " as "
        + cell.column();
  }

  /** What an aggregate is where no row counts; nothing where that is null. */
  private static Optional<String> emptyValue(Cell cell) {
    return switch (cell.aggregation()) {
      case Computation.Count _, Computation.ApproxDistinct _ -> Optional.of("0");
      case Computation.Histogram histogram ->
          Optional.of(
              "list_value("
                  + "cast(0 as bigint), ".repeat(histogram.bounds().size())
                  + "cast(0 as bigint))");
      case Computation.Sum _,
          Computation.Mean _,
          Computation.Min _,
          Computation.Max _,
          Computation.Stddev _,
          Computation.First _,
          Computation.Last _,
          Computation.LastK _,
          Computation.TopK _,
          Computation.Percentile _ ->
          Optional.empty();
    };
  }

  private static String sum(Cell cell, String when, Type type) {
    String sum = "sum(" + cell.of() + ")" + when;
    if (type instanceof Type.Decimal decimal) {
      return "cast(" + sum + " as decimal(38," + decimal.scale() + "))";
    }
    return isFraction(type)
        ? "sum(cast(" + cell.of() + " as double))" + when
        : "cast(" + sum + " as bigint)";
  }

  private static String histogram(String x, List<BigDecimal> bounds, String filter) {
    List<String> counts = new ArrayList<>();
    String base = filter.isEmpty() ? "" : filter + " and ";
    for (int i = 0; i <= bounds.size(); i++) {
      List<String> within = new ArrayList<>();
      if (i > 0) {
        within.add(x + " >= " + bounds.get(i - 1).toPlainString());
      }
      if (i < bounds.size()) {
        within.add(x + " < " + bounds.get(i).toPlainString());
      }
      counts.add("count(*) filter (where " + base + String.join(" and ", within) + ")");
    }
    return "list_value(" + String.join(", ", counts) + ")";
  }

  /** What a value must be for the aggregation, to follow "takes"; null where it fits. */
  static @Nullable String misfit(Computation.Aggregation aggregation, Type type) {
    return switch (aggregation) {
      case Computation.Sum _,
          Computation.Mean _,
          Computation.Stddev _,
          Computation.Percentile _,
          Computation.Histogram _ ->
          isNumber(type) ? null : "a number";
      case Computation.Min _, Computation.Max _ ->
          isNumber(type) || isOrdered(type) ? null : "a number, text, date or time";
      case Computation.ApproxDistinct _, Computation.TopK _ ->
          isNumber(type) || isOrdered(type) || type == Type.Primitive.BOOLEAN
              ? null
              : "a single value";
      case Computation.Count _, Computation.First _, Computation.Last _, Computation.LastK _ ->
          null;
    };
  }

  private static boolean isNumber(Type type) {
    return type instanceof Type.Decimal
        || type == Type.Primitive.INT
        || type == Type.Primitive.LONG
        || isFraction(type);
  }

  /** Whether sums of it are rounded. */
  static boolean isFraction(@Nullable Type type) {
    return type == Type.Primitive.FLOAT || type == Type.Primitive.DOUBLE;
  }

  private static boolean isOrdered(Type type) {
    return type == Type.Primitive.STRING
        || type == Type.Primitive.DATE
        || type == Type.Primitive.TIME
        || type == Type.Primitive.TIMESTAMP
        || type == Type.Primitive.TIMESTAMPTZ
        || type == Type.Primitive.UUID;
  }
}
