package dev.headrace.data.draft;

import dev.headrace.core.project.AssetNames;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A first table over a source: a row per day, or else the source's own columns. */
final class DailyTable {
  private static final int MOST_SUMS = 4;
  private static final int MOST_COUNTS = 2;

  /** Numbers of which a sum means nothing. */
  private static final Pattern NOT_ADDITIVE =
      Pattern.compile(
          "(?i)(.*_)?(id|price|rate|ratio|lat|latitude|lon|lng|longitude|score|age|year"
              + "|month|day|hour|zip|percent|pct|probability|weight|version|index|position)(_.*)?");

  /** Whole numbers are often codes: only what is named like a quantity is added up. */
  private static final Pattern QUANTITY =
      Pattern.compile(
          "(?i)(.*_)?(qty|quantity|amount|count|total|units|value|revenue|cost|spend"
              + "|sales|bytes|seconds|points)(_.*)?");

  /** Words of DuckDB's grammar that a column's name may be, but not everywhere without quotes. */
  private static final Set<String> KEYWORDS =
      Set.of(
          ("anti asof at authorization between bigint binary bit boolean char character coalesce"
                  + " collation columns concurrently cross dec decimal exists extract float freeze"
                  + " full generated glob grouping ilike inner inout int integer interval is isnull"
                  + " join left like map national natural nchar none notnull nullif numeric out"
                  + " outer overlaps overlay position positional precision real right row semi"
                  + " setof similar smallint struct substring tablesample time timestamp treat trim"
                  + " try_cast values varchar verbose")
              .split(" "));

  private DailyTable() {}

  /** Rows, distinct ids and sums per day of the source's time column. */
  static String perDay(RawFile file) {
    String time = name(String.valueOf(file.time()));
    Set<String> taken = new LinkedHashSet<>();
    List<String> columns = new ArrayList<>();
    columns.add("cast(" + time + " as date) as " + alias("day", taken));
    columns.add("count(*) as " + alias(file.name(), taken));
    file.columns().stream()
        .filter(column -> isReference(file, column))
        .limit(MOST_COUNTS)
        .forEach(
            column ->
                columns.add(
                    "count(distinct %s) as %s"
                        .formatted(name(column.name()), alias(column.name() + "s", taken))));
    file.columns().stream()
        .filter(column -> isAdditive(file, column))
        .limit(MOST_SUMS)
        .forEach(column -> columns.add(sum(column) + " as " + alias(column.name(), taken)));
    return """
        /*---
        description: %s per day.
        checks:
          - not-null: [day]
          - unique: [day]
        ---*/
        select
          %s
        from %s
        where %s is not null
        group by cast(%s as date)
        """
        .formatted(capital(file.name()), String.join(",\n  ", columns), file.name(), time, time);
  }

  /** The source's own columns, as the place to clean them. */
  static String cleaned(RawFile file) {
    return """
        /*---
        description: %s, cleaned.
        materialize: view
        ---*/
        select
          %s
        from %s
        """
        .formatted(
            capital(file.name()),
            String.join(
                ",\n  ", file.columns().stream().map(column -> name(column.name())).toList()),
            file.name());
  }

  private static boolean isReference(RawFile file, Field column) {
    return !column.name().equals(file.key()) && AssetNames.valid(column.name()).endsWith("_id");
  }

  private static boolean isAdditive(RawFile file, Field column) {
    if (column.name().equals(file.key())
        || NOT_ADDITIVE.matcher(AssetNames.valid(column.name())).matches()) {
      return false;
    }
    return switch (column.type()) {
      case Type.Decimal decimal -> true;
      case Primitive primitive ->
          switch (primitive) {
            case FLOAT, DOUBLE -> true;
            case INT, LONG -> QUANTITY.matcher(AssetNames.valid(column.name())).matches();
            case BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, STRING, UUID, BINARY -> false;
          };
      case Type.Struct struct -> false;
      case Type.ListOf list -> false;
      case Type.MapOf map -> false;
    };
  }

  private static String sum(Field column) {
    String sum = "sum(" + name(column.name()) + ")";
    boolean whole = column.type() == Primitive.INT || column.type() == Primitive.LONG;
    return whole ? "cast(" + sum + " as bigint)" : sum;
  }

  private static String name(String column) {
    boolean word = column.matches("[A-Za-z_][A-Za-z0-9_]*") && !AssetNames.isReserved(column);
    return word && !KEYWORDS.contains(column.toLowerCase(Locale.ROOT))
        ? column
        : SqlQuotes.identifier(column);
  }

  private static String alias(String wanted, Set<String> taken) {
    String valid = AssetNames.valid(wanted);
    String alias = KEYWORDS.contains(valid) ? valid + "_value" : valid;
    for (int number = 2; !taken.add(alias); number++) {
      alias = AssetNames.valid(wanted) + "_" + number;
    }
    return alias;
  }

  private static String capital(String name) {
    String words = name.replace('_', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
