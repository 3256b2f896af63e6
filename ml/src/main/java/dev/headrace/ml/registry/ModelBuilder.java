package dev.headrace.ml.registry;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Aliases;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Published;
import dev.headrace.core.plan.Staleness;
import dev.headrace.core.project.spec.SpecText;
import dev.headrace.core.run.Builder;
import dev.headrace.core.run.Outcome;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.catalog.ColumnOrigins;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Leftovers;
import dev.headrace.data.release.Staged;
import dev.headrace.ml.learn.ModelFile;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model, registers it as a version, and publishes its predictions of rows it had not
 * learnt from. A version that its gate refuses is registered and not published.
 */
public final class ModelBuilder implements Builder {
  /** What the state of a table of predictions begins with; its snapshot when published follows. */
  private static final String STATE = "s";

  private final Supplier<Graph> graph;
  private final Lake lake;
  private final SqlEngine engine;
  private final SqlEngine trusted;
  private final Registry registry;
  private final String release;
  private final ModelCard.Machine machine;
  private final Origins origins;
  private final Path project;

  /** Where the columns of examples come from; empty where nobody can tell. */
  @FunctionalInterface
  public interface Origins {
    /**
     * Follows the columns of a table or a query.
     *
     * @param published what is shown of the tables they are made from
     * @param inputs all that the model reads
     */
    Optional<ColumnOrigins> of(Published published, Examples from, List<String> inputs);
  }

  /**
   * @param graph where feature views are declared
   * @param trusted an engine that may read files of the lake's directories
   * @param release of Headrace, for the card
   * @param origins to see whether features are made of the label
   * @param project directory that the files of models made elsewhere lie in
   * @param names of versions
   */
  public ModelBuilder(
      Supplier<Graph> graph,
      Lake lake,
      SqlEngine engine,
      SqlEngine trusted,
      String release,
      ModelCard.Machine machine,
      Origins origins,
      Path project,
      Aliases names) {
    this.graph = graph;
    this.lake = lake;
    this.engine = engine;
    this.trusted = trusted;
    this.registry = new Registry(lake.modelsDirectory(), names);
    this.release = release;
    this.machine = machine;
    this.origins = origins;
    this.project = project;
  }

  @Override
  public Decision decide(Asset asset, Published published, BuildOptions options) {
    ModelSpec spec = (ModelSpec) asset.declaration().spec();
    Staleness staleness = Staleness.of(asset, published, "model");
    ModelWork work =
        new ModelWork.Train(learner(spec), spec.from().isQuery() ? "a query" : spec.from().text());
    if (options.isFullRefresh()) {
      return new Decision.Build(List.of("full refresh"), work);
    }
    return staleness.reasons().isEmpty()
        ? Decision.Skip.UP_TO_DATE
        : new Decision.Build(staleness.reasons(), work);
  }

