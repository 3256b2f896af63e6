package dev.headrace.data.release;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Problems;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.quality.AuditReport;
import dev.headrace.data.quality.Auditor;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckPlan;
import dev.headrace.data.quality.CheckResult;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks a table before anyone can see it. What fails is kept in {@code <table>__failed} with the
 * reason; a failed check of severity error refuses the table.
 */
public final class Gate {
  /** Suffix of the side table with the failing rows of the latest build. */
  public static final String FAILED = "__failed";

  private final Lake lake;
  private final SqlEngine engine;
  private final Relations relations;

  public Gate(Lake lake, SqlEngine engine) {
    this.lake = lake;
    this.engine = engine;
    this.relations = new Relations(lake);
  }

  /**
   * What the checks came to.
   *
   * @param sideTables the failing rows, to be published whatever becomes of the table
   * @param refusal why the table must not be published
   */
  public record Verdict(
      List<CheckRecord> checks,
      List<Ledger.Release> sideTables,
      Optional<HeadraceException> refusal) {}

  /**
   * What an engine should look for while it writes rows of the asset, so that {@link #check} need
   * not read them again. What rows failed the last time is not looked for: it costs more the more
   * rows fail, and those that stay would have to be read all the same.
   *
   * @param schema the columns that are written
   */
  public static List<String> lookFor(
      Asset asset, List<CheckSpec> specs, Schema schema, StepContext context) {
    if (specs.stream().noneMatch(spec -> spec.rule() instanceof Check.Regex)) {
      return List.of();
    }
    Set<String> failed =
        checks(asset, context)
            .filter(check -> check.failingRows() > 0)
            .map(CheckRecord::check)
            .collect(Collectors.toSet());
    return CheckPlan.of(
            asset.name(),
            schema,
            specs,
            _ -> Optional.empty(),
            asset.declaration().origin(),
            new Problems()) // They are told by the check itself.
        .lookFor()
        .entrySet()
        .stream()
        .filter(check -> !failed.contains(check.getKey()))
        .map(Map.Entry::getValue)
        .distinct()
        .toList();
  }

  /** What became of the checks of what is published. */
  private static Stream<CheckRecord> checks(Asset asset, StepContext context) {
    Published published = context.published();
    return published.table(asset.name()).map(published::checks).stream().flatMap(List::stream);
  }

  /** Checks rows that were written and are not committed yet. */
  public Verdict check(Asset asset, List<CheckSpec> specs, Staged staged, StepContext context) {
    return check(asset, specs, staged.preview(), Optional.of(staged), context);
  }

  /** Checks {@code table}, of which nothing is known. */
  public Verdict check(Asset asset, List<CheckSpec> specs, Relation table, StepContext context) {
    return check(asset, specs, table, Optional.empty(), context);
  }

  private Verdict check(
      Asset asset,
      List<CheckSpec> specs,
      Relation table,
      Optional<Staged> staged,
      StepContext context) {
    if (specs.isEmpty()) {
      return new Verdict(List.of(), cleared(asset, context), Optional.empty());
    }
    CheckPlan plan = plan(asset, specs, table, context);
    Map<String, Relation> others =
        relations.of(context.published(), asset.definition().checkedAgainst());
    Auditor auditor = new Auditor(engine, Clock.fixed(context.startedAt(), ZoneOffset.UTC));
    Set<String> hold = staged.map(rows -> hold(asset, plan, rows, context)).orElse(Set.of());
    AuditReport report = auditor.audit(plan, table, others, hold, context.watch());
    List<Ledger.Release> failing =
        report
            .failingRows()
            .map(query -> List.of(failing(asset, query, context)))
            .orElseGet(() -> cleared(asset, context));
    return new Verdict(
        report.results().stream().map(Gate::record).toList(),
        failing,
        refusal(asset, report, staged.isPresent()));
  }

