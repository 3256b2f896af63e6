package dev.headrace.data.quality;

import java.util.List;
import java.util.Optional;

/**
 * What became of one check.
 *
 * @param id the check's stable name in its table
 * @param columns columns the check is about
 * @param rowsChecked rows its condition selects, nulls included; 0 where it could not be evaluated
 * @param failingRows rows that fail, exact; 0 for checks about the whole table
 * @param observed what was seen, for example the least and greatest value
 * @param message one sentence for a person
 */
public record CheckResult(
    String id,
    List<String> columns,
    Severity severity,
    Status status,
    long rowsChecked,
    long failingRows,
    Optional<String> observed,
    String message) {
  public CheckResult {
    columns = List.copyOf(columns);
  }

  /** How a check came out. */
  public enum Status {
    PASSED,
    /** It does not hold, and its severity is a warning. */
    WARNED,
    /** It does not hold. */
    FAILED,
    /** It could not be evaluated; as bad as not holding, for its severity. */
    ERROR
  }

  /** Whether the table must not be published because of it. */
  public boolean stopsPublication() {
    return status != Status.PASSED && severity == Severity.ERROR;
  }
}
