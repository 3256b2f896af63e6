package dev.headrace.ml.features.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A view of nothing but newest values, joined to the labels as they are: the rows that come out
 * need not be numbered, put aside and found again.
 */
final class NewestJoin {
  private final ViewRows rows;
  private final ProbePlan plan;

  NewestJoin(ViewRows rows, ProbePlan plan) {
    this.rows = rows;
    this.plan = plan;
  }

  static boolean fits(ViewRows rows) {
    return rows.derived().isEmpty()
        && rows.cells().values().stream()
            .allMatch(
                cell ->
                    cell.aggregation() instanceof Computation.Last
                        && cell.condition().isEmpty()
                        && !(cell.window().orElse(null) instanceof Window.Rows));
  }

  /** The column that a feature's values are in afterwards. */
  String column(String feature) {
    return SqlQuotes.identifier("hr_" + rows.alias() + "_" + feature);
  }

  /**
   * All columns of the labels and those of some features.
   *
   * @param labels relation with the entity's columns and {@code hr_t}, any of them null
   */
  String select(String labels, Collection<String> features) {
    List<Cell> cells = new ArrayList<>();
    List<String> columns = new ArrayList<>(List.of("l.*"));
    rows.cells()
        .forEach(
            (feature, cell) -> {
              if (features.contains(feature)) {
                cells.add(cell);
                columns.add(value(cell) + " as " + column(feature));
              }
            });
    List<String> match = new ArrayList<>();
    for (int i = 0; i < rows.keys().size(); i++) {
      match.add("l." + SqlQuotes.identifier(rows.keys().get(i).name()) + " = r.k" + i);
    }
    return "select %s from %s l asof left join (%s) r on %s and l.hr_t >= r.e"
        .formatted(
            String.join(", ", columns),
            labels,
            plan.newestRows(cells),
            String.join(" and ", match));
  }

  private String value(Cell cell) {
    List<String> alive = new ArrayList<>();
    cell.window()
        .ifPresent(window -> alive.add("r.e > l.hr_t - " + ((Window.Span) window).micros()));
    rows.ttlMicros().ifPresent(ttl -> alive.add("r.e >= l.hr_t - " + ttl));
    String value = "r." + cell.of();
    return alive.isEmpty()
        ? value
        : "case when " + String.join(" and ", alive) + " then " + value + " end";
  }
}
