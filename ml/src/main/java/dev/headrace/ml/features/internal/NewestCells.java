package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Window;
import dev.headrace.ml.features.internal.walk.LabelWalk;
import dev.headrace.ml.features.internal.walk.NewestView;
import dev.headrace.ml.features.internal.walk.Walked;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Newest values of a view as they are walked for. */
final class NewestCells implements WalkedPart {
  /** As many are worth a stream of their own. */
  private static final int FEW_VALUES = 4;

  private final ViewRows rows;
  private final Map<String, Type> types;
  private final NewestView view;
  private final List<String> values;

  private NewestCells(
      ViewRows rows, Map<String, Type> types, NewestView view, List<String> values) {
    this.rows = rows;
    this.types = types;
    this.view = view;
    this.values = values;
  }

  /**
   * The newest values of a view; empty where there are none, or not all of them fit, or rows are
   * not stored: those that are read twice must come in one order.
   *
   * @param plan that orders rows of the same time
   * @param cells newest values by time, not by number of rows
   */
  static Optional<NewestCells> of(
      ViewRows rows, Map<String, Type> types, Facts facts, ProbePlan plan, Collection<Cell> cells) {
    List<String> values = cells.stream().map(Cell::of).distinct().toList();
    boolean fits =
        cells.stream().allMatch(cell -> cell.condition().isEmpty())
            && values.stream()
                .allMatch(x -> WalkedValues.fits(Objects.requireNonNull(types.get(x))))
            && values.size() <= NewestView.MOST_VALUES;
    if (cells.isEmpty()
        || !fits
        || !(rows.relation() instanceof Relation.Files)
        || facts.count() > LabelWalk.MOST_ROWS) {
      return Optional.empty();
    }
    List<String> read = new ArrayList<>();
    List<Primitive> held = new ArrayList<>();
    for (String x : values) {
      Type type = Objects.requireNonNull(types.get(x));
      read.add(WalkedValues.word(x, type));
      held.add(WalkedValues.held(type));
    }
    NewestView view =
        new NewestView(
            reading(rows, plan.rowsAsTheyAre(cells), "", read),
            // Telling rows apart by their order leaves them in any; what is left has one of its
            // own.
            reading(
                rows,
                plan.rowsWithoutTies(cells),
                " order by " + String.join(", ", rows.keyNames()) + ", e",
                read),
            facts.count(),
            held);
    return Optional.of(new NewestCells(rows, types, view, values));
  }

  private static NewestView.Reading reading(
      ViewRows rows, String source, String order, List<String> values) {
    return new NewestView.Reading(
        query(rows, select(WalkedKeys.columns(rows), source, order)),
        parts(values).stream().map(part -> query(rows, select(part, source, order))).toList());
  }

  /** The time and some of the values each: one thread reads one stream of rows. */
  private static List<List<String>> parts(List<String> values) {
    int count =
        Math.clamp(values.size() / FEW_VALUES, 1, Runtime.getRuntime().availableProcessors());
    List<List<String>> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      List<String> columns = new ArrayList<>(List.of("e"));
      columns.addAll(
          values.subList(values.size() * part / count, values.size() * (part + 1) / count));
      parts.add(columns);
    }
    return parts;
  }

  private static String select(List<String> columns, String source, String order) {
    return "select %s from (%s) n%s".formatted(String.join(", ", columns), source, order);
  }

  private static Query query(ViewRows rows, String sql) {
    return Query.of(sql, Map.of(rows.source(), rows.relation()));
  }

  @Override
  public ViewRows rows() {
    return rows;
  }

  @Override
  public Walked walked() {
    return view;
  }

  @Override
  public String column(int result) {
    return rows.alias() + "_n_" + result;
  }

  @Override
  public String cell(Cell cell) {
    int index = values.indexOf(cell.of());
    String value =
        WalkedValues.value(column(1 + index), Objects.requireNonNull(types.get(cell.of())));
    return cell.window()
        .map(
            window ->
                "case when %s > hr_t - %d then %s end"
                    .formatted(seen(), ((Window.Span) window).micros(), value))
        .orElse(value);
  }
}
