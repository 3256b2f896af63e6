package dev.headrace.data.tables;

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
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.ChangedDays;
import dev.headrace.data.release.Gate;
import dev.headrace.data.release.Leftovers;
import dev.headrace.data.release.Relations;
import dev.headrace.data.release.Staged;
import dev.headrace.data.sql.ModelCalls;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.tables.TableWork.Start;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Builds tables: writes rows, lets them be checked, commits them, and says what to publish. */
public final class TableBuilder implements Builder {
  private final TableDecider decider;
  private final Lake lake;
  private final SqlEngine engine;
  private final Relations relations;
  private final Gate gate;
  private final TableWriter writer;

  private final AskedModels models;

  /**
   * @param analyzer follows the times of statements
   * @param zone the project's, in which the engine takes dates of instants
   * @param models answers statements that ask models
   */
  public TableBuilder(
      Lake lake, SqlEngine engine, SqlAnalyzer analyzer, ZoneId zone, AskedModels models) {
    this.models = models;
    this.decider = new TableDecider(new ChangedDays(lake, zone), zone);
    this.lake = lake;
    this.engine = engine;
    this.relations = new Relations(lake);
    this.gate = new Gate(lake, engine);
    this.writer = new TableWriter(lake, engine, new OwnDays(analyzer, zone));
  }

  @Override
  public Decision decide(Asset asset, Published published, BuildOptions options) {
    return decider.decide(asset, published, options);
  }

  @Override
  public Outcome build(Asset asset, Decision.Build decision, StepContext context) {
    // Taken before anything is read: what arrives later makes the table stale again.
    Map<String, String> inputStates = Staleness.inputStates(asset, context.published());
    Map<String, Relation> inputs = relations.of(context.published(), asset.definition().inputs());
    TableSpec spec = (TableSpec) asset.declaration().spec();
    if (ModelCalls.find(spec.sql().text(), spec.sql().at(1, 1)).isEmpty()) {
      return build(
          decision, new Step(asset, spec, inputs, inputStates, context, UnaryOperator.identity()));
    }
    try (AskedModels.Answers answers = models.open(context.published(), context.watch())) {
      return build(decision, new Step(asset, spec, inputs, inputStates, context, answers::answer));
    }
  }

  private Outcome build(Decision.Build decision, Step step) {
    return switch (decision.work()) {
      case TableWork.Redefine _ -> step.redefine();
      case TableWork.Rebuild _ -> step.store(writer.rebuild(step.target(Optional.empty())), false);
      case TableWork.Merge _ -> step.store(writer.merge(step.target(step.base())), true);
      case TableWork.Days days -> step.days(days);
      case TableWork.Recheck _ -> step.recheck();
      // The plan could not tell; by now every input is built or was never selected.
      default ->
          throw new IllegalStateException(
              "table " + step.asset.name() + " cannot do " + decision.work());
    };
  }

  @Override
  public void sweep(Asset asset, long runId) {
    for (String table : asset.kind().tables(asset.name())) {
      Leftovers.sweep(lake, new VersionId(table, asset.fingerprint().hex()), runId);
    }
  }

  /** One table's turn in one run. */
  private final class Step {
    private final Asset asset;
    private final TableSpec spec;
    private final Map<String, Relation> inputs;
    private final Map<String, String> inputStates;
    private final StepContext context;
    private final UnaryOperator<Query> answers;
    private final VersionId version;

    Step(
        Asset asset,
        TableSpec spec,
        Map<String, Relation> inputs,
        Map<String, String> inputStates,
        StepContext context,
        UnaryOperator<Query> answers) {
      this.asset = asset;
      this.answers = answers;
      this.spec = spec;
      this.inputs = inputs;
      this.inputStates = inputStates;
      this.context = context;
      this.version = new VersionId(asset.name(), asset.fingerprint().hex());
    }

    /** The published snapshot of this very definition. */
    Optional<Long> base() {
      return current()
          .map(Publication::content)
          .map(Publication.Content::data)
          .filter(Publication.Stored.class::isInstance)
          .map(data -> ((Publication.Stored) data).snapshotId());
    }

    private Optional<Publication> current() {
      return Staleness.of(asset, context.published(), "sql").current();
    }

