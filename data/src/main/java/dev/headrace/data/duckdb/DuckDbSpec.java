package dev.headrace.data.duckdb;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a project may say about the engine under {@code engine: duckdb:}. */
@Doc("DuckDB in this process.")
public record DuckDbSpec(
    @Doc(
            "Memory for all queries together, outside the Java heap; half of the machine's where"
                + " absent.")
        @Nullable ByteSize memory,
    @Doc("Worker threads for all queries together; one per processor where absent.")
        @Nullable Integer threads,
    @Default("spill") @Doc("Directory for queries that outgrow the memory; relative to the state.")
        String spill,
    @Default("plain") @Doc("How values lie in the files that are written.") Encodings encodings) {
  public DuckDbSpec {
    if (threads != null && threads < 1) {
      throw new IllegalArgumentException("must have 'threads' of at least 1, but is " + threads);
    }
  }

  /** Where a project says nothing, or has chosen another engine: DuckDB then still loads files. */
  public static DuckDbSpec defaults() {
    return new DuckDbSpec(null, null, "spill", Encodings.PLAIN);
  }

  /**
   * The engine's limits.
   *
   * @param state the project's state directory
   * @param directories the only places the engine reads and writes files in
   */
  public EngineConfig config(Path state, List<Path> directories, ZoneId zone) {
    EngineConfig config =
        EngineConfig.defaults(state.resolve(spill), directories)
            .withTimeZone(zone)
            .withEncodings(encodings);
    if (memory != null) {
      config = config.withMemoryLimitBytes(memory.bytes());
    }
    return threads == null ? config : config.withThreads(threads);
  }
}
