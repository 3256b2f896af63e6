package dev.headrace.decisions.experiments.walk;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.decisions.experiments.scan.ExactSum;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Steps;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The front door: which experiments' units can be added up by walking through rows, and the walks.
 *
 * <p>Walked are counts, shares and sums of whole numbers and decimals, of units that are whole
 * numbers, by an engine in this process. The rest is left to statements: texts as keys, fractions,
 * distinct counts, funnels, metrics that count from exposure or have a window, limits that are
 * quantiles, and times of several types.
 */
public final class UnitWalk {
  private static final int COUNT_BYTES = 2;
  private static final int SUM_BYTES = 4;

  /** Key, time, variant, and an entry in an index that is two thirds full. */
  private static final long BYTES_PER_UNIT = 8 + 8 + 4 + 24;

  private final UnitScan scan;
  private final Scanner scanner;
  private final List<WalkedPass> passes;
  private final UnitSums.Shape shape;

  private UnitWalk(UnitScan scan, Scanner scanner, List<WalkedPass> passes, UnitSums.Shape shape) {
    this.scan = scan;
    this.scanner = scanner;
    this.passes = passes;
    this.shape = shape;
  }

  /**
   * How an experiment's units are walked; empty where they are not. Executes no query.
   *
   * @param row columns of a unit's row: its key, and more
   * @param types of the values, as for {@link UnitScan#sums}
   */
  public static Optional<UnitWalk> of(
      UnitScan scan, Schema row, List<Type> types, Scanner scanner) {
    if (scanner.engine().roomForComputed() <= 0
        || !isWhole(row.fields().getFirst().type())
        || scan.columns() == 0) {
      return Optional.empty();
    }
    Map<String, WalkedPass> passes = new LinkedHashMap<>();
    List<WalkedValue> values = new ArrayList<>();
    for (int i = 0; i < scan.columns(); i++) {
      UnitScan.Column column = scan.parts().get(i);
      Optional<WalkedValue> value = value(scan, column, i, types.get(i));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
      passes
          .computeIfAbsent(
              column.pass(), _ -> new WalkedPass(column.measure(), moment(column.measure())))
          .add(i, column, ExactSum.scale(scan.keptType(i)));
    }
    return passes.values().stream().allMatch(pass -> isWhole(pass, scan, scanner))
        ? Optional.of(
            new UnitWalk(
                scan,
                scanner,
                List.copyOf(passes.values()),
                UnitSums.Shape.of(scan, values, zone(scan, scanner))))
        : Optional.empty();
  }

  private static Optional<WalkedValue> value(
      UnitScan scan, UnitScan.Column column, int index, Type type) {
    UnitMeasure measure = column.measure();
    boolean sameTime =
        measure.time().isEmpty()
            || (scan.exposedAt().isPresent()
                && measure.time().get().type().equals(scan.exposedAt().get().type()));
    boolean isWalked =
        sameTime
            && column.isAdditive()
            && !measure.needsExposure()
            && !measure.source().contains(UnitMeasure.EXPOSED_AT)
            && !scan.isFloating(index)
            && ExactSum.isExact(type);
    return isWalked
        ? WalkedValue.of(
            column.total().limits(), ExactSum.scale(scan.keptType(index)), ExactSum.scale(type))
        : Optional.empty();
  }

  private static boolean isWhole(WalkedPass pass, UnitScan scan, Scanner scanner) {
    List<Field> fields = scanner.schema(scan, pass.typesSql()).fields();
    List<Type> types = fields.stream().map(Field::type).toList();
    return isWhole(types.getFirst()) && pass.accepts(types.subList(1, types.size()));
  }

  private static boolean isWhole(Type type) {
    return type == Type.Primitive.INT || type == Type.Primitive.LONG;
  }

  private static String moment(UnitMeasure measure) {
    return measure.time().map(UnitWalk::micros).orElse("cast(0 as bigint)");
  }

  private static String micros(UnitMeasure.Time time) {
    return time.type() == Type.Primitive.DATE
        ? "epoch_us(cast(" + time.sql() + " as timestamp))"
        : "epoch_us(" + time.sql() + ")";
  }

  private static Optional<ZoneId> zone(UnitScan scan, Scanner scanner) {
    return scan.exposedAt()
        .filter(at -> at.type() == Type.Primitive.TIMESTAMPTZ)
        .map(_ -> scanner.zone());
  }

  /** What a unit takes at first, in bytes, with its place in an index. */
  public long bytesPerUnit() {
    return BYTES_PER_UNIT
        + (long) Integer.BYTES * shape.levels()
        + widths().stream().mapToInt(Integer::intValue).sum();
  }

  private List<Integer> widths() {
    return scan.parts().stream()
        .map(
            column ->
                switch (column.total().function()) {
                  case ANY -> 1;
                  case COUNT, COUNT_DISTINCT -> COUNT_BYTES;
                  case SUM -> SUM_BYTES;
                })
        .toList();
  }

  /**
   * A table without units.
   *
   * @param capacity how many there will be, about
   */
  public UnitTable table(long capacity) {
    return new UnitTable(shape.levels(), widths(), capacity);
  }

