package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.decisions.experiments.scan.UnitScan.Column;
import dev.headrace.spi.schema.Type;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * From rows to what each unit adds up to: units with their first exposure, one pass over each fact
 * table, and both joined. Pure text.
 */
public final class TotalsSql {
  private static final String UNITS = UnitMeasure.UNITS;

  private final UnitScan scan;
  private final Exposure exposure;
  private final List<Column> columns;

  TotalsSql(UnitScan scan) {
    this.scan = scan;
    this.exposure = scan.exposure();
    this.columns = scan.parts();
  }

  /** The steps to {@link UnitScan#TOTALS}. */
  List<String> steps() {
    return steps(exposure.units(), _ -> "");
  }

  /** What each unit adds up to, to learn types from. */
  String sql() {
    return Steps.with(steps()) + "select * from " + UnitScan.TOTALS;
  }

  /** Totals in the types they are kept in. */
  public String kept() {
    return kept(steps());
  }

  /**
   * The same of a part of the units.
   *
   * @param part from 0 to {@code parts} - 1; each unit is in one of them
   */
  public String kept(int part, int parts) {
    return kept(
        steps(
            exposure.unitsOf(part, parts), measure -> Exposure.isOf(measure.unit(), part, parts)));
  }

  /**
   * The same of units in {@link UnitScan#CHANGED} alone.
   *
   * @param firstExposed when the first of them was exposed
   */
  public String keptOfChanged(Optional<LocalDate> firstExposed) {
    return kept(
        steps(
            exposure.unitsOfChanged(),
            measure ->
                time(measure)
                    .flatMap(at -> firstExposed.map(day -> exposure.notLongBefore(at.sql(), day)))
                    .orElse("")));
  }

  private String kept(List<String> steps) {
    List<String> items = own("");
    for (int i = 0; i < columns.size(); i++) {
      items.add(kept(UnitScan.value(i), i));
    }
    return Steps.with(steps) + Steps.select(items) + "\nfrom " + UnitScan.TOTALS;
  }

  /** A value in the type it is kept in, under its name. */
  public String kept(String value, int column) {
    return scan.keptType(column) instanceof Type.Decimal(int precision, int scale)
        ? "cast(%s as decimal(%d,%d)) as %s"
            .formatted(value, precision, scale, UnitScan.value(column))
        : "cast(%s as double) as %s".formatted(value, UnitScan.value(column));
  }

  /** What is known of a unit besides its totals. */
  public List<String> own(String prefix) {
    List<String> own = new ArrayList<>(List.of(prefix + "unit", prefix + "variant"));
    if (scan.exposedAt().isPresent()) {
      own.add(prefix + "exposed_at");
    }
    for (int i = 0; i < scan.dimensions(); i++) {
      own.add(prefix + UnitScan.dimension(i));
    }
    return own;
  }

  /**
   * The columns to which later rows add.
   *
   * @param later tables that have such rows
   * @param exposedBefore whether every unit was exposed before all of these rows
   */
  public List<Integer> addedColumns(Set<String> later, boolean exposedBefore) {
    return IntStream.range(0, columns.size())
        .filter(i -> later.contains(columns.get(i).measure().table()))
        .filter(i -> !(exposedBefore && columns.get(i).before()))
        .boxed()
        .toList();
  }

  /**
   * What later rows add to the totals of units in a relation {@link UnitScan#TOTALS}, whose own
   * columns are all that is read of it: a row for each unit that has some.
   *
   * @param later rows, by table: conditions
   */
  public String added(Map<String, String> later, boolean exposedBefore) {
    List<Integer> wanted = addedColumns(later.keySet(), exposedBefore);
    List<String> steps = new ArrayList<>();
    steps.add(Steps.step(UNITS, Steps.select(own("")) + "\nfrom " + UnitScan.TOTALS));
    Map<String, String> names = passes(wanted.stream().map(columns::get).toList());
    names.forEach(
        (pass, name) -> {
          String condition = String.valueOf(later.get(measureOf(pass).table()));
          steps.add(Steps.step(name, perUnit(pass, condition, isSplit(pass) && !exposedBefore)));
        });
    String active = "experiment__active";
    boolean oneRowEach = exposedBefore && names.size() == 1;
    if (!oneRowEach) {
      // Rows of one day may lie on both sides of a unit's exposure.
      String each = "select distinct unit from ";
      steps.add(Steps.step(active, each + String.join("\nunion\n" + each, names.values())));
    }
    String from = oneRowEach ? names.values().iterator().next() : active;
    List<String> items = new ArrayList<>(List.of(from + ".unit"));
    for (int i : wanted) {
      items.add(kept("coalesce(" + side(columns.get(i), names) + "." + total(i) + ", 0)", i));
    }
    return Steps.with(steps)
        + Steps.select(items)
        + "\nfrom "
        + from
        + (oneRowEach ? "" : sides(names, active, exposedBefore));
  }

