package dev.headrace.cli.compose;

import dev.headrace.core.journal.Journal;
import dev.headrace.core.journal.JournalLimits;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.ml.online.ServedLog;
import dev.headrace.ml.online.ServedSpec;
import dev.headrace.ml.skew.SkewAudit;
import dev.headrace.ml.skew.SkewReport;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Wires what was served with what the lake gives. */
public final class Auditing {
  /** Below the state directory. */
  private static final String SERVED = "served-features";

  private final Headrace headrace;
  private final Supplier<DuckDbEngine> duckDb;

  Auditing(Headrace headrace, Supplier<DuckDbEngine> duckDb) {
    this.headrace = headrace;
    this.duckDb = duckDb;
  }

  /** Where served vectors are logged; nowhere unless the project says so. */
  static Optional<ServedLog> log(Headrace headrace) {
    ServedSpec spec = headrace.config().find(Kinds.SERVED).orElseThrow();
    if (spec.log().percent().signum() == 0) {
      return Optional.empty();
    }
    JournalLimits usual = JournalLimits.defaults();
    JournalLimits limits =
        new JournalLimits(
            usual.pendingBytes(), usual.syncEvery(), usual.segmentBytes(), spec.logAge());
    Journal journal =
        Journal.open(headrace.stateDirectory().resolve(SERVED), limits, headrace.clock());
    return Optional.of(new ServedLog(journal, spec.log().fraction()));
  }

  /**
   * Compares what was served with what the lake gives.
   *
   * @param views by name; none for all
   * @param since vectors read before are left out
   * @param tolerance relative difference of fractions that counts as none
   * @param samples of values that differ, at most, by feature
   */
  public SkewReport skew(
      String environment,
      Set<String> views,
      Instant since,
      double tolerance,
      int samples,
      Watch watch) {
    Path state = headrace.stateDirectory();
    return new SkewAudit(
            headrace.graph(),
            headrace.features(),
            headrace.relations(),
            headrace.ledger(),
            headrace.engine())
        .run(
            new SkewAudit.Terms(state.resolve(SERVED), views, since, tolerance, samples),
            headrace.published(environment),
            duckDb.get().trusted(),
            state,
            watch);
  }
}
