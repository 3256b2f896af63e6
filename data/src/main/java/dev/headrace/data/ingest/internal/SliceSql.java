package dev.headrace.data.ingest.internal;

import dev.headrace.data.duckdb.DuckDbTypes;
import dev.headrace.data.ingest.Provenance;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The SQL that reads one slice: a SELECT of the typed rows, and one of the rows that do not fit.
 *
 * <p>Written while the profile stands still, so it may run while later records are being read.
 */
final class SliceSql {
  /**
   * Keeps DuckDB from pushing the filter below the projection that takes the record apart, where it
   * would do so again for every condition. Nothing is ever less than 0, and it cannot know.
   */
  private static final String BARRIER = " OR random() < 0";

  private static final int MIN_LINE_BYTES = 2_000_000;

  /** DuckDB reads JSON in stretches of twice this size, one a thread. */
  private static final int MIN_OBJECT_BYTES = 4 << 20;

  private final Layout layout;
  private final List<Column> columns;
  private final List<Field> fields;
  private final List<String> nullText;
  private final Conversion conversion;
  private final SliceWriter slice;
  private final String raw;

  /**
   * @param fields the table's columns in order, those of provenance among them
   * @param slice a closed slice
   */
  SliceSql(
      Layout layout,
      List<Column> columns,
      List<Field> fields,
      List<String> nullText,
      SliceWriter slice) {
    this.layout = layout;
    this.columns = columns;
    this.fields = fields;
    this.nullText = nullText;
    CsvDialect dialect = layout.dialect();
    this.slice = slice;
    this.conversion =
        layout.isJson()
            ? Conversion.ofJson(slice.trust())
            : Conversion.ofTexts(dialect != null && dialect.decimal() == ',', slice.trust());
    this.raw =
        layout.isJson()
            ? "CAST(NULL AS VARCHAR)"
            : "left("
                + (dialect == null ? "raw" : rawCsv(dialect))
                + ", "
                + (RejectSpool.MAX_RAW_CHARS + 1)
                + ")";
  }

  private String read(List<Column> wanted) {
    CsvDialect dialect = layout.dialect();
    return layout.isJson() ? readJson(wanted) : dialect == null ? readLines() : readCsv(dialect);
  }

