package dev.headrace.data.draft;

import dev.headrace.core.project.Names;
import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.data.ingest.CsvOptions;
import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.data.ingest.Load;
import dev.headrace.data.ingest.LoadRequest;
import dev.headrace.data.ingest.LoadResult;
import dev.headrace.data.ingest.Loader;
import dev.headrace.data.ingest.OnChange;
import dev.headrace.data.ingest.Provenance;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.data.ingest.SourceFiles;
import dev.headrace.data.ingest.SourceSpec;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.CheckSuggestions;
import dev.headrace.data.quality.Profiler;
import dev.headrace.data.quality.TableProfile;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads raw files whole and proposes a project that loads them: types that hold for every row, keys
 * that are unique, checks and references that are kept, and a first table.
 */
public final class Drafter {
  private static final String WHOLE_LINE = "(?P<line>.*)";

  private final SqlEngine engine;
  private final Path staging;
  private final Evidence evidence;
  private final Watch watch;

  /**
   * @param engine runs SQL that names files in the raw files' directories and in {@code staging}
   * @param staging existing empty directory; what is left in it can be deleted afterwards
   */
  public Drafter(SqlEngine engine, Path staging, Watch watch) {
    this.engine = engine;
    this.staging = staging;
    this.watch = watch;
    this.evidence = new Evidence(engine, watch);
  }

  /** The texts of a project without sources: what is where, with an example of each. */
  public static ProjectDraft empty(String project) {
    return new ProjectDraft(Scaffold.files(project), List.of(), List.of());
  }

  /**
   * A project over the given files.
   *
   * @param directory where the project will be; need not exist
   * @param files absolute paths; a path with wildcards that is no file is a glob, and one source
   * @throws HeadraceException with a {@link DraftError} or one of ingest's
   */
  public ProjectDraft draft(String project, Path directory, List<Path> files) {
    SourceNames names = new SourceNames();
    List<RawFile> raw = new ArrayList<>();
    for (Path file : new LinkedHashSet<>(files)) {
      raw.add(read(directory, file, names));
      watch.progress((double) raw.size() / (files.size() + 1));
    }
    Map<String, Map<String, String>> references = evidence.references(raw);
    raw.replaceAll(file -> file.referring(references.getOrDefault(file.name(), Map.of())));
    Map<String, String> texts = Scaffold.files(project);
    List<ProjectDraft.Source> sources = new ArrayList<>();
    for (RawFile file : raw) {
      texts.put("sources/" + file.name() + ".yaml", SourceText.of(file));
      sources.add(
          new ProjectDraft.Source(
              file.name(),
              file.glob(),
              file.profile().rows(),
              file.rejected(),
              file.columns().size(),
              file.checks().size() + file.references().size()));
    }
    Map<String, String> tables = tables(raw, names);
    tables.forEach((table, sql) -> texts.put("tables/" + table + ".sql", sql));
    return new ProjectDraft(texts, sources, List.copyOf(tables.keySet()));
  }

  private static Map<String, String> tables(List<RawFile> files, SourceNames names) {
    Map<String, String> tables = new LinkedHashMap<>();
    for (RawFile file : files) {
      if (file.time() != null) {
        tables.put(names.name("daily_" + file.name()), DailyTable.perDay(file));
      }
    }
    if (tables.isEmpty()) {
      RawFile first = files.getFirst();
      tables.put(names.name("stg_" + first.name()), DailyTable.cleaned(first));
    }
    return tables;
  }

  private RawFile read(Path directory, Path path, SourceNames names) {
    boolean isFile = Files.exists(path);
    String relative = directory.relativize(path).toString().replace('\\', '/');
    String glob = isFile ? relative.replaceAll("([\\\\*?\\[\\]{}])", "\\\\$1") : relative;
    List<SourceFile> files = discover(directory, path, glob);
    if (files.stream().allMatch(file -> file.sizeBytes() == 0)) {
      throw new HeadraceException(
          DraftError.DRAFT_FILE_EMPTY,
          "Cannot propose a source from '%s': the file is empty.".formatted(path),
          "Leave it out, or declare its columns by hand in sources/.");
    }
    Format format = format(path, files);
    String name = names.name(path, format, isFile);
    SourceSpec spec = spec(glob, format);
    LoadResult result = load(name, spec, files);
    if (result.rowsLoaded() == 0 && result.rejected() > 0) {
      throw new HeadraceException(
          DraftError.DRAFT_FILE_UNREADABLE,
          "Cannot propose a source from '%s': none of its %,d rows can be read: %s."
              .formatted(path, result.rejected(), reason(result).orElse("")),
          "Check its format and encoding, or declare the source by hand in sources/.");
    }
    List<Field> columns =
        result.schema().fields().stream()
            .filter(field -> !Provenance.isReserved(field.name()))
            .toList();
    if (columns.isEmpty()) {
      throw new HeadraceException(
          DraftError.DRAFT_FILE_EMPTY,
          "Cannot propose a source from '%s': it has no columns.".formatted(path),
          "Leave it out, or declare its columns by hand in sources/.");
    }
    Relation.Files rows =
        new Relation.Files(
            result.schema(),
            result.written().stream().map(WrittenFile::path).toList(),
            result.rowsLoaded());
    TableProfile profile = new Profiler(engine).profile(rows, new Schema(columns), watch);
    @Nullable String key = evidence.key(name, columns, profile, rows).orElse(null);
    return new RawFile(
        name,
        glob,
        format,
        spec,
        format == Format.PARQUET ? columns : evidence.exactMoney(columns, rows),
        rows,
        result.rejected(),
        reason(result),
        profile,
        key,
        evidence.time(columns, profile).orElse(null),
        checks(profile, rows, key),
        Map.of());
  }

