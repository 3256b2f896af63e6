package dev.headrace.ml.features;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Published;
import dev.headrace.core.plan.Staleness;
import dev.headrace.core.run.Builder;
import dev.headrace.core.run.Outcome;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Leftovers;
import dev.headrace.data.release.Relations;
import dev.headrace.data.release.Staged;
import dev.headrace.ml.features.internal.LatestSource;
import dev.headrace.ml.features.internal.LatestSql;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the table of latest values of a view. */
public final class FeatureViewBuilder implements Builder {
  private final Lake lake;
  private final SqlEngine engine;
  private final Relations relations;

  public FeatureViewBuilder(Lake lake, SqlEngine engine) {
    this.lake = lake;
    this.engine = engine;
    this.relations = new Relations(lake);
  }

  @Override
  public Decision decide(Asset asset, Published published, BuildOptions options) {
    Staleness staleness = Staleness.of(asset, published, "view");
    List<String> unbuilt =
        asset.definition().inputs().stream()
            .filter(input -> published.table(input).isEmpty())
            .toList();
    if (!unbuilt.isEmpty()) {
      return new Decision.Build(
          staleness.current().isEmpty()
              ? staleness.reasons()
              : List.of("input " + unbuilt.getFirst() + " is missing"),
          new Decision.AfterInputs(unbuilt));
    }
    if (options.isFullRefresh()) {
      return new Decision.Build(List.of("full refresh"), new FeatureWork.Rebuild());
    }
    if (staleness.reasons().isEmpty()) {
      return Decision.Skip.UP_TO_DATE;
    }
    return new Decision.Build(
        staleness.reasons(),
        staleness.current().isEmpty() ? new FeatureWork.Rebuild() : new FeatureWork.Advance());
  }

  @Override
  public Outcome build(Asset asset, Decision.Build decision, StepContext context) {
    // Taken before anything is read: what arrives later makes the view stale again.
    Map<String, String> inputStates = Staleness.inputStates(asset, context.published());
    VersionId version = new VersionId(asset.name(), asset.fingerprint().hex());
    Optional<Publication.Content> current =
        decision.work() instanceof FeatureWork.Advance
            ? Staleness.of(asset, context.published(), "view").current().map(Publication::content)
            : Optional.empty();
    LatestSource source =
        new LatestSource(lake, relations, engine, asset, context.published(), current);
    LatestSql.Plan plan =
        new LatestSql(engine, asset, source).plan(context.startedAt(), context.watch());
    Query query = plan.query();
    Optional<Long> base =
        current
            .map(Publication.Content::data)
            .filter(Publication.Stored.class::isInstance)
            .map(data -> ((Publication.Stored) data).snapshotId());
    Schema schema = lake.assignIds(version, base, engine.describe(query), Evolution.REPLACE);
    List<WrittenFile> files =
        engine.write(
            query,
            new WriteTarget(
                lake.stagingDirectory(version),
                context.filePrefix() + "latest",
                schema,
                Optional.empty()),
            context.watch());
    try (Staged staged =
        new Staged(
            lake, version, base, schema, Layout.whole(), List.of(new Change.Replace(files)))) {
      Publication.Stored stored = staged.commit(context, null);
      Publication.Content content =
          new Publication.Content(
              asset.name(),
              asset.name(),
              asset.kind().name(),
              asset.fingerprint().hex(),
              asset.definition().identityDigest(),
              asset.definition().auditDigest(),
              "s" + stored.snapshotId(),
              stored,
              inputStates,
              DayRanges.none());
      return new Outcome(
          List.of(new Ledger.Release(content, current.isPresent(), List.of())),
          List.of(),
          plan.rowsRead(),
          stored.rows(),
          0,
          Optional.empty());
    }
  }

  @Override
  public void sweep(Asset asset, long runId) {
    Leftovers.sweep(lake, new VersionId(asset.name(), asset.fingerprint().hex()), runId);
  }
}
