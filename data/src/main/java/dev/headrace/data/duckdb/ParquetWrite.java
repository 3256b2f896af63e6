package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;

/** One write: the query's rows into Parquet files named {@code prefix-0.parquet} and so on. */
final class ParquetWrite {
  /** Types of the lake that stand for several of DuckDB's, which lie in files in other ways. */
  private static final Set<Type> SEVERAL_FORMS =
      Set.of(Primitive.INT, Primitive.LONG, Primitive.STRING, Primitive.TIMESTAMP);

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final DuckDb duckDb;
  private final QueryCompiler compiler;
  private final Vigil vigil;
  private final FileSchemas fileSchemas;
  private final Query query;
  private final WriteTarget target;
  private final Watch watch;
  private final Path directory;
  private final String dayColumn;
  private final ComputedRelations computed;

  ParquetWrite(
      DuckDb duckDb,
      QueryCompiler compiler,
      Vigil vigil,
      FileSchemas fileSchemas,
      Query query,
      WriteTarget target,
      Watch watch) {
    if (!PREFIX.matcher(target.filePrefix()).matches()) {
      throw new IllegalArgumentException("filePrefix '" + target.filePrefix() + "'");
    }
    this.duckDb = duckDb;
    this.compiler = compiler;
    this.vigil = vigil;
    this.fileSchemas = fileSchemas;
    this.query = query;
    this.target = target;
    this.watch = watch;
    this.directory = target.directory().toAbsolutePath().normalize();
    String name = "__headrace_day";
    while (target.schema().field(name).isPresent()) {
      name += "_";
    }
    this.dayColumn = name;
    this.computed = ComputedRelations.of(query);
  }

  /**
   * @param yields the query's columns
   */
  List<WrittenFile> run(Schema yields) {
    try (computed) {
      List<WrittenFile> files = copy(yields);
      if (watch.isCancelled()) {
        throw new CancellationException("the write was cancelled");
      }
      files.forEach(file -> fileSchemas.put(file.path(), target.schema()));
      return files;
    } catch (Throwable e) {
      sweep(e);
      throw e;
    }
  }

  private List<WrittenFile> copy(Schema yields) {
    QueryText text = new QueryText();
    DuckDBConnection connection = duckDb.borrow(DuckDb.Results.HELD);
    try {
      List<WrittenFile> files;
      Sightings sightings = Sightings.begin(connection, target);
      statement(yields, sightings, text);
      computed.show(connection, watch);
      try (Statement copy = connection.createStatement();
          Vigil.Entry _ = vigil.over(copy, watch);
          ResultSet stats = copy.executeQuery(text.toString())) {
        files = FileMetrics.read(stats, target.schema(), dayColumn, query);
      }
      computed.hide(connection);
      if (!sightings.isEmpty()) {
        Set<String> none = sightings.none();
        files.replaceAll(file -> file.freeOf(none));
      }
      duckDb.release(DuckDb.Results.HELD, connection);
      return files;
    } catch (SQLException e) {
      throw closing(
          connection,
          computed.failure().orElseGet(() -> Failures.of(e, text, query, watch, "write")));
    } catch (RuntimeException e) {
      throw closing(connection, e);
    }
  }

