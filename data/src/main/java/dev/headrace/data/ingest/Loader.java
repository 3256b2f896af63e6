package dev.headrace.data.ingest;

import dev.headrace.data.ingest.internal.Pass;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;

/**
 * Loads raw files into Parquet files with typed columns. Thread-safe; every load is on its own.
 *
 * <p>Needs a fixed amount of Java heap, whatever the size of the files: about {@code max-row} twice
 * and what is known of the columns.
 */
public final class Loader {
  private final SqlEngine engine;

  /**
   * @param engine runs SQL that reads the staging directory and, for Parquet, the source files
   *     themselves: not the guarded one that users' queries go through
   */
  public Loader(SqlEngine engine) {
    this.engine = engine;
  }

  /**
   * Loads. Leaves nothing behind when it fails.
   *
   * @throws dev.headrace.spi.error.HeadraceException with an {@link IngestError}
   * @throws java.util.concurrent.CancellationException when cancelled through {@code watch}
   */
  public LoadResult load(LoadRequest request, Watch watch) {
    return new Pass(request, engine, watch).run();
  }
}
