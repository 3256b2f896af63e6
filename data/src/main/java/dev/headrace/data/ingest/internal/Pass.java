package dev.headrace.data.ingest.internal;

import dev.headrace.core.project.Names;
import dev.headrace.data.ingest.ColumnType;
import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.data.ingest.LoadRequest;
import dev.headrace.data.ingest.LoadResult;
import dev.headrace.data.ingest.LoadResult.Reason;
import dev.headrace.data.ingest.Provenance;
import dev.headrace.data.ingest.RejectedRows;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.data.ingest.SourceFiles;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One load from raw files to finished Parquet files: rows, rejected rows and what is known of both.
 */
public final class Pass {
  /** A file whose values all misfit is taken for another kind of file only from so many on. */
  private static final long CONFLICT_MIN_VALUES = 10;

  private static final int SHOWN_REASONS = 3;
  private static final Set<Type> TIMES =
      Set.of(Primitive.DATE, Primitive.TIMESTAMP, Primitive.TIMESTAMPTZ);
  private final LoadRequest request;
  private final SqlEngine engine;
  private final Watch watch;
  private final Settlement settlement;

  /**
   * @param engine runs SQL that names files, so not one that guards against it
   */
  public Pass(LoadRequest request, SqlEngine engine, Watch watch) {
    this.request = request;
    this.engine = engine;
    this.watch = watch;
    this.settlement =
        new Settlement(
            request.source(), request.spec(), request.table().map(Relation.Files::schema));
  }

  /** Loads; leaves nothing behind when it fails. */
  public LoadResult run() {
    List<WrittenFile> written = new ArrayList<>();
    Path spoolPath = request.staging().resolve(request.filePrefix() + "-rejects.csv");
    boolean finished = false;
    try {
      LoadResult result = load(written, spoolPath);
      finished = true;
      return result;
    } catch (IOException e) {
      throw TextFiles.noSpace(e);
    } finally {
      delete(spoolPath);
      if (!finished) {
        written.forEach(file -> delete(Path.of(file.path())));
      }
    }
  }

  private LoadResult load(List<WrittenFile> written, Path spoolPath) throws IOException {
    boolean deduplicates = !request.spec().key().isEmpty();
    Path directory = deduplicates ? request.staging() : request.directory();
    RejectSpool spool = new RejectSpool(spoolPath);
    Loaded loaded;
    try (spool) {
      Format format = SourceFiles.format(request.spec(), request.files());
      loaded =
          format == Format.PARQUET
              ? new ParquetLoad(request, engine, watch, settlement, spool, directory).run()
              : text(format, spool, directory);
    } catch (TextLoad.Unsettled e) {
      return settledLoad(written, spoolPath);
    }
    return finish(loaded, spool, written);
  }

  /** Once more, with everything known about the columns before the first row is written. */
  private LoadResult settledLoad(List<WrittenFile> written, Path spoolPath) throws IOException {
    Format format = SourceFiles.format(request.spec(), request.files());
    ValueProfile root = profile();
    TextFiles reader = new TextFiles(request.spec(), format, root);
    int index = 0;
    for (SourceFile file : request.files()) {
      reader.read(new FileState(index++, file), (state, layout) -> new Deaf());
    }
    RejectSpool spool = new RejectSpool(spoolPath);
    Path directory = request.spec().key().isEmpty() ? request.directory() : request.staging();
    Loaded loaded;
    try (spool) {
      loaded =
          new TextLoad(request, format, engine, watch, settlement, root, spool, directory).run();
    }
    return finish(loaded, spool, written);
  }

  /** Reads records only for what they teach the profile. */
  private static final class Deaf implements RecordSink {
    @Override
    public void record(long line, byte[] bytes, int from, int to, Trust trust) {}

    @Override
    public void reject(long line, byte[] bytes, int from, int to, String reason) {}
  }

  private Loaded text(Format format, RejectSpool spool, Path directory) {
    return new TextLoad(request, format, engine, watch, settlement, profile(), spool, directory)
        .run();
  }

  private ValueProfile profile() {
    ValueProfile root = new ValueProfile();
    settlement.expect(root);
    return root;
  }

