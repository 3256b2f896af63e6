package dev.headrace.testkit.engine;

import dev.headrace.spi.engine.SqlEngine;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link SqlEngine} keeps. SQL in its parts stays within the subset that all engines
 * share, except where a method of {@link EngineBench} can be overridden.
 */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class SqlEngineContract
    implements EngineValues,
        EngineColumns,
        EngineComputed,
        EngineResults,
        EngineFiles,
        EngineQueries,
        EngineRefusals {
  @TempDir private Path lake;
  @TempDir private Path outside;
  private SqlEngine engine;

  @BeforeEach
  void openFreshEngine() {
    engine = openEngine(lake);
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }

  @Override
  public final SqlEngine engine() {
    return engine;
  }

  @Override
  public final Path lake() {
    return lake;
  }

  @Override
  public final Path outside() {
    return outside;
  }
}
