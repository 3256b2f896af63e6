package dev.headrace.core.run;

import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;
import java.util.Optional;

/**
 * What a step has made.
 *
 * @param releases tables to publish; when {@code refusal} is present, side tables only
 * @param checks outcome of every check
 * @param refusal why the main table must not be published, for example a failed check
 * @param warnings what may not be meant and was done all the same: sentences that say what to do
 */
public record Outcome(
    List<Ledger.Release> releases,
    List<CheckRecord> checks,
    long rowsIn,
    long rowsOut,
    long rejected,
    Optional<HeadraceException> refusal,
    List<String> warnings) {
  public Outcome {
    releases = List.copyOf(releases);
    checks = List.copyOf(checks);
    warnings = List.copyOf(warnings);
  }

  public Outcome(
      List<Ledger.Release> releases,
      List<CheckRecord> checks,
      long rowsIn,
      long rowsOut,
      long rejected,
      Optional<HeadraceException> refusal) {
    this(releases, checks, rowsIn, rowsOut, rejected, refusal, List.of());
  }
}