  private LoadResult finish(Loaded loaded, RejectSpool spool, List<WrittenFile> written) {
    written.addAll(loaded.written());
    long read = loaded.files().stream().mapToLong(state -> state.rows).sum();
    long rejected = spool.rows();
    long typed = loaded.written().stream().mapToLong(WrittenFile::rows).sum();
    if (read != typed + rejected) {
      throw new HeadraceException(
          IngestError.INGEST_MISCOUNT,
          "Cannot load '%s': %,d records were read, %,d typed and %,d rejected."
              .formatted(request.source(), read, typed, rejected),
          "This is a defect of Headrace: please report it with the files.");
    }
    requireNoConflict(loaded, spool);
    if (typed > 0) {
      requireColumns(loaded.schema());
    }
    requireFewRejected(read, rejected, spool.reasons());
    List<WrittenFile> rows = loaded.written();
    if (!request.spec().key().isEmpty() && typed > 0) {
      rows = withoutDuplicates(loaded, typed, written);
    }
    List<WrittenFile> rejects = rejected == 0 ? List.of() : rejects(spool);
    written.addAll(rejects);
    long kept = rows.stream().mapToLong(WrittenFile::rows).sum();
    return new LoadResult(
        loaded.schema(),
        rows,
        rejects,
        read,
        kept,
        rejected,
        typed - kept,
        spool.reasons(),
        loaded.files().stream()
            .map(
                state ->
                    new LoadResult.File(
                        state.file.path(),
                        state.file.sizeBytes(),
                        state.file.modified(),
                        state.hash,
                        state.rows,
                        spool.rows(state.index)))
            .toList());
  }

  /** A column none of whose values fits is another column than the table's. */
  private void requireNoConflict(Loaded loaded, RejectSpool spool) {
    for (FileState state : loaded.files()) {
      spool
          .misfits(state.index)
          .forEach(
              (name, misfits) -> {
                Column column =
                    loaded.columns().stream()
                        .filter(candidate -> candidate.name().equals(name))
                        .findFirst()
                        .orElseThrow();
                long values = state.values.getOrDefault(column.source(), Long.MAX_VALUE);
                if (values >= CONFLICT_MIN_VALUES && misfits >= values) {
                  throw new HeadraceException(
                      IngestError.INGEST_TYPE_CONFLICT,
                      "Cannot load file '%s': none of the %,d values of column '%s' is a %s (%s)."
                          .formatted(
                              state.file.path(),
                              values,
                              name,
                              ColumnType.text(column.type()),
                              spool.example(state.index, name)),
                      "Declare what it is, 'columns: {%s: string}' or with a format such as"
                              .formatted(name)
                          + " 'timestamp(%d/%m/%Y %H:%M)', and load everything anew with"
                          + " --full-refresh.");
                }
              });
    }
  }

  /** What the declaration names must be there, or an incremental table fails far from here. */
  private void requireColumns(Schema schema) {
    request.spec().key().forEach(name -> column("key", name, schema));
    request.spec().rename().values().forEach(name -> column("renamed", name, schema));
    request.spec().columns().keySet().forEach(name -> column("declared", name, schema));
    String time = request.spec().time();
    if (time == null) {
      return;
    }
    Field field = column("time", time, schema);
    if (!TIMES.contains(field.type())) {
      throw new HeadraceException(
          IngestError.INGEST_SPEC,
          "Cannot load '%s': its time column '%s' is a %s, no date or timestamp."
              .formatted(request.source(), field.name(), ColumnType.text(field.type())),
          field.type() == Type.Primitive.STRING
              ? "Say how it is written: 'columns: {%s: timestamp(%%d.%%m.%%Y %%H:%%M)}'."
                  .formatted(field.name())
              : "Name another column, or leave 'time' out and make a time of it in a table with a"
                  + " 'time' of its own: 'select to_timestamp(%s) as seen'."
                      .formatted(field.name()));
    }
  }

  private Field column(String role, String name, Schema schema) {
    List<String> names =
        schema.names().stream().filter(known -> !Provenance.isReserved(known)).toList();
    return schema
        .field(name)
        .orElseThrow(
            () ->
                new HeadraceException(
                    IngestError.INGEST_SPEC,
                    "Cannot load '%s': the %s column '%s' is in no file."
                        .formatted(request.source(), role, name),
                    Names.nearest(name, names)
                        .map(near -> "Did you mean '" + near + "'?")
                        .orElse("The columns are " + String.join(", ", names) + ".")));
  }

