package dev.headrace.data.draft;

import dev.headrace.core.project.AssetNames;
import dev.headrace.data.quality.TableProfile;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Guesses by name what a column is for, and asks the rows whether it is so. */
final class Evidence {
  private static final Pattern ID = Pattern.compile("id|uuid|.*_(id|uuid|key)");
  private static final Pattern OF_THE_EVENT =
      Pattern.compile(
          "(?i)(.*_)?(at|on|time|timestamp|ts|date|day|datetime|occurred|created)(_.*)?");
  private static final Pattern OF_SOMETHING_ELSE =
      Pattern.compile("(?i).*(birth|dob|expir|valid|updated|modified|deleted|due|until|end).*");

  /** As a part of a name between underscores: what is counted in a currency. */
  private static final Pattern MONEY =
      Pattern.compile(
          "(.*_)?(amount|balance|budget|charge|cost|fee|paid|payment|price|profit|refund|revenue"
              + "|salary|sales|spend|spent|subtotal|tax|total|turnover)s?(_.*)?");

  /** Two digits for cents, as most currencies have them; room for sums of a nation. */
  private static final Type CENTS = new Type.Decimal(18, 2);

  private final SqlEngine engine;
  private final Watch watch;

  Evidence(SqlEngine engine, Watch watch) {
    this.engine = engine;
    this.watch = watch;
  }

  /**
   * The column that identifies a row: one named like an id that is never null and never twice; the
   * one named after the table before others.
   */
  Optional<String> key(String table, List<Field> columns, TableProfile profile, Relation rows) {
    String own = singular(table) + "_id";
    return columns.stream()
        .filter(column -> isKeyType(column.type()) && isId(column.name()))
        .filter(column -> nulls(profile, column) == 0)
        .sorted(
            Comparator.comparing(column -> !word(column).equals("id") && !word(column).equals(own)))
        .map(Field::name)
        .filter(column -> isUnique(column, rows))
        .findFirst();
  }

  /** Whether a column's name says that it identifies something. */
  static boolean isId(String column) {
    return ID.matcher(AssetNames.valid(column)).matches();
  }

  /** The column of the event's time: the likeliest by name among dates and timestamps. */
  Optional<String> time(List<Field> columns, TableProfile profile) {
    return columns.stream()
        .filter(column -> isTime(column.type()))
        .filter(column -> !OF_SOMETHING_ELSE.matcher(column.name()).matches())
        .filter(column -> nulls(profile, column) < profile.rows())
        .min(
            Comparator.<Field, Boolean>comparing(column -> nulls(profile, column) > 0)
                .thenComparing(column -> column.type() == Primitive.DATE)
                .thenComparing(column -> !OF_THE_EVENT.matcher(column.name()).matches()))
        .map(Field::name);
  }

  /**
   * The same columns, money as decimals: fractions named like money that never have more than two
   * digits behind the point. Sums of doubles show digits that nobody paid.
   */
  List<Field> exactMoney(List<Field> columns, Relation rows) {
    return columns.stream()
        .map(
            column ->
                column.type() == Primitive.DOUBLE
                        && MONEY.matcher(word(column)).matches()
                        && isInCents(column.name(), rows)
                    ? new Field(column.id(), column.name(), CENTS)
                    : column)
        .toList();
  }

  private boolean isInCents(String column, Relation rows) {
    String sql =
        """
        select count(%1$s) > 0
          and count(*) filter (where %1$s <> round(%1$s, 2) or not abs(%1$s) < 1e12) = 0
        from rows_of_file"""
            .formatted(SqlQuotes.identifier(column));
    return isTrue(sql, Map.of("rows_of_file", rows));
  }

  /**
   * The columns of each file whose values all occur in another file's key of the same name. No two
   * files refer to each other, not even by way of others.
   */
  Map<String, Map<String, String>> references(List<RawFile> files) {
    Map<String, Map<String, String>> references = new LinkedHashMap<>();
    Map<String, Set<String>> reachable = new HashMap<>();
    for (RawFile file : files) {
      Map<String, String> found = new LinkedHashMap<>();
      for (Field column : file.columns()) {
        if (column.name().equals(file.key()) || !word(column).endsWith("_id")) {
          continue;
        }
        for (RawFile other : files) {
          boolean circular =
              other.name().equals(file.name())
                  || reachable.getOrDefault(other.name(), Set.of()).contains(file.name());
          if (!circular && refers(file, column, other)) {
            found.put(column.name(), other.name() + "." + other.key());
            reach(reachable, file.name(), other.name());
            break;
          }
        }
      }
      references.put(file.name(), found);
    }
    return references;
  }

  private static void reach(Map<String, Set<String>> reachable, String from, String to) {
    Set<String> further = new HashSet<>(reachable.getOrDefault(to, Set.of()));
    further.add(to);
    reachable.computeIfAbsent(from, _ -> new HashSet<>()).addAll(further);
    reachable.values().stream()
        .filter(set -> set.contains(from))
        .forEach(set -> set.addAll(further));
  }

  private boolean refers(RawFile file, Field column, RawFile other) {
    Optional<Field> key = other.keyField();
    if (key.isEmpty() || !key.get().type().equals(column.type())) {
      return false;
    }
    boolean sameName = key.get().name().equalsIgnoreCase(column.name());
    boolean namesIt =
        key.get().name().equalsIgnoreCase("id")
            && word(column).equals(singular(other.name()) + "_id");
    return (sameName || namesIt) && allOccur(file, column, other, key.get());
  }

  private boolean allOccur(RawFile file, Field column, RawFile other, Field key) {
    String sql =
        "select count(*) > 0 and count(*) filter (where k.id is null) = 0"
            + " from (select distinct %1$s as v from child where %1$s is not null) c"
                .formatted(SqlQuotes.identifier(column.name()))
            + " left join (select %s as id from parent) k on k.id = c.v"
                .formatted(SqlQuotes.identifier(key.name()));
    return isTrue(sql, Map.of("child", file.rows(), "parent", other.rows()));
  }

  private boolean isUnique(String column, Relation rows) {
    String sql =
        "select count(*) > 0 and count(*) = count(distinct %s) from rows_of_file"
            .formatted(SqlQuotes.identifier(column));
    return isTrue(sql, Map.of("rows_of_file", rows));
  }

  private boolean isTrue(String sql, Map<String, ? extends Relation> relations) {
    try (Rows answer = engine.execute(Query.of(sql, relations), watch)) {
      List<?> row = answer.next();
      return row != null && Boolean.TRUE.equals(row.getFirst());
    }
  }

  private static long nulls(TableProfile profile, Field column) {
    return profile.columns().stream()
        .filter(known -> known.name().equals(column.name()))
        .mapToLong(known -> known.nulls())
        .findFirst()
        .orElse(profile.rows());
  }

  private static boolean isKeyType(Type type) {
    return type == Primitive.INT
        || type == Primitive.LONG
        || type == Primitive.STRING
        || type == Primitive.UUID;
  }

  /** Whether the type is a date or a timestamp. */
  static boolean isTime(Type type) {
    return type == Primitive.TIMESTAMP || type == Primitive.TIMESTAMPTZ || type == Primitive.DATE;
  }

  /** {@code customer_id} of customerId and Customer_ID. */
  private static String word(Field column) {
    return AssetNames.valid(column.name());
  }

  private static String singular(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith("ies")) {
      return lower.substring(0, lower.length() - 3) + "y";
    }
    return lower.endsWith("s") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