  /** Checks that no row fails: not those that were written now, nor those that stay. */
  private static Set<String> hold(Asset asset, CheckPlan plan, Staged staged, StepContext context) {
    Map<String, String> failing = plan.lookFor();
    if (failing.isEmpty()) {
      return Set.of();
    }
    Set<String> before =
        staged.base().map(snapshot -> heldBefore(asset, snapshot, context)).orElse(Set.of());
    return failing.entrySet().stream()
        .filter(check -> !staged.keepsRows() || before.contains(check.getKey()))
        .filter(check -> staged.isFreeOf(check.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Checks that held of every row of a snapshot when it was published. */
  private static Set<String> heldBefore(Asset asset, long snapshot, StepContext context) {
    boolean sameChecks =
        context
            .published()
            .table(asset.name())
            .map(Publication::content)
            .filter(
                content ->
                    content.data() instanceof Publication.Stored stored
                        && stored.snapshotId() == snapshot
                        && content.fingerprint().equals(asset.fingerprint().hex())
                        && content.audit().equals(asset.definition().auditDigest()))
            .isPresent();
    return (sameChecks ? checks(asset, context) : Stream.<CheckRecord>empty())
        .filter(check -> check.status() == CheckRecord.Status.PASSED && check.failingRows() == 0)
        .map(CheckRecord::check)
        .collect(Collectors.toSet());
  }

  private CheckPlan plan(Asset asset, List<CheckSpec> specs, Relation table, StepContext context) {
    Problems problems = new Problems();
    CheckPlan plan =
        CheckPlan.of(
            asset.name(),
            table.schema(() -> engine),
            specs,
            other ->
                context
                    .published()
                    .table(other)
                    .map(found -> relations.of(context.published(), other).schema(() -> engine)),
            asset.declaration().origin(),
            problems);
    if (!problems.isEmpty()) {
      throw problems.toException(
          ReleaseError.RELEASE_CHECKS_INVALID,
          "Cannot check table '" + asset.name() + "'",
          "Correct the checks and run again.");
    }
    return plan;
  }

  private Ledger.Release failing(Asset asset, Query query, StepContext context) {
    VersionId version = new VersionId(asset.name() + FAILED, asset.fingerprint().hex());
    Schema schema =
        lake.assignIds(version, Optional.empty(), engine.describe(query), Evolution.REPLACE);
    List<WrittenFile> files =
        engine.write(
            query,
            new WriteTarget(
                lake.stagingDirectory(version),
                context.filePrefix() + "failed",
                schema,
                Optional.empty()),
            context.watch());
    return replaced(asset, version, schema, files, context);
  }

  /** Failing rows of an earlier build must not outlive their cause. */
  private List<Ledger.Release> cleared(Asset asset, StepContext context) {
    return context
        .published()
        .table(asset.name() + FAILED)
        .map(Publication::content)
        .filter(content -> content.data() instanceof Publication.Stored s && s.rows() > 0)
        .map(
            content -> {
              VersionId version = Relations.version(content);
              Relation.Files old =
                  (Relation.Files) relations.of(context.published(), content.table());
              VersionId now = new VersionId(version.table(), asset.fingerprint().hex());
              Schema schema =
                  lake.assignIds(now, Optional.empty(), old.schema(), Evolution.REPLACE);
              return List.of(replaced(asset, now, schema, List.of(), context));
            })
        .orElse(List.of());
  }

  private Ledger.Release replaced(
      Asset asset, VersionId version, Schema schema, List<WrittenFile> files, StepContext context) {
    try (Staged staged =
        new Staged(
            lake,
            version,
            Optional.empty(),
            schema,
            Layout.whole(),
            List.of(new Change.Replace(files)))) {
      Publication.Stored stored = staged.commit(context, null);
      return Ledger.Release.of(
          new Publication.Content(
              version.table(),
              asset.name(),
              asset.kind().name(),
              asset.fingerprint().hex(),
              "",
              "",
              "s" + stored.snapshotId(),
              stored,
              Map.of(),
              DayRanges.none()));
    }
  }

  private static CheckRecord record(CheckResult result) {
    return new CheckRecord(
        result.id(),
        switch (result.status()) {
          case PASSED -> CheckRecord.Status.PASSED;
          case FAILED, ERROR ->
              result.stopsPublication() ? CheckRecord.Status.FAILED : CheckRecord.Status.WARNED;
          case WARNED -> CheckRecord.Status.WARNED;
        },
        result.failingRows(),
        result.message());
  }

  private static Optional<HeadraceException> refusal(
      Asset asset, AuditReport report, boolean written) {
    if (report.publishable()) {
      return Optional.empty();
    }
    List<String> reasons =
        report.results().stream()
            .filter(CheckResult::stopsPublication)
            .map(result -> result.id() + ": " + result.message().replaceFirst("\\.$", ""))
            .toList();
    return Optional.of(
        new HeadraceException(
            ReleaseError.RELEASE_CHECKS_FAILED,
            "Cannot publish '%s': %d of %d checks failed: %s."
                .formatted(
                    asset.name(),
                    reasons.size(),
                    report.results().size(),
                    String.join("; ", reasons)),
            (written
                    ? "Readers keep the previous version."
                    : "Readers see these rows already; what is built on them waits.")
                + " See the rows: headrace sql \"select * from "
                + asset.name()
                + FAILED
                + "\"."));
  }
}
