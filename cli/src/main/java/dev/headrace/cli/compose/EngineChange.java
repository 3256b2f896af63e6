package dev.headrace.cli.compose;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.portability.PortabilityChecker;
import dev.headrace.data.portability.PortabilityReport;
import dev.headrace.data.portability.PortabilityRules;
import dev.headrace.data.tables.TableColumns;
import dev.headrace.spi.engine.SqlEngine;
import java.time.Clock;
import java.util.function.Supplier;

/** What another engine would make of a project: by its SQL alone, and by building it there. */
public final class EngineChange {
  private final Headrace headrace;
  private final Supplier<DuckDbEngine> duckDb;
  private final Supplier<SqlEngine> spark;
  private final Clock clock;

  EngineChange(
      Headrace headrace, Supplier<DuckDbEngine> duckDb, Supplier<SqlEngine> spark, Clock clock) {
    this.headrace = headrace;
    this.duckDb = duckDb;
    this.spark = spark;
    this.clock = clock;
  }

  /**
   * The columns that the tables would have, as far as their sources were loaded into an
   * environment. DuckDB binds the statements, whatever engine runs them.
   */
  public TableColumns columns(String environment) {
    return TableColumns.of(
        headrace.graph(),
        headrace.publishedOrNew(environment),
        headrace.relations(),
        duckDb.get(),
        duckDb.get().analyzer(),
        headrace.timezone());
  }

  /** Where tables with these columns leave the SQL that is the same on every engine. */
  public PortabilityReport portability(TableColumns columns) {
    try (PortabilityChecker checker =
        new PortabilityChecker(PortabilityRules.load(), duckDb.get().analyzer())) {
      return checker.check(headrace.graph(), columns.byTable());
    }
  }

  /**
   * What building the project on another engine takes, in a place of its own; close it.
   *
   * @param engine one of {@link Engines#NAMES}, but not the one that others are compared with
   */
  public Proving proving(String engine) {
    Engines.requireOther(engine);
    return Proving.open(headrace, duckDb.get(), spark.get(), clock);
  }
}
