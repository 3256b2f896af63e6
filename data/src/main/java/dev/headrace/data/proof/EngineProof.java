package dev.headrace.data.proof;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Planner;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Project;
import dev.headrace.core.run.Builder;
import dev.headrace.core.run.Builders;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.RunReport;
import dev.headrace.core.run.Runner;
import dev.headrace.data.diff.RowComparer;
import dev.headrace.data.diff.RowDiff;
import dev.headrace.data.diff.TableDiff.ColumnChange;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.proof.TableProof.CheckDiff;
import dev.headrace.data.proof.TableProof.Reason;
import dev.headrace.data.release.Relations;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Builds a project on two engines and compares what they made, table by table and row by row.
 *
 * <p>Sources are loaded once; each engine then builds every table from the same snapshots with the
 * same code that builds them in a run, checks included. The rows are compared by the reference
 * engine over both engines' files, so that memory does not grow with them.
 */
public final class EngineProof {
  private final Project project;
  private final Workplace workplace;
  private final Relations relations;
  private final SqlEngine reference;

  public EngineProof(Project project, Workplace workplace, SqlEngine reference) {
    this.project = project;
    this.workplace = workplace;
    this.relations = new Relations(workplace.lake());
    this.reference = reference;
  }

  /**
   * Where the tables are built.
   *
   * @param ledger an empty one that nobody else uses
   * @param lake likewise
   * @param builders what builds each kind of asset in that lake with an engine
   */
  public record Workplace(
      Ledger ledger,
      Lake lake,
      Function<SqlEngine, Builders> builders,
      Runner.Limits limits,
      Clock clock) {}

  /**
   * What counts as the same.
   *
   * @param tolerance largest difference of two floating-point numbers that counts as none, relative
   *     to the larger of them where that is above 1
   * @param samples how many differing rows to show of each table
   */
  public record Terms(double tolerance, int samples) {}

  /** Hears how far a proof is; called from many threads. */
  public interface Listener {
    /** Who hears of the steps that are built on an engine. */
    RunListener building(String engine);

    /** The rows of a table are about to be compared. */
    void comparing(String table);

    /** The rows of a table were compared. */
    void compared(TableProof proof);
  }

  /** How many steps a proof of these assets has, its comparisons included. */
  public int steps(Set<String> selected) {
    Graph graph = ProvedProject.reference(project);
    Set<String> all = ProvedProject.withInputs(graph, selected);
    long built = graph.built().stream().filter(a -> all.contains(a.name())).count();
    long tables = graph.assets().stream().filter(a -> isCompared(a, all)).count();
    return (int) (built + 2 * tables);
  }

  /**
   * Builds and compares.
   *
   * @param selected names of assets; what they read is built and compared too
   * @throws dev.headrace.spi.error.HeadraceException if the candidate cannot be had, before
   *     anything is built
   */
  public ProofReport of(
      SqlEngine candidate, Set<String> selected, Terms terms, Listener listener, Watch watch) {
    requireReady(candidate, watch);
    Graph graph = ProvedProject.reference(project);
    Set<String> all = ProvedProject.withInputs(graph, selected);
    Side first = build(reference, graph, Environments.PROD, all, listener, watch);
    workplace.ledger().environments().open(candidate.name());
    Graph second = ProvedProject.candidate(project, candidate.name());
    Side other = build(candidate, second, candidate.name(), all, listener, watch);
    List<TableProof> proofs = new ArrayList<>();
    Set<String> differing = new HashSet<>();
    for (Asset asset : graph.assets()) {
      if (isCompared(asset, all)) {
        listener.comparing(asset.name());
        TableProof proof =
            new TableProof(
                asset.name(),
                graph.inputs(asset).stream().map(Asset::name).filter(differing::contains).toList(),
                finding(asset, first, other, terms, watch));
        listener.compared(proof);
        proofs.add(proof);
        if (!proof.holds()) {
          differing.add(asset.name());
        }
      }
    }
    return new ProofReport(
        reference.name(), candidate.name(), terms.tolerance(), failedSources(first), proofs);
  }

  private static boolean isCompared(Asset asset, Set<String> all) {
    return all.contains(asset.name())
        && asset.kind().isBuilt()
        && !asset.kind().name().equals(ProvedProject.SOURCE);
  }

  /** An engine that is not there says so now, and not once per table. */
  private static void requireReady(SqlEngine engine, Watch watch) {
    try (Rows rows = engine.execute(Query.of("select 1 as one", Map.of()), watch)) {
      rows.next();
    }
  }

