package dev.headrace.data.duckdb;

import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.testkit.conformance.SqlConformance;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The portable subset, kept by DuckDB. */
class DuckDbConformanceTest extends SqlConformance {
  @TempDir Path spill;
  private DuckDbEngine engine;

  @BeforeEach
  void open() {
    engine = DuckDbEngine.open(EngineConfig.defaults(spill, List.of()));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Override
  protected SqlEngine engine() {
    return engine;
  }
}
