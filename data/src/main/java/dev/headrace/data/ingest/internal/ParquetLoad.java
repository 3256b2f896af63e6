package dev.headrace.data.ingest.internal;

import dev.headrace.data.duckdb.DuckDbTypes;
import dev.headrace.data.ingest.ColumnType;
import dev.headrace.data.ingest.ContentHash;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.data.ingest.LoadRequest;
import dev.headrace.data.ingest.Provenance;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Loads Parquet files. They carry their types, so that a column fits as a whole or not at all; only
 * a declared type is converted value by value.
 */
final class ParquetLoad {
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  private static final long BATCH_BYTES = 256L << 20;
  private static final int BATCH_FILES = 64;
  private final LoadRequest request;
  private final SqlEngine engine;
  private final Watch watch;
  private final Settlement settlement;
  private final RejectSpool spool;
  private final Path directory;
  private final List<FileState> files = new ArrayList<>();
  private final List<String> readings = new ArrayList<>();
  private final List<Schema> schemas = new ArrayList<>();
  private final List<WrittenFile> written = new ArrayList<>();

  ParquetLoad(
      LoadRequest request,
      SqlEngine engine,
      Watch watch,
      Settlement settlement,
      RejectSpool spool,
      Path directory) {
    this.request = request;
    this.engine = engine;
    this.watch = watch;
    this.settlement = settlement;
    this.spool = spool;
    this.directory = directory;
  }

  Loaded run() {
    Map<String, Settlement.Observed> seen = new LinkedHashMap<>();
    for (SourceFile file : request.files()) {
      files.add(new FileState(files.size(), file));
      requireWhole(file);
      requireDecimalsFit(file);
      readings.add(reading(file));
      Schema own =
          engine.describe(
              Query.of("SELECT * EXCLUDE (file_row_number) FROM " + readings.getLast(), Map.of()));
      schemas.add(own);
      own.fields().forEach(field -> observe(seen, field, file));
    }
    Settlement.Settled settled = settlement.settle(seen);
    Schema schema = request.assignIds().apply(settled.schema());
    int from = 0;
    while (from < files.size()) {
      int to = from;
      long bytes = 0;
      while (to < files.size() && to - from < BATCH_FILES && bytes < BATCH_BYTES) {
        bytes += files.get(to++).file.sizeBytes();
      }
      write(from, to, settled.columns(), schema);
      from = to;
      watch.progress((double) from / files.size());
    }
    return new Loaded(schema, settled.columns(), written, files);
  }

  /** Parquet begins and ends with the same four letters; a file that is cut does not. */
  private static void requireWhole(SourceFile file) {
    byte[] head;
    byte[] tail = new byte[MAGIC.length];
    try (RandomAccessFile bytes = new RandomAccessFile(file.location().toFile(), "r")) {
      head = new byte[(int) Math.min(MAGIC.length, bytes.length())];
      bytes.readFully(head);
      if (bytes.length() >= 3L * MAGIC.length) {
        bytes.seek(bytes.length() - MAGIC.length);
        bytes.readFully(tail);
      }
    } catch (IOException e) {
      throw TextFiles.failure(file, e);
    }
    boolean begins = Arrays.equals(head, MAGIC);
    if (!begins || !Arrays.equals(tail, MAGIC)) {
      throw new HeadraceException(
          IngestError.INGEST_DAMAGED,
          "Cannot read file '%s': %s."
              .formatted(
                  file.path(),
                  begins ? "it is cut: a Parquet file ends with PAR1" : "it is no Parquet file"),
          "Copy the file again, or leave it out of 'files'.");
    }
  }