  /** Sums of no unit. */
  public UnitSums sums() {
    return new UnitSums(shape);
  }

  /** Changes of no unit. */
  public UnitChanges changes() {
    return new UnitChanges(shape);
  }

  /** Where the units of a table are in it. */
  public static UnitIndex index(UnitTable table) {
    UnitIndex index = UnitIndex.of(List.of(table));
    for (int row = 0; row < table.rows(); row++) {
      index.put(table.key(row), row);
    }
    return index;
  }

  /** The tables whose rows are walked. */
  public List<WalkedPass> passes() {
    return passes;
  }

  /**
   * Appends units to a table.
   *
   * @param sql yields units with their first exposure, as {@code Exposure.units}
   * @param relations besides the scan's tables
   */
  public void units(
      String sql, Map<String, ? extends Relation> relations, UnitTable table, Watch watch) {
    List<String> items = new ArrayList<>(List.of("cast(unit as bigint) as unit"));
    items.add(
        scan.exposedAt()
                .map(at -> micros(new UnitMeasure.Time("exposed_at", at.type())))
                .orElse("cast(0 as bigint)")
            + " as moment");
    items.add(
        scan.exposedAt().isPresent()
            ? "cast(cast(exposed_at as date) - date '1970-01-01' as bigint) as exposed_on"
            : "cast(0 as bigint) as exposed_on");
    items.add("variant");
    for (int i = 0; i < scan.dimensions(); i++) {
      items.add(UnitScan.dimension(i));
    }
    // In the order of their keys, so that whoever goes through keys in order goes through memory.
    String all =
        Steps.select(items)
            + "\nfrom (\n  "
            + sql.replace("\n", "\n  ")
            + "\n) as units\norder by 1";
    Query query = scanner.over(scan, all, relations, Map.of());
    try (Columns columns = scanner.engine().columns(query, watch)) {
      long[][] numbers = new long[3][0];
      List<@Nullable String[]> texts = new ArrayList<>();
      Map<Long, String> days = new HashMap<>();
      for (int c = 0; c <= scan.dimensions(); c++) {
        texts.add(new String[0]);
      }
      for (int n = columns.next(); n > 0; n = columns.next()) {
        for (int c = 0; c < numbers.length; c++) {
          numbers[c] = numbers[c].length < n ? new long[n] : numbers[c];
          columns.longs(c, numbers[c], 0);
        }
        for (int c = 0; c < texts.size(); c++) {
          if (texts.get(c).length < n) {
            texts.set(c, new String[n]);
          }
          columns.texts(numbers.length + c, texts.get(c), 0);
        }
        for (int i = 0; i < n; i++) {
          int row = table.append(numbers[0][i], texts.getFirst()[i], numbers[1][i]);
          for (int l = 0; l < scan.dimensions(); l++) {
            table.setLevel(row, l, String.valueOf(texts.get(1 + l)[i]));
          }
          if (scan.exposedAt().isPresent()) {
            String day =
                days.computeIfAbsent(numbers[2][i], on -> LocalDate.ofEpochDay(on).toString());
            table.setLevel(row, scan.dimensions(), day);
          }
        }
      }
    }
  }

  /**
   * Adds rows of a pass to a table.
   *
   * @param where which rows count besides those that always do: conditions that begin with "and";
   *     and their order, if any
   * @param relations besides the scan's tables
   * @param finder where units are in the table
   */
  public void rows(
      WalkedPass pass,
      String where,
      Map<String, ? extends Relation> relations,
      Map<String, Object> parameters,
      UnitTable table,
      RowFinder finder,
      Watch watch) {
    String bounds =
        pass.isTimed() ? scan.exposure().bounds(pass.measure().time().orElseThrow().sql()) : "";
    Query query = scanner.over(scan, pass.sql(bounds + where), relations, parameters);
    long lookback =
        scan.exposure().lookback().filter(_ -> pass.looksBack()).map(UnitWalk::micros).orElse(0L);
    try (Columns columns = scanner.engine().columns(query, watch)) {
      new RowWalk(pass, table, finder, lookback).run(columns);
    }
  }

  /** The day on which the first unit of a table was exposed; empty where that is not known. */
  public Optional<LocalDate> firstExposed(UnitTable table) {
    long first = Long.MAX_VALUE;
    for (int row = 0; row < table.rows(); row++) {
      if (!table.isGone(row)) {
        first = Math.min(first, table.exposed(row));
      }
    }
    return scan.exposedAt().isEmpty() || first == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(shape.day(first));
  }

  /** A condition, beginning with "and", that holds of all rows of units exposed since a day. */
  public String notLongBefore(WalkedPass pass, Optional<LocalDate> day) {
    return day.isEmpty() || !pass.isTimed()
        ? ""
        : "\n  and "
            + scan.exposure().notLongBefore(pass.measure().time().orElseThrow().sql(), day.get());
  }

  private static long micros(Duration duration) {
    return Math.multiplyExact(duration.toSeconds(), 1_000_000L);
  }
}