  private List<String> steps(String units, Function<UnitMeasure, String> only) {
    List<String> steps = new ArrayList<>();
    steps.add(Steps.step(UNITS, units));
    Map<String, String> names = passes(columns);
    names.forEach(
        (pass, name) ->
            steps.add(Steps.step(name, perUnit(pass, only.apply(measureOf(pass)), isSplit(pass)))));
    List<String> items = own("units.");
    for (int i = 0; i < columns.size(); i++) {
      items.add(
          "coalesce(%s.%s, 0) as %s"
              .formatted(side(columns.get(i), names), total(i), UnitScan.value(i)));
    }
    steps.add(
        Steps.step(
            UnitScan.TOTALS,
            Steps.select(items) + "\nfrom " + UNITS + " as units" + sides(names, "units", false)));
    return steps;
  }

  /** Names of the passes over tables. */
  private static Map<String, String> passes(List<Column> columns) {
    Map<String, String> names = new LinkedHashMap<>();
    for (Column column : columns) {
      names.computeIfAbsent(
          column.pass(),
          _ ->
              "experiment__from_"
                  + column.measure().table()
                  + (names.isEmpty() ? "" : "_" + names.size()));
    }
    return names;
  }

  /** Units without a row in a table add up to 0 there. */
  private String sides(Map<String, String> names, String units, boolean onlyAfter) {
    StringBuilder joins = new StringBuilder();
    names.forEach(
        (pass, name) -> {
          for (boolean before : new boolean[] {false, true}) {
            boolean wanted =
                columns.stream().anyMatch(c -> c.pass().equals(pass) && c.before() == before);
            if (wanted && !(before && onlyAfter)) {
              String alias = before ? name + "_before" : name;
              joins.append("\nleft join ").append(name).append(before ? " as " + alias : "");
              joins.append(" on ").append(alias).append(".unit = ").append(units).append(".unit");
              if (isSplit(pass) && !onlyAfter) {
                joins
                    .append(before ? " and " : " and not ")
                    .append(alias)
                    .append(".before_exposure");
              }
            }
          }
        });
    return joins.toString();
  }

  private static String side(Column column, Map<String, String> names) {
    return names.get(column.pass()) + (column.before() ? "_before" : "");
  }

  /** Whether rows before and after exposure are told apart. */
  private boolean isSplit(String pass) {
    return columns.stream().anyMatch(column -> column.pass().equals(pass) && column.before());
  }

  /** The name under which a pass gives a column's total: the same for before and after. */
  private String total(int column) {
    Column wanted = columns.get(column);
    int first = 0;
    while (!columns.get(first).pass().equals(wanted.pass())
        || !columns.get(first).total().equals(wanted.total())) {
      first++;
    }
    return "t" + first;
  }

  private Optional<UnitMeasure.Time> time(UnitMeasure measure) {
    return scan.exposedAt().isPresent() ? measure.time() : Optional.empty();
  }

  /**
   * Totals per unit, and where rows before exposure count, before and after it: two short rows are
   * added up several times as fast as one long one.
   */
  private String perUnit(String pass, String condition, boolean split) {
    List<String> items = new ArrayList<>(List.of("units.unit"));
    List<String> keys = new ArrayList<>(List.of("units.unit"));
    UnitMeasure measure = measureOf(pass);
    String since = cutOff(measure);
    if (split) {
      items.add(since + " as before_exposure");
      keys.add(since);
    }
    // With a lookback, rows before exposure are read for others; where nobody wants them, not here.
    boolean onlyAfter = !isSplit(pass) && exposure.looksBack() && time(measure).isPresent();
    Set<String> done = new LinkedHashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.pass().equals(pass) && done.add(total(i))) {
        items.add(total(column.total(), i, onlyAfter ? "not " + since : "") + " as " + total(i));
      }
    }
    String rows = condition.isEmpty() ? pass : pass + "\n  and " + condition;
    return Steps.select(items) + "\n" + rows + "\ngroup by " + String.join(", ", keys);
  }

  private UnitMeasure measureOf(String pass) {
    return columns.stream().filter(c -> c.pass().equals(pass)).findFirst().orElseThrow().measure();
  }

  private String cutOff(UnitMeasure measure) {
    return time(measure)
        .map(time -> "(" + time.sql() + " < " + time.exposure() + ")")
        .orElse("false");
  }

  private String total(Total total, int column, String condition) {
    return total.function() == UnitMeasure.Function.SUM && scan.isFloating(column)
        ? ExactSum.ofRows(total, condition)
        : total.sql(condition);
  }
}