  private void requireFewRejected(long read, long rejected, List<Reason> reasons) {
    double limit = request.spec().maxRejected().fraction();
    // A whole row more than the share: else one broken row would stop every small load.
    boolean few = rejected <= Math.ceil(limit * read);
    boolean nothingLeft = rejected == read && limit < 1;
    if (rejected == 0 || (few && !nothingLeft)) {
      return;
    }
    StringBuilder most = new StringBuilder();
    for (Reason reason : reasons.subList(0, Math.min(SHOWN_REASONS, reasons.size()))) {
      most.append(
          "\n  %,d rows: %s, as in %s".formatted(reason.rows(), reason.text(), reason.example()));
    }
    throw new HeadraceException(
        IngestError.INGEST_TOO_MANY_REJECTED,
        "Cannot load '%s': %,d of %,d rows (%s) were rejected, more than max-rejected %s:%s"
            .formatted(
                request.source(),
                rejected,
                read,
                String.format(Locale.ROOT, "%.2f%%", 100.0 * rejected / read),
                request.spec().maxRejected(),
                most),
        "Correct the files or the declared types; with a higher max-rejected the rows can be looked"
            + " at: headrace sql \"select * from "
            + RejectedRows.table(request.source())
            + "\".");
  }

  /**
   * The rows whose key is new: the first of equal keys by file and line, and none that the table
   * has. A key with a null in it equals no other.
   */
  private List<WrittenFile> withoutDuplicates(
      Loaded loaded, long typed, List<WrittenFile> written) {
    List<String> key =
        request.spec().key().stream()
            .map(name -> loaded.schema().field(name).orElseThrow().name())
            .toList();
    Map<String, Relation> relations = new HashMap<>();
    relations.put(
        "staged",
        new Relation.Files(
            loaded.schema(), loaded.written().stream().map(WrittenFile::path).toList(), typed));
    String complete = each(key, " IS NOT NULL", " AND ");
    String columns =
        String.join(", ", loaded.schema().names().stream().map(SqlQuotes::identifier).toList());
    StringBuilder sql = new StringBuilder("SELECT " + columns + " FROM staged s WHERE true");
    if (request.table().isPresent() && request.table().get().rows() > 0) {
      relations.put("present", request.table().get());
      sql.append(" AND NOT EXISTS (SELECT 1 FROM present p WHERE ")
          .append(
              String.join(
                  " AND ",
                  key.stream()
                      .map(SqlQuotes::identifier)
                      .map(name -> "p." + name + " = s." + name)
                      .toList()))
          .append(")");
    }
    sql.append(" QUALIFY NOT (")
        .append(complete)
        .append(") OR row_number() OVER (PARTITION BY ")
        .append(each(key, "", ", "))
        .append(" ORDER BY ")
        .append(fileOrder())
        .append(", ")
        .append(Provenance.LINE)
        .append(") = 1");
    WriteTarget target =
        new WriteTarget(
                request.directory(),
                request.filePrefix() + "-keyed",
                loaded.schema(),
                Optional.empty())
            .lookingFor(request.lookFor().apply(loaded.schema()));
    List<WrittenFile> kept =
        engine.write(new Query(sql.toString(), relations, Map.of()), target, watch);
    loaded.written().forEach(file -> delete(Path.of(file.path())));
    written.addAll(kept);
    return kept;
  }

  private String fileOrder() {
    return request.files().size() == 1 ? "1" : Provenance.FILE;
  }

  private static String each(List<String> names, String suffix, String separator) {
    return String.join(
        separator, names.stream().map(name -> SqlQuotes.identifier(name) + suffix).toList());
  }

  private List<WrittenFile> rejects(RejectSpool spool) {
    String sql =
        "SELECT file, line, raw, reason, \"column\", "
            + SqlQuotes.value(request.loadedAt())
            + " AS loaded_at FROM read_csv("
            + SqlQuotes.literal(spool.path().toString())
            + ", auto_detect=false, header=false, new_line='\\n', delim=',', quote='\"', escape='\"',"
            + " allow_quoted_nulls=false, columns={'file': 'VARCHAR', 'line': 'BIGINT', 'raw':"
            + " 'VARCHAR', 'reason': 'VARCHAR', 'column': 'VARCHAR'}) ORDER BY file, line";
    WriteTarget target =
        new WriteTarget(
            request.rejectedDirectory(),
            request.filePrefix() + "-rejected",
            RejectedRows.schema(),
            Optional.empty());
    return engine.write(Query.of(sql, Map.of()), target, watch);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw TextFiles.noSpace(e);
    }
  }
}