  /** DuckDB would read a decimal of more than 38 digits as a double, and say nothing. */
  private void requireDecimalsFit(SourceFile file) {
    String sql =
        "SELECT name, precision, scale FROM parquet_schema(%s) WHERE precision > 38"
            .formatted(SqlQuotes.literal(file.location().toString()));
    try (Rows rows = engine.execute(Query.of(sql, Map.of()), watch)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        String name = String.valueOf(row.get(0));
        boolean rounded =
            settlement
                .declared(name)
                .filter(declared -> declared.type() == Type.Primitive.DOUBLE)
                .isPresent();
        if (!rounded) {
          throw new HeadraceException(
              IngestError.INGEST_TYPE_CONFLICT,
              "Cannot load file '%s': its column '%s' is decimal(%s,%s), and no column has more than 38 digits."
                  .formatted(file.path(), name, row.get(1), row.get(2)),
              "Have it rounded to 15 digits with 'columns: {%s: double}'.".formatted(name));
        }
      }
    }
  }

  private void observe(Map<String, Settlement.Observed> seen, Field field, SourceFile file) {
    String known =
        seen.keySet().stream()
            .filter(name -> name.equalsIgnoreCase(field.name()))
            .findFirst()
            .orElse(field.name());
    Settlement.Observed before = seen.get(known);
    if (before == null || Settlement.canWiden(before.type(), field.type())) {
      seen.put(known, new Settlement.Observed(field.type(), null));
    } else if (!Settlement.canWiden(field.type(), before.type())
        && settlement.declared(known).isEmpty()) {
      throw conflict(file, field, before.type());
    }
  }

  private void write(int from, int to, List<Column> columns, Schema schema) {
    List<String> parts = new ArrayList<>();
    long records = 0;
    for (FileState state : files.subList(from, to)) {
      parts.add(rows(state, columns, schema));
      state.rows = count(state);
      records += state.rows;
    }
    WriteTarget target =
        new WriteTarget(directory, request.filePrefix() + "-" + from, schema, Optional.empty())
            .lookingFor(request.lookFor().apply(schema));
    List<WrittenFile> fresh =
        engine.write(Query.of(String.join(" UNION ALL ", parts), Map.of()), target, watch);
    written.addAll(fresh);
    long rows = fresh.stream().mapToLong(WrittenFile::rows).sum();
    if (rows < records) {
      for (FileState state : files.subList(from, to)) {
        rows += reject(state, columns);
      }
    }
    if (rows != records) {
      throw new HeadraceException(
          IngestError.INGEST_MISCOUNT,
          "Cannot load '%s': of %,d rows only %,d came out."
              .formatted(request.source(), records, rows),
          "This is a defect of Headrace: please report it with the files.");
    }
    for (FileState state : files.subList(from, to)) {
      try {
        state.hash = ContentHash.of(state.file.location());
        TextInput.requireUnmoved(state.file);
      } catch (IOException e) {
        throw TextFiles.failure(state.file, e);
      }
    }
  }

  private long count(FileState state) {
    try (Rows rows =
        engine.execute(
            Query.of("SELECT count(*) FROM " + readings.get(state.index), Map.of()), watch)) {
      List<@Nullable Object> row = rows.next();
      return row == null || row.getFirst() == null ? 0 : ((Number) row.getFirst()).longValue();
    }
  }

  private String rows(FileState state, List<Column> columns, Schema schema) {
    List<String> select = new ArrayList<>();
    List<String> misfits = new ArrayList<>();
    for (Field field : schema.fields()) {
      String expression =
          switch (field.name()) {
            case Provenance.FILE -> SqlQuotes.literal(state.file.path());
            case Provenance.LINE -> "file_row_number + 1";
            case Provenance.LOADED_AT -> SqlQuotes.value(request.loadedAt());
            default -> "CAST(NULL AS " + DuckDbTypes.toSql(field.type()) + ")";
          };
      for (Column column : columns) {
        Field own = own(state, column);
        if (own != null && column.name().equals(field.name())) {
          expression = typed(state, own, column);
          String misfit = misfit(state, own, column);
          if (misfit != null) {
            misfits.add(misfit);
          }
        }
      }
      select.add(expression + " AS " + SqlQuotes.identifier(field.name()));
    }
    return "SELECT "
        + String.join(", ", select)
        + " FROM "
        + readings.get(state.index)
        + (misfits.isEmpty() ? "" : " WHERE NOT (" + String.join(" OR ", misfits) + ")");
  }

  private long reject(FileState state, List<Column> columns) {
    long rejected = 0;
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Field own = own(state, column);
      String misfit = own == null ? null : misfit(state, own, column);
      if (own == null || misfit == null) {
        continue;
      }
      List<String> earlier = new ArrayList<>();
      for (Column before : columns.subList(0, i)) {
        Field other = own(state, before);
        String condition = other == null ? null : misfit(state, other, before);
        if (condition != null) {
          earlier.add(condition);
        }
      }
      String sql =
          "SELECT file_row_number + 1, CAST(to_json(struct_pack(%s)) AS VARCHAR), CAST(%s AS VARCHAR) FROM %s r WHERE %s%s"
              .formatted(
                  schemas.get(state.index).names().stream()
                      .map(SqlQuotes::identifier)
                      .map(name -> name + " := " + name)
                      .collect(Collectors.joining(", ")),
                  SqlQuotes.identifier(own.name()),
                  readings.get(state.index),
                  misfit,
                  earlier.isEmpty() ? "" : " AND NOT (" + String.join(" OR ", earlier) + ")");
      String general =
          "column '%s' is not a %s".formatted(column.name(), ColumnType.text(column.type()));
      try (Rows rows = engine.execute(Query.of(sql, Map.of()), watch)) {
        for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
          rejected++;
          spool.add(
              state.index,
              state.file.path(),
              ((Number) row.get(0)).longValue(),
              String.valueOf(row.get(1)),
              "column '%s': '%s' is not a %s"
                  .formatted(column.name(), row.get(2), ColumnType.text(column.type())),
              general,
              List.of(column.name()));
        }
      } catch (IOException e) {
        throw TextFiles.failure(state.file, e);
      }
    }
    return rejected;
  }

  private @Nullable Field own(FileState state, Column column) {
    return schemas.get(state.index).field(column.source()).orElse(null);
  }

  private String typed(FileState state, Field own, Column column) {
    String name = SqlQuotes.identifier(own.name());
    if (own.type().equals(column.type())) {
      return name;
    }
    String wanted = DuckDbTypes.toSql(column.type());
    if (Settlement.canWiden(own.type(), column.type())) {
      return "CAST(" + name + " AS " + wanted + ")";
    }
    if (settlement.declared(column.source()).isEmpty()) {
      throw conflict(state.file, own, column.type());
    }
    if (own.type() == Type.Primitive.TIMESTAMPTZ && column.type() == Type.Primitive.TIMESTAMP) {
      return name + " AT TIME ZONE 'UTC'"; // A cast would be to the engine's time zone.
    }
    return own.type() == Type.Primitive.STRING
        ? Conversion.ofTexts(false, Trust.DOUBTFUL)
            .typed(column.type(), name, column.format(), null)
        : "TRY_CAST(" + name + " AS " + wanted + ")";
  }

  private @Nullable String misfit(FileState state, Field own, Column column) {
    if (own.type().equals(column.type()) || Settlement.canWiden(own.type(), column.type())) {
      return null;
    }
    return "("
        + SqlQuotes.identifier(own.name())
        + " IS NOT NULL AND "
        + typed(state, own, column)
        + " IS NULL)";
  }

  private HeadraceException conflict(SourceFile file, Field field, Type table) {
    return new HeadraceException(
        IngestError.INGEST_TYPE_CONFLICT,
        "Cannot load file '%s': its column '%s' is %s where the table has %s."
            .formatted(
                file.path(), field.name(), ColumnType.text(field.type()), ColumnType.text(table)),
        "Declare the type that all files shall have: 'columns: {%s: …}'.".formatted(field.name()));
  }

  /**
   * What stands in FROM for the rows of a file: values of types that no table has are turned into
   * text, such as an interval, those of a time of day into one without nanoseconds and zone.
   */
  private String reading(SourceFile file) {
    String rows =
        "read_parquet(" + SqlQuotes.literal(file.location().toString()) + ", file_row_number=true)";
    List<String> replaced = new ArrayList<>();
    try (Rows columns =
        engine.execute(
            Query.of(
                "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + rows + ")",
                Map.of()),
            watch)) {
      for (List<@Nullable Object> row = columns.next(); row != null; row = columns.next()) {
        String name = SqlQuotes.identifier(String.valueOf(row.get(0)));
        String type = String.valueOf(row.get(1));
        if (!DuckDbTypes.isSupported(type)) {
          String as = type.startsWith("TIME") ? "TIME" : "VARCHAR";
          replaced.add("CAST(" + name + " AS " + as + ") AS " + name);
        }
      }
    }
    return replaced.isEmpty()
        ? rows
        : "(SELECT * REPLACE (" + String.join(", ", replaced) + ") FROM " + rows + ")";
  }
}