  /** What is suggested, without what the key ensures anyway and what nobody means of an id. */
  private List<CheckSpec> checks(TableProfile profile, Relation rows, @Nullable String key) {
    return new CheckSuggestions(engine)
        .suggest(profile, rows, watch).stream()
            .filter(check -> key == null || !check.rule().equals(new Check.Unique(List.of(key))))
            .filter(check -> !(check.rule() instanceof Check.Range(var of) && areIds(of.keySet())))
            .toList();
  }

  private static boolean areIds(Set<String> columns) {
    return columns.stream().allMatch(Evidence::isId);
  }

  private static List<SourceFile> discover(Path directory, Path path, String glob) {
    if (Files.isDirectory(path)) {
      throw new HeadraceException(
          DraftError.DRAFT_FILE_UNSUITABLE,
          "Cannot propose a source from '%s': it is a directory.".formatted(path),
          "Name its files for a source each, or a glob in quotes for one source of all:"
              + " --from '"
              + path
              + "/*.csv'.");
    }
    if (!Files.exists(path) && glob.chars().noneMatch(c -> "*?{[".indexOf(c) >= 0)) {
      throw missing(path, "there is no such file");
    }
    try {
      return SourceFiles.discover(List.of(glob), directory);
    } catch (HeadraceException e) {
      if (e.code() == IngestError.INGEST_NO_FILES) {
        throw missing(path, "nothing matches");
      }
      throw e;
    }
  }

  private static HeadraceException missing(Path path, String reason) {
    List<String> siblings = new ArrayList<>();
    Path folder = path.getParent();
    if (folder != null && Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
        found.forEach(file -> siblings.add(file.getFileName().toString()));
      } catch (IOException e) {
        siblings.clear(); // A folder that cannot be listed has nothing to suggest.
      }
    }
    return new HeadraceException(
        DraftError.DRAFT_FILE_MISSING,
        "Cannot propose a source from '%s': %s.".formatted(path, reason),
        Names.nearest(path.getFileName().toString(), siblings)
            .map(near -> "Did you mean '" + near + "'?")
            .orElse("Check the path; a relative one starts where you are."));
  }

  private static Format format(Path path, List<SourceFile> files) {
    return files.stream()
        .flatMap(file -> Format.ofFile(file.path()).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new HeadraceException(
                    DraftError.DRAFT_FILE_UNSUITABLE,
                    "Cannot propose a source from '%s': its extension stands for no format."
                        .formatted(path),
                    "Known are csv, tsv, psv, json, jsonl, ndjson, parquet, log and txt, also with"
                        + " .gz or .zst; or declare the source by hand and say 'format:'."));
  }

  private static Optional<String> reason(LoadResult result) {
    return result.reasons().stream().findFirst().map(LoadResult.Reason::text);
  }

  private LoadResult load(String name, SourceSpec spec, List<SourceFile> files) {
    try {
      Path own = Files.createDirectory(staging.resolve(name));
      Path passing = Files.createDirectory(own.resolve("passing"));
      LoadRequest request =
          new LoadRequest(
              name,
              spec,
              files,
              Optional.empty(),
              Instant.EPOCH,
              own,
              own,
              passing,
              "draft",
              FieldNumbers::assign,
              _ -> List.of());
      return new Loader(engine).load(request, Watch.none());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SourceSpec spec(String glob, Format format) {
    return new SourceSpec(
        List.of(glob),
        format,
        Load.REPLACE,
        OnChange.ERROR,
        Map.of(),
        Map.of(),
        List.of(),
        null,
        Percentage.parse("100%"),
        ByteSize.parse("16MiB"),
        "utf-8",
        List.of(),
        CsvOptions.STANDARD,
        format == Format.LINES ? WHOLE_LINE : null,
        List.of(),
        List.of());
  }
}
