package dev.headrace.data.quality;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/**
 * Executes check plans. Thread-safe.
 *
 * <p>A check that cannot be evaluated, because its condition or query is not valid SQL, is reported
 * as such and does not disturb the others.
 */
public final class Auditor {
  /** Most failing rows kept per check; counts are exact regardless. */
  public static final int FAILING_ROWS_KEPT = 1_000;

  private final SqlEngine engine;
  private final Clock clock;

  /**
   * @param clock tells the time from which ages are measured
   */
  public Auditor(SqlEngine engine, Clock clock) {
    this.engine = engine;
    this.clock = clock;
  }

  /**
   * Answers every check of the plan.
   *
   * @param table the table under examination, with the columns the plan was made for
   * @param others what other names in foreign keys and custom queries stand for
   * @param hold ids of checks among {@link CheckPlan#lookFor} that are known to hold of every row
   * @throws dev.headrace.spi.error.HeadraceException QUALITY_TABLE_MISSING when {@code others}
   *     lacks a table of a foreign key; whatever the engine throws that is not the fault of a
   *     single check, such as a lack of memory
   */
  public AuditReport audit(
      CheckPlan plan, Relation table, Map<String, Relation> others, Set<String> hold, Watch watch) {
    return new Audit(engine, clock.instant(), plan, table, others, hold, watch).run();
  }

  /** The same of a table of which nothing is known. */
  public AuditReport audit(
      CheckPlan plan, Relation table, Map<String, Relation> others, Watch watch) {
    return audit(plan, table, others, Set.of(), watch);
  }
}
