package dev.headrace.data.diff;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares two states of a table row by row, in the engine: memory does not grow with the rows that
 * are equal. Nulls equal nulls, NaN equals NaN.
 */
public final class RowComparer {
  private static final String BEFORE = "rows_before";
  private static final String AFTER = "rows_after";
  private static final Set<Type> REALS = Set.of(Primitive.FLOAT, Primitive.DOUBLE);

  private final SqlEngine engine;

  public RowComparer(SqlEngine engine) {
    this.engine = engine;
  }

  /** One state of a table. */
  public record Side(Relation relation, Schema schema) {}

  /**
   * What to look at.
   *
   * @param key columns that tell rows apart; where they do not, or are none, equal rows are paired,
   *     as often as they occur
   * @param ignored columns that may differ, in any case of letters
   * @param tolerance largest difference of two floating-point numbers that counts as none, relative
   *     to the larger of them where that is above 1; 0 compares exactly
   * @param samples how many differing rows to show
   */
  public record Terms(List<String> key, Set<String> ignored, double tolerance, int samples) {
    public Terms {
      key = List.copyOf(key);
      ignored = ignored.stream().map(n -> n.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }
  }

  /** Compares; runs up to four queries. */
  public RowDiff compare(Side before, Side after, Terms terms, Watch watch) {
    List<Column> columns = columns(before.schema(), after.schema(), terms);
    Map<String, Relation> relations = Map.of(BEFORE, before.relation(), AFTER, after.relation());
    List<Column> key = columns.stream().filter(column -> isIn(terms.key(), column)).toList();
    boolean keyed =
        !key.isEmpty()
            && key.size() == terms.key().size()
            && isUnique(BEFORE, key, relations, watch)
            && isUnique(AFTER, key, relations, watch);
    Pairing pairing =
        new Pairing(
            keyed
                ? key
                : columns.stream().filter(c -> !(c.real() && terms.tolerance() > 0)).toList(),
            columns,
            keyed,
            terms.tolerance());
    RowDiff counts = count(pairing, relations, watch);
    return new RowDiff(
        keyed ? terms.key() : List.of(),
        counts.onlyBefore(),
        counts.onlyAfter(),
        counts.changed(),
        counts.same(),
        counts.changedByColumn(),
        counts.isEmpty() || terms.samples() == 0
            ? List.of()
            : samples(pairing, terms.samples(), relations, watch));
  }

  /**
   * A column of both sides.
   *
   * @param comparable whether its values can be compared as they are; as text otherwise
   */
  private record Column(String name, boolean comparable, boolean real) {
    String of(String side) {
      String value = side + "." + SqlQuotes.identifier(name);
      return comparable ? value : "cast(" + value + " as string)";
    }
  }

  private static List<Column> columns(Schema before, Schema after, Terms terms) {
    List<Column> columns = new ArrayList<>();
    for (Field field : before.fields()) {
      after
          .field(field.name())
          .filter(_ -> !terms.ignored().contains(field.name().toLowerCase(Locale.ROOT)))
          .ifPresent(
              other ->
                  columns.add(
                      new Column(
                          field.name(),
                          SameType.ignoringIds(field.type(), other.type())
                              || (isNumber(field.type()) && isNumber(other.type())),
                          REALS.contains(field.type()) || REALS.contains(other.type()))));
    }
    return columns;
  }

  private static boolean isNumber(Type type) {
    return type instanceof Type.Decimal
        || REALS.contains(type)
        || type == Primitive.INT
        || type == Primitive.LONG;
  }

  private static boolean isIn(List<String> names, Column column) {
    return names.stream().anyMatch(column.name()::equalsIgnoreCase);
  }

  private boolean isUnique(
      String table, List<Column> key, Map<String, Relation> relations, Watch watch) {
    String names =
        key.stream().map(c -> SqlQuotes.identifier(c.name())).collect(Collectors.joining(", "));
    String sql =
        "select count(*) from (select "
            + names
            + " from "
            + table
            + " group by "
            + names
            + " having count(*) > 1) repeated";
    return (long) first(sql, relations, watch).getFirst() == 0;
  }

  private RowDiff count(Pairing pairing, Map<String, Relation> relations, Watch watch) {
    List<Column> compared = pairing.compared();
    StringBuilder sql =
        new StringBuilder("select count(*) filter (where a.here is null),")
            .append(" count(*) filter (where b.here is null),")
            .append(" count(*) filter (where ")
            .append(pairing.changed())
            .append("), count(*)");
    for (Column column : compared) {
      sql.append(", count(*) filter (where a.here = 1 and b.here = 1 and ")
          .append(pairing.differs(column))
          .append(')');
    }
    List<@Nullable Object> row = first(sql + pairing.from(), relations, watch);
    long onlyAfter = number(row.get(0));
    long onlyBefore = number(row.get(1));
    long changed = number(row.get(2));
    Map<String, Long> byColumn = new LinkedHashMap<>();
    for (int i = 0; i < compared.size(); i++) {
      long differing = number(row.get(4 + i));
      if (differing > 0) {
        byColumn.put(compared.get(i).name(), differing);
      }
    }
    long same = number(row.get(3)) - onlyAfter - onlyBefore - changed;
    return new RowDiff(List.of(), onlyBefore, onlyAfter, changed, same, byColumn, List.of());
  }