  /** What one engine made. */
  private record Side(
      Graph graph,
      Published published,
      Map<String, RunReport.StepReport> steps,
      Map<String, List<CheckRecord>> checks) {
    /** What it shows of an asset, if this engine built it. */
    Optional<Publication> built(String name) {
      String fingerprint = graph.get(name).fingerprint().hex();
      return published
          .table(name)
          .filter(shown -> shown.content().fingerprint().equals(fingerprint));
    }

    Reason reason(String name) {
      RunReport.StepReport step = steps.get(name);
      return step == null
          ? new Reason("not planned", Optional.empty())
          : new Reason(step.reason(), step.failure());
    }
  }

  private Side build(
      SqlEngine engine,
      Graph graph,
      String environment,
      Set<String> names,
      Listener listener,
      Watch watch) {
    Map<String, List<CheckRecord>> checks = new ConcurrentHashMap<>();
    Map<String, Builder> recording = new HashMap<>();
    workplace
        .builders()
        .apply(engine)
        .byKind()
        .forEach((kind, builder) -> recording.put(kind, new RecordingBuilder(builder, checks)));
    Builders builders = new Builders(recording);
    Published published = Published.of(workplace.ledger(), environment);
    Plan plan = new Planner(graph, builders::of).plan(names, published, BuildOptions.STALE);
    RunReport report =
        new Runner(graph, builders, workplace.ledger(), workplace.clock())
            .run(plan, published, workplace.limits(), listener.building(engine.name()), watch);
    Map<String, RunReport.StepReport> steps = new LinkedHashMap<>();
    report.steps().forEach(step -> steps.put(step.asset(), step));
    return new Side(graph, Published.of(workplace.ledger(), environment), steps, checks);
  }

  private static List<ProofReport.SourceFailure> failedSources(Side side) {
    return side.steps().values().stream()
        .filter(step -> step.kind().equals(ProvedProject.SOURCE))
        .filter(step -> step.status() == StepRecord.Status.FAILED)
        .map(step -> new ProofReport.SourceFailure(step.asset(), step.failure().orElseThrow()))
        .toList();
  }

  private TableProof.Finding finding(
      Asset asset, Side first, Side other, Terms terms, Watch watch) {
    String name = asset.name();
    Optional<Publication> one = first.built(name);
    Optional<Publication> two = other.built(name);
    if (one.isEmpty() || two.isEmpty()) {
      return new TableProof.NotBuilt(
          one.isPresent() ? Optional.empty() : Optional.of(first.reason(name)),
          two.isPresent() ? Optional.empty() : Optional.of(other.reason(name)));
    }
    Relation.Files before = files(first, name);
    Relation.Files after = files(other, name);
    RowDiff rows =
        new RowComparer(reference)
            .compare(
                new RowComparer.Side(before, before.schema()),
                new RowComparer.Side(after, after.schema()),
                new RowComparer.Terms(
                    RowKeys.of(asset), Set.of(), terms.tolerance(), terms.samples()),
                watch);
    return new TableProof.Compared(
        before.rows(),
        after.rows(),
        ColumnChange.between(before.schema(), after.schema()),
        rows,
        checks(
            first.checks().getOrDefault(name, List.of()),
            other.checks().getOrDefault(name, List.of())));
  }

  private Relation.Files files(Side side, String table) {
    return switch (relations.of(side.published(), table)) {
      case Relation.Files files -> files;
      case Relation.View _, Relation.Computed _ ->
          throw new IllegalStateException(table + " was to be kept");
    };
  }

  /** Checks that ended in another way, or found another number of rows. */
  private static List<CheckDiff> checks(List<CheckRecord> first, List<CheckRecord> other) {
    Map<String, CheckRecord> byName = new LinkedHashMap<>();
    other.forEach(check -> byName.put(check.check(), check));
    List<CheckDiff> differing = new ArrayList<>();
    for (CheckRecord one : first) {
      Optional<CheckRecord> two = Optional.ofNullable(byName.remove(one.check()));
      if (two.filter(found -> isSame(one, found)).isEmpty()) {
        differing.add(new CheckDiff(one.check(), Optional.of(one), two));
      }
    }
    byName.forEach(
        (name, two) -> differing.add(new CheckDiff(name, Optional.empty(), Optional.of(two))));
    return differing;
  }

  private static boolean isSame(CheckRecord one, CheckRecord two) {
    return one.status() == two.status() && one.failingRows() == two.failingRows();
  }
}
