package dev.headrace.cli.compose;

import dev.headrace.data.sql.AnalysisCache;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.spi.error.Location;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Reads the SQL of a project, remembering what it read: DuckDB starts only for a new text. */
final class Analyses implements AutoCloseable {
  private final SqlAnalyzer analyzer = SqlAnalyzer.standalone();
  private final AnalysisCache cache;

  Analyses(Path directory) {
    this.cache = AnalysisCache.load(directory.resolve("analyses.bin"));
  }

  SqlAnalysis of(String sql, Location origin) {
    return cache.analyze(sql, origin, analyzer);
  }

  /** What was read so far. */
  AnalysisCache cache() {
    return cache;
  }

  @Override
  public void close() {
    analyzer.close();
    try {
      cache.save();
    } catch (UncheckedIOException e) {
      // A project that cannot be written can still be read; only the next start is slower.
    }
  }
}
