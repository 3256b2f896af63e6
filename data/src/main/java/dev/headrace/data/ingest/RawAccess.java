package dev.headrace.data.ingest;

import dev.headrace.spi.engine.SqlEngine;
import java.util.List;
import java.util.function.Function;

/** Lends an engine that may read raw files: those of one load, and nothing else. */
@FunctionalInterface
public interface RawAccess {
  /**
   * Does the work with an engine that may read {@code files}; the engine is gone afterwards.
   *
   * @return what the work returns
   */
  LoadResult read(List<SourceFile> files, Function<SqlEngine, LoadResult> work);
}
