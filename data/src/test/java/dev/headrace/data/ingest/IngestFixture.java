package dev.headrace.data.ingest;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A project directory with an engine, and short ways to load and look. */
final class IngestFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final SourceSpec SPEC =
      new SourceSpec(
          List.of(),
          null,
          Load.APPEND,
          OnChange.ERROR,
          Map.of(),
          Map.of(),
          List.of(),
          null,
          Percentage.parse("5%"),
          ByteSize.parse("16MiB"),
          "utf-8",
          List.of(),
          CsvOptions.STANDARD,
          null,
          List.of(),
          List.of());

  final Path project;
  final DuckDbEngine engine;
  private int nextId;

  IngestFixture(Path project) throws IOException {
    this(project, ZoneOffset.UTC);
  }

  /** With an engine whose sessions have a time zone. */
  IngestFixture(Path project, ZoneId zone) throws IOException {
    this.project = project;
    Files.createDirectories(project.resolve("out"));
    Files.createDirectories(project.resolve("staging"));
    this.engine =
        DuckDbEngine.open(
            EngineConfig.defaults(project.resolve("spill"), List.of(project, data()))
                .withTimeZone(zone)
                .withMemoryLimitBytes(1L << 30));
  }

  /** The folder of real data sets. */
  static Path data() {
    String given = System.getenv("HEADRACE_DATA");
    return given == null
        ? Path.of(System.getProperty("headrace.root"), "../shared/data")
            .toAbsolutePath()
            .normalize()
        : Path.of(given).toAbsolutePath().normalize();
  }

  Path write(String name, String text) throws IOException {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Path write(String name, byte[] bytes) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  LoadResult load(SourceSpec spec) {
    return load(spec, Optional.empty());
  }

  LoadResult load(SourceSpec spec, Optional<Relation.Files> table) {
    return load(spec, SourceFiles.discover(spec.files(), project), table, Watch.none());
  }

  LoadResult load(
      SourceSpec spec, List<SourceFile> files, Optional<Relation.Files> table, Watch watch) {
    LoadRequest request =
        new LoadRequest(
            "raw",
            spec,
            files,
            table,
            NOW,
            project.resolve("out"),
            project.resolve("out"),
            project.resolve("staging"),
            "load" + nextId++,
            this::withIds,
            _ -> List.of());
    LoadResult result = new Loader(engine.trusted()).load(request, watch);
    if (result.rowsRead() != result.rowsLoaded() + result.rejected() + result.duplicates()) {
      throw new AssertionError("rows do not add up: " + result);
    }
    return result;
  }

  /** The loaded rows as a table; {@code before} are the files it had. */
  static Relation.Files table(LoadResult result, Relation.@Nullable Files before) {
    List<String> files = new ArrayList<>(before == null ? List.of() : before.files());
    long rows = before == null ? 0 : before.rows();
    for (WrittenFile file : result.written()) {
      files.add(file.path());
      rows += file.rows();
    }
    return new Relation.Files(result.schema(), files, rows);
  }

  /** Rows of a query over {@code raw} and {@code rejected}, as text. */
  List<String> sql(LoadResult result, String sql) {
    return sql(table(result, null), result, sql);
  }

  List<String> sql(Relation.Files table, LoadResult result, String sql) {
    Relation.Files rejected =
        new Relation.Files(
            RejectedRows.schema(),
            result.rejectedWritten().stream().map(WrittenFile::path).toList(),
            result.rejected());
    List<String> texts = new ArrayList<>();
    try (Rows rows =
        engine.execute(Query.of(sql, Map.of("raw", table, "rejected", rejected)), Watch.none())) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        texts.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    }
    return texts;
  }

  Schema withIds(Schema schema) {
    int[] next = {
      schema.fields().stream().mapToInt(field -> greatest(field.id(), field.type())).max().orElse(0)
    };
    return new Schema(schema.fields().stream().map(field -> withIds(field, next)).toList());
  }

  private static int greatest(int id, Type type) {
    return switch (type) {
      case Type.Struct struct ->
          struct.fields().stream()
              .mapToInt(field -> greatest(field.id(), field.type()))
              .reduce(id, Math::max);
      case Type.ListOf list -> Math.max(id, greatest(list.elementId(), list.element()));
      case Type.MapOf map ->
          Math.max(Math.max(id, map.keyId()), greatest(map.valueId(), map.value()));
      case Type.Primitive primitive -> id;
      case Type.Decimal decimal -> id;
    };
  }

  private static Field withIds(Field field, int[] next) {
    int id = field.id() == 0 ? ++next[0] : field.id();
    return new Field(id, field.name(), withIds(field.type(), next));
  }

  private static Type withIds(Type type, int[] next) {
    return switch (type) {
      case Type.Struct struct ->
          new Type.Struct(struct.fields().stream().map(field -> withIds(field, next)).toList());
      case Type.ListOf list ->
          new Type.ListOf(
              list.elementId() == 0 ? ++next[0] : list.elementId(), withIds(list.element(), next));
      case Type.MapOf map ->
          new Type.MapOf(
              map.keyId() == 0 ? ++next[0] : map.keyId(),
              withIds(map.key(), next),
              map.valueId() == 0 ? ++next[0] : map.valueId(),
              withIds(map.value(), next));
      case Type.Primitive primitive -> type;
      case Type.Decimal decimal -> type;
    };
  }

  /** A copy of {@link #SPEC} with some keys set. */
  static Spec spec(String... files) {
    return new Spec(List.of(files));
  }

  /** Builds a spec. */
  static final class Spec {
    private final List<String> files;
    private @Nullable Format format;
    private Map<String, String> columns = Map.of();
    private Map<String, String> rename = Map.of();
    private List<String> key = List.of();
    private @Nullable String time;
    private String maxRejected = "100%";
    private String maxRow = "16MiB";
    private String encoding = "utf-8";
    private List<String> nullText = List.of();
    private CsvOptions csv = CsvOptions.STANDARD;
    private @Nullable String pattern;

    private Spec(List<String> files) {
      this.files = files;
    }

    Spec format(Format value) {
      format = value;
      return this;
    }

    Spec columns(Map<String, String> value) {
      return columns(new TreeMap<>(value));
    }

    /** Their order is that of the table's columns. */
    Spec columns(SequencedMap<String, String> value) {
      columns = value;
      return this;
    }

    Spec rename(Map<String, String> value) {
      rename = value;
      return this;
    }

    Spec key(String... value) {
      key = List.of(value);
      return this;
    }

    Spec time(String value) {
      time = value;
      return this;
    }

    Spec maxRejected(String value) {
      maxRejected = value;
      return this;
    }

    Spec maxRow(String value) {
      maxRow = value;
      return this;
    }

    Spec encoding(String value) {
      encoding = value;
      return this;
    }

    Spec nullText(String... value) {
      nullText = List.of(value);
      return this;
    }

    Spec csv(CsvOptions value) {
      csv = value;
      return this;
    }

    Spec pattern(String value) {
      pattern = value;
      return this;
    }

    SourceSpec build() {
      return new SourceSpec(
          files,
          format,
          Load.APPEND,
          OnChange.ERROR,
          columns,
          rename,
          key,
          time,
          Percentage.parse(maxRejected),
          ByteSize.parse(maxRow),
          encoding,
          nullText,
          csv,
          pattern,
          List.of(),
          List.of());
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