    TableWriter.Target target(Optional<Long> base) {
      return new TableWriter.Target(
          version,
          spec,
          statement(),
          answers,
          schema -> Gate.lookFor(asset, spec.checks(), schema, context),
          base,
          context);
    }

    /** What the user wrote, so that a failure can name the place in the file. */
    private Query statement() {
      return Query.of(spec.sql().text(), inputs).at(spec.sql().at(1, 1));
    }

    /** A view has no rows to commit: its checks run on what readers would see. */
    Outcome redefine() {
      Query query = statement();
      engine.describe(query); // An unknown column is found now, not by the first reader.
      Gate.Verdict verdict = gate.check(asset, spec.checks(), new Relation.View(query), context);
      Publication.Virtual view = new Publication.Virtual(spec.sql().text());
      String state = asset.fingerprint().hex() + new TreeMap<>(inputStates);
      return outcome(verdict, content(view, state, DayRanges.none()), false, 0);
    }

    Outcome days(TableWork.Days work) {
      boolean continues = work.start() == Start.ON_WHAT_IS_THERE;
      Optional<Long> base = continues ? base() : Optional.empty();
      DayRanges built =
          continues
              ? current().map(p -> p.content().days()).orElse(DayRanges.none())
              : DayRanges.none();
      if (work.days().isEmpty()) {
        requireTime();
      }
      return store(
          writer.days(target(base), work.days(), work.dropped()),
          continues,
          built.union(work.days()).minus(work.dropped()));
    }

    private void requireTime() {
      // In older ledgers, an input without rows may be the one that has a time.
      boolean allHaveRows =
          !inputs.isEmpty()
              && inputs.values().stream().mapToLong(Relations::rows).allMatch(rows -> rows > 0);
      if (allHaveRows
          && asset.definition().inputs().stream()
              .noneMatch(input -> Relations.declaresTime(context.published(), input))) {
        throw ResultColumns.timeUnknown(asset.name(), asset.definition().inputs());
      }
    }

    Outcome store(Staged written, boolean continues) {
      return store(written, continues, DayRanges.none());
    }

    private Outcome store(Staged written, boolean continues, DayRanges days) {
      try (Staged staged = written) {
        Gate.Verdict verdict = gate.check(asset, spec.checks(), staged, context);
        if (verdict.refusal().isPresent()) {
          return refused(verdict);
        }
        Publication.Stored stored = staged.commit(context, spec.time());
        Publication.Content content = content(stored, "s" + stored.snapshotId(), days);
        return outcome(verdict, content, continues, staged.addedRows());
      }
    }

    Outcome recheck() {
      Publication shown =
          current()
              .orElseThrow(
                  () -> new IllegalStateException("nothing is published of " + asset.name()));
      Gate.Verdict verdict =
          gate.check(
              asset, spec.checks(), relations.of(context.published(), asset.name()), context);
      Publication.Content old = shown.content();
      return verdict.refusal().isPresent()
          ? refused(verdict)
          : outcome(verdict, content(old.data(), old.state(), old.days()), true, 0);
    }

    private Publication.Content content(Publication.Data data, String state, DayRanges days) {
      return new Publication.Content(
          asset.name(),
          asset.name(),
          asset.kind().name(),
          asset.fingerprint().hex(),
          asset.definition().identityDigest(),
          asset.definition().auditDigest(),
          state,
          data,
          inputStates,
          days);
    }

    private Outcome outcome(
        Gate.Verdict verdict, Publication.Content content, boolean continues, long rowsOut) {
      if (verdict.refusal().isPresent()) {
        return refused(verdict);
      }
      List<Ledger.Release> releases = new ArrayList<>(verdict.sideTables());
      releases.add(new Ledger.Release(content, continues, List.of()));
      return new Outcome(releases, verdict.checks(), rowsIn(), rowsOut, 0, Optional.empty());
    }

    private Outcome refused(Gate.Verdict verdict) {
      return new Outcome(verdict.sideTables(), verdict.checks(), rowsIn(), 0, 0, verdict.refusal());
    }

    private long rowsIn() {
      return inputs.values().stream().mapToLong(Relations::rows).sum();
    }
  }
}
