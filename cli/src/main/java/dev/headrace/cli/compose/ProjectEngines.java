package dev.headrace.cli.compose;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.DuckDbSpec;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.ingest.LoadResult;
import dev.headrace.data.ingest.SourceFile;
import dev.headrace.data.sql.AnalysisCache;
import dev.headrace.spi.engine.SqlEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The engines of one project, each started when it is first needed. */
final class ProjectEngines {
  /** What an engine needs at the least to write Parquet files. */
  private static final long RAW_MEMORY_BYTES = 256L << 20;

  private final Headrace headrace;
  private final Part<Analyses> analyses;
  private final Consumer<Runnable> closing;
  private final Consumer<String> notices;
  private final Part<DuckDbEngine> duckDb = new Part<>(this::makeDuckDb);
  private final Part<SqlEngine> spark = new Part<>(this::makeSpark);
  private final Part<SqlEngine> chosen = new Part<>(this::makeChosen);

  /**
   * @param closing takes what is to be done when the project is closed, last come first served
   * @param notices hears, for a person, of what takes long
   */
  ProjectEngines(
      Headrace headrace,
      Part<Analyses> analyses,
      Consumer<Runnable> closing,
      Consumer<String> notices) {
    this.headrace = headrace;
    this.analyses = analyses;
    this.closing = closing;
    this.notices = notices;
  }

  DuckDbEngine duckDb() {
    return duckDb.get();
  }

  SqlEngine spark() {
    return spark.get();
  }

  SqlEngine chosen() {
    return chosen.get();
  }

  /** Starts none. */
  String chosenName() {
    return headrace.config().find(Kinds.SPARK).isEmpty() ? Engines.DUCKDB : Engines.SPARK;
  }

  /** What the project has chosen. DuckDB loads raw files and reads SQL either way. */
  private SqlEngine makeChosen() {
    return chosenName().equals(Engines.DUCKDB) ? duckDb.get() : spark.get();
  }

  private SqlEngine makeSpark() {
    SparkEngines.Opened made =
        SparkEngines.open(
            headrace.config(),
            headrace.directory(),
            headrace.lakeDirectory(),
            headrace.logFile().resolveSibling("spark.log"),
            new LoopbackCatalog(headrace, this::chosen, closing),
            headrace.ambient(),
            notices);
    closing.accept(made.driver()::close);
    return made.engine();
  }

  private DuckDbEngine makeDuckDb() {
    // What planning has read is not parsed again; a question typed once is not worth keeping.
    AnalysisCache known = analyses.isMade() ? analyses.get().cache() : AnalysisCache.inMemory();
    DuckDbEngine made =
        DuckDbEngine.open(
            engineConfig(
                List.of(headrace.directory(), headrace.stateDirectory(), headrace.lakeDirectory())),
            known);
    closing.accept(made::close);
    return made;
  }

  private EngineConfig engineConfig(List<Path> directories) {
    return headrace
        .config()
        .find(Kinds.DUCKDB)
        .orElseGet(DuckDbSpec::defaults)
        .config(headrace.stateDirectory(), directories, headrace.config().timezone());
  }

  /**
   * Raw files may lie anywhere; only the load that was declared for them gets to see them, in an
   * engine of its own whose memory is a part of what the project may use.
   */
  LoadResult readRaw(List<SourceFile> files, Function<SqlEngine, LoadResult> work) {
    Set<Path> outside =
        files.stream()
            .map(file -> file.location().getParent())
            .filter(parent -> !target(parent).startsWith(target(headrace.directory())))
            .collect(Collectors.toSet());
    if (outside.isEmpty()) {
      return work.apply(duckDb.get().trusted());
    }
    List<Path> directories = new ArrayList<>(outside);
    directories.add(headrace.stateDirectory());
    directories.add(headrace.lakeDirectory());
    EngineConfig config = engineConfig(directories);
    try (DuckDbEngine own =
        DuckDbEngine.open(
            config.withMemoryLimitBytes(
                Math.max(RAW_MEMORY_BYTES, config.memoryLimitBytes() / 4)))) {
      return work.apply(own.trusted());
    }
  }

  /** What a path comes down to behind links, which is what the engine goes by. */
  private static Path target(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path; // Gone: the load says so.
    }
  }
}