  /** What has seen a failure is not used again. */
  private static RuntimeException closing(DuckDBConnection connection, RuntimeException failure) {
    try {
      connection.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private void statement(Schema yields, Sightings sightings, QueryText text) {
    text.append("COPY (\n");
    if (!sightings.isEmpty()) {
      text.append("SELECT * FROM (\n");
    }
    List<Field> columns = target.schema().fields();
    matchColumns(yields);
    boolean asIs =
        target.splitByDayOf().isEmpty()
            && yields.names().equals(target.schema().names())
            && sameTypes(yields.fields(), columns);
    if (asIs) {
      compiler.compile(query, computed, text);
    } else {
      text.append("SELECT ");
      String separator = "";
      for (Field column : columns) {
        text.append(separator).appendColumn(column.name(), projected(column, yields));
        separator = ", ";
      }
      target
          .splitByDayOf()
          .ifPresent(
              name ->
                  text.append(", ")
                      .append(day(name))
                      .append(" AS ")
                      .append(SqlQuotes.identifier(dayColumn)));
      text.append(" FROM (\n");
      compiler.compile(query, computed, text);
      text.append(")");
    }
    if (!sightings.isEmpty()) {
      text.append(") WHERE ").append(sightings.filter());
    }
    text.append(") TO ").append(SqlQuotes.literal(directory.toString()));
    Encodings encodings = duckDb.config().encodings();
    text.append(" (FORMAT parquet, COMPRESSION ")
        .append(Compression.of(columns, encodings).sql())
        .append(", PARQUET_VERSION ")
        .append(
            switch (encodings) {
              case PLAIN -> "v1";
              case COMPACT -> "v2";
            })
        .append(", RETURN_STATS, OVERWRITE_OR_IGNORE")
        .append(", FILENAME_PATTERN ")
        .append(SqlQuotes.literal(target.filePrefix() + "-{i}"))
        .append(", FIELD_IDS ")
        .append(FieldIds.of(columns));
    if (target.splitByDayOf().isPresent()) {
      text.append(", PARTITION_BY (")
          .append(SqlQuotes.identifier(dayColumn))
          .append("), HIVE_FILE_PATTERN false)");
    } else {
      text.append(", WRITE_EMPTY_FILE false, FILE_SIZE_BYTES ")
          .append(Long.toString(duckDb.config().targetFileBytes()))
          .append(")");
    }
  }

  private void matchColumns(Schema yields) {
    Set<String> seen = new HashSet<>();
    for (Field field : yields.fields()) {
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        throw mismatch(
            "it yields the column '" + field.name() + "' twice", "Give each column its own alias.");
      }
      Field column =
          target
              .schema()
              .field(field.name())
              .orElseThrow(
                  () ->
                      mismatch(
                          "it yields the column '" + field.name() + "', which the table lacks",
                          "The table has: " + String.join(", ", target.schema().names()) + "."));
      matchNested(field.name(), field.type(), column.type());
    }
    for (Field column : target.schema().fields()) {
      if (!seen.contains(column.name().toLowerCase(Locale.ROOT))) {
        throw mismatch(
            "it does not yield the column '" + column.name() + "'",
            "It yields: " + String.join(", ", yields.names()) + ".");
      }
    }
  }

  /** A cast between structs goes by name and would drop a field that the table lacks. */
  private void matchNested(String path, Type from, Type to) {
    if (from instanceof Type.Struct source && to instanceof Type.Struct wanted) {
      for (Field field : source.fields()) {
        String name = path + "." + field.name();
        Field column =
            new Schema(wanted.fields())
                .field(field.name())
                .orElseThrow(
                    () ->
                        mismatch(
                            "it yields the field '" + name + "', which the table lacks",
                            "Add the field to the table, or leave it out of the struct."));
        matchNested(name, field.type(), column.type());
      }
    } else if (from instanceof Type.ListOf source && to instanceof Type.ListOf wanted) {
      matchNested(path + ".element", source.element(), wanted.element());
    } else if (from instanceof Type.MapOf source && to instanceof Type.MapOf wanted) {
      matchNested(path + ".key", source.key(), wanted.key());
      matchNested(path + ".value", source.value(), wanted.value());
    }
  }

  private HeadraceException mismatch(String reason, String hint) {
    return new HeadraceException(
        DuckDbErrorCode.DUCKDB_SCHEMA,
        "Cannot write '" + query.origin().file() + "': " + reason + ".",
        hint,
        query.origin(),
        null);
  }

  /**
   * Whether the columns are what the table has, down to how they lie in a file: nanoseconds or
   * single bytes, which the lake does not have, need a cast that says nothing in SQL.
   */
  private static boolean sameTypes(List<Field> yields, List<Field> columns) {
    for (int i = 0; i < yields.size(); i++) {
      if (!(columns.get(i).type() instanceof Primitive primitive)
          || SEVERAL_FORMS.contains(primitive)
          || primitive != yields.get(i).type()) {
        return false;
      }
    }
    return true;
  }

  private static String projected(Field column, Schema yields) {
    String source = SqlQuotes.identifier(yields.field(column.name()).orElseThrow().name());
    return "CAST("
        + source
        + " AS "
        + DuckDbTypes.toSql(column.type())
        // No file keeps a collation: what is looked for is asked of texts as they will be read.
        + (column.type() == Primitive.STRING ? ") COLLATE C AS " : ") AS ")
        + SqlQuotes.identifier(column.name());
  }

  private String day(String name) {
    Field column =
        target
            .schema()
            .field(name)
            .orElseThrow(() -> new IllegalArgumentException("splitByDayOf '" + name + "'"));
    String value =
        "CAST(" + SqlQuotes.identifier(name) + " AS " + DuckDbTypes.toSql(column.type()) + ")";
    if (column.type() == Primitive.TIMESTAMPTZ) {
      return "CAST(" + value + " AT TIME ZONE 'UTC' AS DATE)";
    }
    if (column.type() == Primitive.TIMESTAMP || column.type() == Primitive.DATE) {
      return "CAST(" + value + " AS DATE)";
    }
    throw new HeadraceException(
        DuckDbErrorCode.DUCKDB_SCHEMA,
        "Cannot split by day of '"
            + name
            + "': its type is "
            + DuckDbTypes.toSql(column.type())
            + ".",
        "Use a date or timestamp column.",
        query.origin(),
        null);
  }

  /** Removes what a failed write has left. */
  private void sweep(Throwable failure) {
    try {
      for (Path file : leftovers()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private List<Path> leftovers() throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(
              directory,
              file -> file.getFileName().toString().startsWith(target.filePrefix() + "-"))) {
        files.forEach(found::add);
      }
    }
    return found;
  }
}
