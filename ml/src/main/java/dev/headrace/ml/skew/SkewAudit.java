package dev.headrace.ml.skew;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.LedgerError;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.Published;
import dev.headrace.data.ingest.StagingArea;
import dev.headrace.data.release.Relations;
import dev.headrace.data.release.ReleaseError;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.skew.SkewReport.Skip;
import dev.headrace.ml.skew.internal.LoggedVectors;
import dev.headrace.ml.skew.internal.LoggedVectors.Count;
import dev.headrace.ml.skew.internal.ValueComparer;
import dev.headrace.ml.skew.internal.ViewAudit;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.ValueStatus;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Computes logged vectors again and tells what differs.
 *
 * <p>A vector is compared with what the point-in-time join gives from the rows that the lake has
 * now, as of the moment that the vector's values were said to be those of: what should have been
 * served. A value that differs is computed a second time from the rows as they were when the served
 * table was built, which tells late or changed rows from something wrong on the way. How much had
 * happened between that moment and the reading is told apart, as what is outdated.
 */
public final class SkewAudit {
  private static final String WORK = "skew-audit";
  private static final int MOST_STEPS = 500;

  private final Graph graph;
  private final FeatureStore store;
  private final Relations relations;
  private final Ledger ledger;
  private final SqlEngine engine;

  public SkewAudit(
      Graph graph, FeatureStore store, Relations relations, Ledger ledger, SqlEngine engine) {
    this.graph = graph;
    this.store = store;
    this.relations = relations;
    this.ledger = ledger;
    this.engine = engine;
  }

  /**
   * What is to be audited.
   *
   * @param directory of the log
   * @param views by name; none for all of the project
   * @param since vectors read before are left out
   * @param tolerance relative difference of fractions that counts as none
   * @param samples of values that differ, at most, by feature
   */
  public record Terms(
      Path directory, Set<String> views, Instant since, double tolerance, int samples) {
    public Terms {
      views = Set.copyOf(views);
    }
  }

  /**
   * The audit.
   *
   * @param published what tables stand for
   * @param trusted reads the log's files
   * @param work a directory for passing files, which the engines can read
   * @throws HeadraceException SKEW_NOTHING_LOGGED; FEATURES_UNKNOWN_VIEW
   */
  public SkewReport run(
      Terms terms, Published published, SqlEngine trusted, Path work, Watch watch) {
    terms.views().forEach(store::view);
    LoggedVectors log = LoggedVectors.in(terms.directory(), trusted, terms.since());
    List<Count> counts =
        log.counts(watch).stream()
            .filter(count -> terms.views().isEmpty() || terms.views().contains(count.view()))
            .toList();
    if (counts.isEmpty()) {
      throw new HeadraceException(
          SkewError.SKEW_NOTHING_LOGGED,
          "Cannot audit skew: no served vector is logged in '%s'.".formatted(terms.directory()),
          "Write 'features: {log: 10%}' in headrace.yaml, serve, and ask for features; a file of"
              + " the log can be seen after a minute.");
    }
    List<SkewReport.OfView> reports = new ArrayList<>();
    StagingArea.remove(work, WORK);
    try (StagingArea area = StagingArea.open(work, WORK)) {
      for (FeatureView view : store.views()) {
        List<Count> own = counts.stream().filter(c -> c.view().equals(view.name())).toList();
        if (!own.isEmpty()) {
          reports.add(audit(view, own, log, terms, published, area.directory(), watch));
        }
      }
    }
    Set<String> declared =
        store.views().stream().map(FeatureView::name).collect(Collectors.toSet());
    long undeclared =
        counts.stream()
            .filter(count -> !declared.contains(count.view()))
            .mapToLong(Count::vectors)
            .sum();
    return new SkewReport(terms.tolerance(), reports, undeclared);
  }

  private SkewReport.OfView audit(
      FeatureView view,
      List<Count> counts,
      LoggedVectors log,
      Terms terms,
      Published published,
      Path directory,
      Watch watch) {
    Asset asset =
        graph.assets().stream()
            .filter(known -> known.name().equals(view.name()))
            .findFirst()
            .orElseThrow();
    String build = asset.fingerprint().hex();
    Relation now = relations.of(published, view.spec().from());
    Schema columns = store.columns(now);
    List<Field> keys =
        view.spec().keyColumns().stream().map(key -> columns.field(key).orElseThrow()).toList();
    Relation.Files logged = log.table(view.name(), build, keys, directory, watch);
    return new ViewAudit(
            store, engine, view, logged, new ValueComparer(terms.tolerance()), terms.samples())
        .run(now, state -> then(view, state), skipped(counts, build), watch);
  }

  private static Map<Skip, Long> skipped(List<Count> counts, String build) {
    Map<Skip, Long> skipped = new EnumMap<>(Skip.class);
    for (Count count : counts) {
      if (!count.build().equals(build)) {
        skipped.merge(Skip.OTHER_DEFINITION, count.vectors(), Long::sum);
      } else if (count.status().equals(ValueStatus.UNAVAILABLE.name())) {
        skipped.merge(Skip.UNAVAILABLE, count.vectors(), Long::sum);
      } else if (!count.momentKnown()) {
        skipped.merge(Skip.UNKNOWN_MOMENT, count.vectors(), Long::sum);
      }
    }
    return skipped;
  }

  /** The rows that a state of a view's table was made of, as far as they are still there. */
  private Optional<Relation> then(FeatureView view, String state) {
    for (StepRecord step : ledger.stepsOf(view.name(), MOST_STEPS)) {
      Optional<Published> after = after(step);
      boolean made =
          after
              .flatMap(published -> published.table(view.name()))
              .map(Publication::content)
              .filter(content -> content.state().equals(state))
              .isPresent();
      if (made) {
        return after.flatMap(published -> readable(published, view.spec().from()));
      }
    }
    return Optional.empty();
  }

  private Optional<Published> after(StepRecord step) {
    if (step.status() != StepRecord.Status.BUILT) {
      return Optional.empty();
    }
    try {
      return Optional.of(Published.at(ledger, ledger.environments().after(step.runId())));
    } catch (HeadraceException e) {
      if (e.code() == LedgerError.LEDGER_RUN_MISSING) {
        return Optional.empty(); // Under way.
      }
      throw e;
    }
  }

  private Optional<Relation> readable(Published published, String table) {
    try {
      return Optional.of(relations.of(published, table));
    } catch (HeadraceException e) {
      if (e.code() == ReleaseError.RELEASE_EXPIRED
          || e.code() == ReleaseError.RELEASE_INPUT_MISSING) {
        return Optional.empty(); // gc has taken the rows away.
      }
      throw e;
    }
  }
}