  private static String learner(ModelSpec spec) {
    return spec.learn().getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  @Override
  public Outcome build(Asset asset, Decision.Build decision, StepContext context) {
    ModelSpec spec = (ModelSpec) asset.declaration().spec();
    // Taken before anything is read: what arrives later makes the model stale again.
    Map<String, String> inputStates = Staleness.inputStates(asset, context.published());
    ModelRows rows =
        ModelRows.declared(
            asset,
            new ModelRows.Source(graph.get(), lake, engine),
            context.published(),
            context.startedAt(),
            context.watch());
    Relation from = rows.relation();
    Training training =
        Training.run(
            asset.name(),
            spec,
            BroughtFile.of(asset, project),
            engine,
            from,
            new Training.Wanted.Judgement(
                origins.of(context.published(), spec.from(), asset.definition().inputs()),
                rows.times()),
            context.watch());
    Map<String, byte[]> files = ModelFile.write(training.trained().model());
    Long shown = shown(context.published(), asset.name());
    ModelCard card = card(asset, spec, rows, training, files, context);
    List<Gate.Judged> judged =
        spec.gate() == null
            ? List.of()
            : spec.gate()
                .judge(
                    card.estimates(),
                    registry.champion(asset.name(), shown).map(ModelCard::estimates));
    card = withGate(card, judged);
    List<CheckRecord> checks = judged.stream().map(ModelBuilder::check).toList();
    if (!card.accepted()) {
      ModelCard kept = registered(card, files);
      return new Outcome(List.of(), checks, training.rows(), 0, 0, Optional.of(refusal(kept)));
    }
    return publish(asset, card, files, training, from, inputStates, checks, context);
  }

  private Outcome publish(
      Asset asset,
      ModelCard card,
      Map<String, byte[]> files,
      Training training,
      Relation from,
      Map<String, String> inputStates,
      List<CheckRecord> checks,
      StepContext context) {
    VersionId version = new VersionId(asset.name(), asset.fingerprint().hex());
    PredictionTable.Written written =
        new PredictionTable(lake, trusted)
            .write(
                version,
                training.columns().numbered("examples", training.order()),
                training.columns().kept(),
                added(training.target()),
                from,
                training.predictions(),
                context.filePrefix(),
                context.watch());
    try (Staged staged =
        new Staged(
            lake,
            version,
            Optional.empty(),
            written.schema(),
            Layout.whole(),
            List.of(new Change.Replace(written.files())))) {
      Publication.Stored stored = staged.commit(context, null);
      registered(card.shownAs(stored.snapshotId()), files);
      Publication.Content content =
          new Publication.Content(
              asset.name(),
              asset.name(),
              asset.kind().name(),
              asset.fingerprint().hex(),
              asset.definition().identityDigest(),
              asset.definition().auditDigest(),
              state(stored.snapshotId()),
              stored,
              inputStates,
              DayRanges.none());
      return new Outcome(
          List.of(new Ledger.Release(content, false, List.of())),
          checks,
          training.rows(),
          stored.rows(),
          0,
          Optional.empty());
    }
  }

  /** Of two classes the threshold tells which is predicted, so the table need not. */
  private static String added(Target target) {
    PredictedColumns columns = PredictedColumns.of(target, Threshold.HALF);
    if (target instanceof Target.Found) {
      return columns.numbersSql() + ", p.fold = 0 as " + ModelColumns.LEARNT_FROM;
    }
    return "p.fold as fold, "
        + (target instanceof Target.Several ? columns.allSql() : columns.numbersSql());
  }

  /** The state of the table of predictions that a snapshot was published as. */
  static String state(long snapshot) {
    return STATE + snapshot;
  }

  /**
   * The snapshot as which the predictions were published that are shown of a model; null where none
   * are. Joining small files makes another snapshot of the same state, so it is the state that
   * tells.
   */
  public static @Nullable Long shown(Published published, String model) {
    return published
        .table(model)
        .map(Publication::content)
        .filter(content -> content.kind().equals(ModelKind.NAME))
        .filter(content -> content.data() instanceof Publication.Stored)
        .map(content -> Long.valueOf(content.state().substring(STATE.length())))
        .orElse(null);
  }

  private ModelCard card(
      Asset asset,
      ModelSpec spec,
      ModelRows rows,
      Training training,
      Map<String, byte[]> files,
      StepContext context) {
    String task =
        switch (training.target()) {
          case Target.Classes(String negative, String positive) ->
              "probability that %s is %s and not %s%s"
                  .formatted(
                      spec.predicts(),
                      positive,
                      negative,
                      spec.group() == null
                          ? ""
                          : ", which orders rows of the same " + spec.group());
          case Target.Several(List<String> classes) ->
              "probability of each of %d classes of %s".formatted(classes.size(), spec.predicts());
          case Target.Quantity _ -> "number " + spec.predicts();
          case Target.Found(Target.Found.Kind kind, List<String> _) ->
              switch (kind) {
                case CLUSTERS -> "cluster of the nearest centre";
                case DENSITY -> "dense cluster, or noise";
                case COMPONENTS -> "place along principal components";
                case ANOMALIES -> "score of how soon a row is isolated";
              };
          case Target.Relevance _ ->
              "order of rows of the same %s by %s".formatted(spec.group(), spec.predicts());
        };
    return new ModelCard(
        ModelCard.FORMAT_VERSION,
        asset.name(),
        0,
        asset.fingerprint().hex(),
        context.runId(),
        context.startedAt().toString(),
        release,
        machine,
        SpecText.json(spec),
        List.of(rows.input()),
        rows.views(),
        task,
        training.columns().features(),
        training.rows(),
        training.trainedOn(),
        training.testedOn(),
        training.scores(),
        training.confusion(),
        training.warnings(),
        List.of(),
        true,
        null,
        Registry.digests(files),
        training.trained().report(),
        training.judgement().orElse(null));
  }

  private static ModelCard withGate(ModelCard card, List<Gate.Judged> judged) {
    return card.judged(
        judged.stream()
            .map(one -> new ModelCard.Condition(one.term().toString(), one.holds(), one.text()))
            .toList());
  }

  /** A refused training that is tried again without a change is the same version, not another. */
  private ModelCard registered(ModelCard card, Map<String, byte[]> files) {
    return registry.versions(card.model()).stream()
        .filter(
            other ->
                !card.accepted()
                    && !other.accepted()
                    && other.files().equals(card.files())
                    && other.inputs().equals(card.inputs())
                    && other.spec().equals(card.spec()))
        .findFirst()
        .orElseGet(() -> registry.register(card, files));
  }

  private static CheckRecord check(Gate.Judged judged) {
    return new CheckRecord(
        "gate(" + judged.term() + ")",
        judged.holds() ? CheckRecord.Status.PASSED : CheckRecord.Status.FAILED,
        0,
        judged.text());
  }

  private static HeadraceException refusal(ModelCard card) {
    return new HeadraceException(
        ModelError.MODEL_GATE,
        "Cannot publish model '%s': version %d did not pass its gate: %s."
            .formatted(
                card.model(),
                card.version(),
                card.gate().stream()
                    .filter(condition -> !condition.holds())
                    .map(ModelCard.Condition::figures)
                    .collect(Collectors.joining("; "))),
        "Readers keep the version before. See it: headrace models show %s:%d."
            .formatted(card.model(), card.version()));
  }

  @Override
  public void sweep(Asset asset, long runId) {
    Leftovers.sweep(lake, new VersionId(asset.name(), asset.fingerprint().hex()), runId);
    registry.sweep(asset.name(), runId);
  }
}
