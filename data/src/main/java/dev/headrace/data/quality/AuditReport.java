package dev.headrace.data.quality;

import dev.headrace.spi.engine.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of all checks of a table.
 *
 * @param at when the audit began; ages are measured from it
 * @param rows rows of the table
 * @param results in order of declaration
 * @param queries queries that were executed
 * @param failingRows selects the failing rows: the table's columns, {@code _check} and {@code
 *     _reason}, at most {@link Auditor#FAILING_ROWS_KEPT} per check; empty when no row fails
 */
public record AuditReport(
    String table,
    Instant at,
    long rows,
    List<CheckResult> results,
    int queries,
    Optional<Query> failingRows) {
  public AuditReport {
    results = List.copyOf(results);
  }

  /** Checks that hold. */
  public long passed() {
    return results.stream().filter(r -> r.status() == CheckResult.Status.PASSED).count();
  }

  /** Checks that do not hold or could not be evaluated, and do not stop publication. */
  public long warned() {
    return results.size() - passed() - failed();
  }

  /** Checks that do not hold or could not be evaluated, and stop publication. */
  public long failed() {
    return results.stream().filter(CheckResult::stopsPublication).count();
  }

  /** Whether the table may be published. */
  public boolean publishable() {
    return failed() == 0;
  }
}
