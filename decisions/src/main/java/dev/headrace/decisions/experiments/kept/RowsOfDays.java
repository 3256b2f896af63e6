package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.spi.schema.Type;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Conditions on the time of rows, with their parameters. */
final class RowsOfDays {
  private final UnitScan scan;

  RowsOfDays(UnitScan scan) {
    this.scan = scan;
  }

  /**
   * True of a table's rows of some days.
   *
   * @param parameters gets their bounds
   */
  String condition(String table, DayRanges days, Map<String, Object> parameters) {
    UnitMeasure.Time time = time(table);
    List<String> any = new ArrayList<>();
    for (DayRanges.Range range : days.ranges()) {
      String name = table.replaceAll("\\W", "_") + "_" + any.size();
      parameters.put("from_" + name, bound(range.from(), time.type()));
      parameters.put("to_" + name, bound(range.to(), time.type()));
      any.add("(%1$s >= $from_%2$s and %1$s < $to_%2$s)".formatted(time.sql(), name));
    }
    return "(" + String.join(" or ", any) + ")";
  }

  private UnitMeasure.Time time(String table) {
    return scan.parts().stream()
        .flatMap(column -> column.measure().rows().stream())
        .filter(rows -> rows.table().equals(table))
        .findFirst()
        .flatMap(UnitMeasure.Rows::time)
        .or(scan::exposedAt)
        .orElseThrow();
  }

  private static Object bound(LocalDate day, Type type) {
    if (type == Type.Primitive.TIMESTAMPTZ) {
      return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    return type == Type.Primitive.DATE ? day : day.atStartOfDay();
  }
}