  /**
   * The typed rows in the order of the table's columns.
   *
   * @param files paths by file number, from {@code firstFile} on
   */
  String rows(List<String> files, int firstFile, Instant loadedAt) {
    List<String> select = new ArrayList<>();
    List<String> inner = new ArrayList<>(List.of("f", "n"));
    List<String> misfits = new ArrayList<>();
    if (layout.pattern() != null) {
      misfits.add(noMatch(layout.pattern()));
    }
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      inner.add(typed(column) + " AS t" + i);
      String misfit = misfit(column);
      if (misfit != null) {
        misfits.add(misfit);
      }
    }
    if (!misfits.isEmpty()) {
      inner.add(String.join(" OR ", misfits) + BARRIER + " AS misfit");
    }
    for (Field field : fields) {
      select.add(
          expression(field, files, firstFile, loadedAt)
              + " AS "
              + SqlQuotes.identifier(field.name()));
    }
    return "SELECT "
        + String.join(", ", select)
        + " FROM (SELECT "
        + String.join(", ", inner)
        + " FROM ("
        + read(columns)
        + "))"
        + (misfits.isEmpty() ? "" : " WHERE NOT misfit");
  }

  /**
   * The rows that do not fit, as they come in the slice: file number, line, place among the records
   * that begin on that line, raw text (null for JSON, see {@link SliceRecords}), names of the
   * columns, text of the first (an empty name for a line that the pattern does not match); null if
   * every row is sure to fit.
   */
  @Nullable String misfits() {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    List<Column> doubtful = new ArrayList<>();
    if (layout.pattern() != null) {
      conditions.add(noMatch(layout.pattern()));
      names.add("CASE WHEN " + noMatch(layout.pattern()) + " THEN '' END");
      values.add("WHEN " + noMatch(layout.pattern()) + " THEN ''");
    }
    for (Column column : columns) {
      String misfit = misfit(column);
      if (misfit != null) {
        doubtful.add(column);
        conditions.add(misfit);
        names.add("CASE WHEN " + misfit + " THEN " + SqlQuotes.literal(column.name()) + " END");
        values.add("WHEN " + misfit + " THEN CAST(" + shown(column) + " AS VARCHAR)");
      }
    }
    if (names.isEmpty()) {
      return null;
    }
    // The few rows that misfit are found first; lists are made for them only.
    return "SELECT f, n, "
        + (layout.isJson() ? "coalesce(k, 0)" : "0")
        + " AS k, "
        + raw
        + ", list_filter(["
        + String.join(", ", names)
        + "], lambda c: c IS NOT NULL), left(CASE "
        + String.join(" ", values)
        + " END, 200) FROM (SELECT * FROM (SELECT *, "
        + String.join(" OR ", conditions)
        + BARRIER
        + " AS misfit FROM ("
        + read(doubtful)
        + ")) WHERE misfit)"
        + (layout.isJson() ? " ORDER BY f, n, k" : "");
  }

  private static String noMatch(String pattern) {
    return "NOT regexp_matches(raw, " + SqlQuotes.literal(pattern) + ")";
  }

  private String expression(Field field, List<String> files, int firstFile, Instant loadedAt) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(field.name())) {
        return "t" + i;
      }
    }
    return switch (field.name()) {
      case Provenance.FILE ->
          files.size() == 1
              ? SqlQuotes.literal(files.getFirst())
              : files.stream().map(SqlQuotes::literal).collect(Collectors.joining(", ", "([", "])"))
                  + "[f - "
                  + (firstFile - 1)
                  + "]";
      case Provenance.LINE -> "n";
      case Provenance.LOADED_AT -> SqlQuotes.value(loadedAt);
      default -> "CAST(NULL AS " + DuckDbTypes.toSql(field.type()) + ")";
    };
  }

  private String typed(Column column) {
    return conversion.typed(column.type(), text(column), column.format(), column.profile());
  }

  private @Nullable String misfit(Column column) {
    String text = text(column);
    String misfit = conversion.misfit(column.type(), text, column.format(), column.profile());
    int at = layout.isJson() ? -1 : position(column.source());
    if (at < 0 || column.type() instanceof Primitive || column.type() instanceof Type.Decimal) {
      return misfit;
    }
    // What is nested stands in delimited text as JSON, which need not be sound.
    String unsound =
        "(nullif(%1$s, '') IS NOT NULL AND trim(%1$s) <> 'null' AND %2$s IS NULL)"
            .formatted(cell(at), text);
    return misfit == null ? unsound : unsound + " OR " + misfit;
  }

  /** What a user is shown of a value that does not fit. */
  private String shown(Column column) {
    int at = layout.isJson() ? -1 : position(column.source());
    return at < 0 ? text(column) : cell(at);
  }

  /** The column's text as it stands in a row of the slice. */
  private String text(Column column) {
    if (layout.isJson()) {
      return "r" + columns.indexOf(column);
    }
    int at = position(column.source());
    if (at < 0) {
      return "CAST(NULL AS " + rawType(column) + ")";
    }
    String cell = cell(at);
    return switch (column.type()) {
      case Primitive primitive ->
          primitive == Primitive.STRING && layout.pattern() == null
              ? cell
              : "nullif(" + cell + ", '')";
      case Type.Decimal decimal -> "nullif(" + cell + ", '')";
      default ->
          "TRY(json_transform("
              + "TRY_CAST(nullif("
              + cell
              + ", '') AS JSON), "
              + SqlQuotes.literal("\"" + rawType(column).replace("\"", "\\\"") + "\"")
              + "))";
    };
  }

  private String cell(int at) {
    return layout.pattern() == null ? "c" + at : group(at);
  }

  private int position(String source) {
    for (int i = 0; i < layout.names().size(); i++) {
      if (layout.names().get(i).equalsIgnoreCase(source)) {
        return i;
      }
    }
    return -1;
  }

  private String group(int at) {
    String cell = "(r." + SqlQuotes.identifier(layout.names().get(at)) + ")";
    return nullText.isEmpty()
        ? cell
        : nullText.stream()
            .map(SqlQuotes::literal)
            .collect(
                Collectors.joining(
                    ", ", "CASE WHEN " + cell + " NOT IN (", ") THEN " + cell + " END"));
  }

  private String rawType(Column column) {
    return conversion.rawType(column.type(), column.format(), column.profile());
  }

  private String readLines() {
    String pattern = Objects.requireNonNull(layout.pattern());
    return "SELECT f, n, raw, regexp_extract(raw, "
        + SqlQuotes.literal(pattern)
        + layout.names().stream()
            .map(SqlQuotes::literal)
            .collect(Collectors.joining(", ", ", [", "])"))
        + " AS r FROM read_csv("
        + SqlQuotes.literal(slice.path().toString())
        + ", auto_detect=false, header=false, quote='', escape='', delim="
        + SqlQuotes.literal("\u0001")
        + limits()
        + ", columns={'f': 'BIGINT', 'n': 'BIGINT', 'raw': 'VARCHAR'})";
  }

  /** What DuckDB takes out of JSON: only the columns that are asked for. */
  private String readJson(List<Column> wanted) {
    StringBuilder select = new StringBuilder("SELECT ");
    StringBuilder types = new StringBuilder("{");
    frame("f", Layout.FILE_KEY, select, types);
    frame("n", Layout.LINE_KEY, select.append(", "), types.append(", "));
    frame("k", Layout.PLACE_KEY, select.append(", "), types.append(", "));
    for (Column column : wanted) {
      select
          .append(", ")
          .append(SqlQuotes.identifier(column.source()))
          .append(" AS ")
          .append(text(column));
      types
          .append(", ")
          .append(SqlQuotes.literal(column.source()))
          .append(": ")
          .append(SqlQuotes.literal(rawType(column)));
    }
    return select
        + " FROM read_json("
        + SqlQuotes.literal(slice.path().toString())
        + ", format='newline_delimited', auto_detect=false, hive_partitioning=false,"
        + " maximum_object_size="
        + Math.max(MIN_OBJECT_BYTES, slice.longest() + 1_024L)
        + ", columns="
        + types
        + "})";
  }

  private static void frame(String name, String key, StringBuilder select, StringBuilder types) {
    select.append(SqlQuotes.identifier(key)).append(" AS ").append(name);
    types.append(SqlQuotes.literal(key)).append(": 'BIGINT'");
  }

  private String readCsv(CsvDialect dialect) {
    StringBuilder names = new StringBuilder("{'f': 'BIGINT', 'n': 'BIGINT'");
    for (int i = 0; i < layout.names().size(); i++) {
      names.append(", 'c").append(i).append("': 'VARCHAR'");
    }
    List<String> nulls = new ArrayList<>(List.of("''"));
    nullText.forEach(text -> nulls.add(SqlQuotes.literal(text)));
    return "SELECT * FROM read_csv("
        + SqlQuotes.literal(slice.path().toString())
        + ", auto_detect=false, header=false, new_line='\\n', allow_quoted_nulls=false,"
        + " delim="
        + character(dialect.delimiter())
        + ", quote="
        + character(dialect.quote())
        + ", escape="
        + character(dialect.escape())
        + ", nullstr=["
        + String.join(", ", nulls)
        + "]"
        + limits()
        + ", columns="
        + names
        + "})";
  }

  private String limits() {
    return slice.longest() <= MIN_LINE_BYTES ? "" : ", max_line_size=" + (slice.longest() + 1_024L);
  }

  private static String character(byte c) {
    return c == 0 ? "''" : SqlQuotes.literal(new String(new byte[] {c}, StandardCharsets.US_ASCII));
  }

  /** The record written anew: as it was, but for quotes that were not needed. */
  private String rawCsv(CsvDialect dialect) {
    String delimiter = character(dialect.delimiter());
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < layout.names().size(); i++) {
      String c = "c" + i;
      if (dialect.quote() == 0) {
        cells.add("coalesce(" + c + ", '')");
        continue;
      }
      String quote = character(dialect.quote());
      cells.add(
          ("CASE WHEN %1$s IS NULL THEN '' WHEN %1$s = '' OR contains(%1$s, %2$s) OR"
                  + " contains(%1$s, %3$s) OR contains(%1$s, chr(10)) THEN concat(%2$s,"
                  + " replace(%1$s, %2$s, %4$s), %2$s) ELSE %1$s END")
              .formatted(
                  c,
                  quote,
                  delimiter,
                  SqlQuotes.literal(
                      new String(
                          new byte[] {dialect.escape(), dialect.quote()},
                          StandardCharsets.US_ASCII))));
    }
    return "concat_ws(" + delimiter + ", " + String.join(", ", cells) + ")";
  }
}