  private List<RowDiff.Sample> samples(
      Pairing pairing, int limit, Map<String, Relation> relations, Watch watch) {
    List<Column> columns = pairing.columns();
    String sql =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    "a.%1$s as a%2$d, b.%1$s as b%2$d"
                        .formatted(SqlQuotes.identifier(columns.get(i).name()), i))
            .collect(Collectors.joining(", ", "select a.here as ah, b.here as bh, ", ""));
    String order =
        pairing.key().stream()
            .map(c -> "coalesce(" + c.of("a") + ", " + c.of("b") + ")")
            .collect(Collectors.joining(", "));
    List<RowDiff.Sample> samples = new ArrayList<>();
    try (Rows rows =
        engine.execute(
            Query.of(
                sql
                    + pairing.from()
                    + " where a.here is null or b.here is null or "
                    + pairing.changed()
                    + (pairing.keyed() ? " order by " + order : "")
                    + " limit "
                    + limit,
                relations),
            watch)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        samples.add(sample(pairing, row));
      }
    }
    return samples;
  }

  private static RowDiff.Sample sample(Pairing pairing, List<@Nullable Object> row) {
    boolean both = row.get(0) != null && row.get(1) != null;
    Map<String, @Nullable Object> before = new LinkedHashMap<>();
    Map<String, @Nullable Object> after = new LinkedHashMap<>();
    for (int i = 0; i < pairing.columns().size(); i++) {
      Column column = pairing.columns().get(i);
      Object a = row.get(2 + 2 * i);
      Object b = row.get(3 + 2 * i);
      if (both && !pairing.key().contains(column) && Objects.deepEquals(a, b)) {
        continue;
      }
      before.put(column.name(), a);
      after.put(column.name(), b);
    }
    return new RowDiff.Sample(
        row.get(0) == null ? null : before, row.get(1) == null ? null : after);
  }

  private List<@Nullable Object> first(String sql, Map<String, Relation> relations, Watch watch) {
    try (Rows rows = engine.execute(Query.of(sql, relations), watch)) {
      List<@Nullable Object> row = rows.next();
      return Objects.requireNonNull(row, "an aggregate has one row");
    }
  }

  private static long number(@Nullable Object value) {
    return value == null ? 0 : ((Number) value).longValue();
  }

  /**
   * How rows find their counterparts.
   *
   * @param key columns whose values are the same in both rows of a pair
   * @param keyed whether the key tells rows apart; otherwise rows with the same key are numbered on
   *     either side and paired by number
   */
  private record Pairing(List<Column> key, List<Column> columns, boolean keyed, double tolerance) {
    /** The columns that may differ within a pair. */
    List<Column> compared() {
      return columns.stream().filter(column -> !key.contains(column)).toList();
    }

    String from() {
      List<String> matches =
          new ArrayList<>(
              key.stream().map(c -> c.of("a") + " is not distinct from " + c.of("b")).toList());
      if (!keyed) {
        matches.add("a.copy = b.copy");
      }
      return " from (%s) a full join (%s) b on %s"
          .formatted(side(BEFORE), side(AFTER), String.join(" and ", matches));
    }

    private String side(String table) {
      String names =
          columns.stream()
              .map(c -> "t." + SqlQuotes.identifier(c.name()))
              .collect(Collectors.joining(", "));
      return "select "
          + (names.isEmpty() ? "" : names + ", ")
          + "1 as here"
          + (keyed ? "" : ", " + number())
          + " from "
          + table
          + " t";
    }

    /** Numbers equal rows; those that differ in inexact numbers only are put in their order. */
    private String number() {
      String partition =
          key.isEmpty()
              ? ""
              : "partition by "
                  + key.stream().map(c -> c.of("t")).collect(Collectors.joining(", "));
      List<Column> rest = compared();
      String order =
          rest.isEmpty()
              ? "order by 1"
              : "order by " + rest.stream().map(c -> c.of("t")).collect(Collectors.joining(", "));
      return "row_number() over (" + partition + " " + order + ") as copy";
    }

    String changed() {
      List<Column> compared = compared();
      return compared.isEmpty()
          ? "false"
          : compared.stream()
              .map(this::differs)
              .collect(Collectors.joining(" or ", "(a.here = 1 and b.here = 1 and (", "))"));
    }

    String differs(Column column) {
      String a = column.of("a");
      String b = column.of("b");
      String distinct = a + " is distinct from " + b;
      if (!column.real() || tolerance == 0) {
        return "(" + distinct + ")";
      }
      // An infinity is near nothing else, and neither is NaN, which sorts above it.
      return "(%3$s and not coalesce(%1$s <= %5$s and %2$s <= %5$s and abs(%6$s - %7$s) <= %4$s * greatest(%1$s, %2$s, 1), false))"
          .formatted(
              "abs(" + a + ")", "abs(" + b + ")", distinct, tolerance, Double.MAX_VALUE, a, b);
    }
  }
}
