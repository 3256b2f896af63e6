package dev.headrace.ml.registry;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.spec.SpecBinder;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.requested.RequestedTables;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.ModelFile;
import dev.headrace.ml.learn.curve.LearningCurve;
import dev.headrace.ml.learn.onnx.OnnxModel;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/** The models of a project: the front door of this room. Not thread-safe. */
public final class Models {
  private final Graph graph;
  private final Ledger ledger;
  private final Lake lake;
  private final SqlEngine engine;
  private final SqlEngine trusted;
  private final Registry registry;

  /**
   * @param trusted an engine that may read files of the lake's directories
   */
  public Models(Graph graph, Ledger ledger, Lake lake, SqlEngine engine, SqlEngine trusted) {
    this.graph = graph;
    this.ledger = ledger;
    this.lake = lake;
    this.engine = engine;
    this.trusted = trusted;
    this.registry = new Registry(lake.modelsDirectory(), ledger.aliases());
  }

  /** The models of a graph, by name. */
  public static List<Asset> of(Graph graph) {
    return graph.assets().stream()
        .filter(asset -> asset.kind().name().equals(ModelKind.NAME))
        .sorted(Comparator.comparing(Asset::name))
        .toList();
  }

  /**
   * The model of that name in a graph.
   *
   * @throws HeadraceException MODEL_UNKNOWN, with the nearest name
   */
  public static Asset require(Graph graph, String name) {
    return of(graph).stream()
        .filter(asset -> asset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new HeadraceException(
                    ModelError.MODEL_UNKNOWN,
                    "Cannot find model '%s': the project declares none of that name."
                        .formatted(name),
                    of(graph).isEmpty()
                        ? "Declare one in models/" + name + ".yaml."
                        : Names.suggest(name, of(graph).stream().map(Asset::name).toList())));
  }

  /** The versions, as files. */
  public Registry registry() {
    return registry;
  }

  /**
   * The version that a reference means: {@code churn} and {@code churn@champion} what is shown,
   * {@code churn:3} a number, {@code churn@latest} and {@code churn@ALIAS} what these name.
   *
   * @throws HeadraceException MODEL_UNKNOWN, MODEL_VERSION_UNKNOWN
   */
  public ModelCard find(String reference, Published published) {
    int colon = reference.indexOf(':');
    int at = colon < 0 ? reference.indexOf('@') : colon;
    String name = at < 0 ? reference : reference.substring(0, at);
    require(graph, name);
    return registry.find(
        name,
        at < 0 ? Registry.CHAMPION : reference.substring(at + 1),
        ModelBuilder.shown(published, name));
  }

  /**
   * When the names of a model's versions came to which version, and why.
   *
   * @param model declared, or one that was and has versions
   * @throws HeadraceException MODEL_UNKNOWN
   */
  public ModelHistory history(String model, String environment) {
    if (!registry.models().contains(model)) {
      require(graph, model);
    }
    return ModelHistory.of(
        model,
        environment,
        registry.versions(model),
        ledger.environments().showings(environment, model),
        registry.moves(model));
  }

  /** The declaration that a version was trained from. */
  public static ModelSpec spec(ModelCard card) {
    Problems problems = new Problems();
    SpecBinder binder = new SpecBinder(Environment.empty(), Path.of(""));
    return binder
        .bind(ModelSpec.class, Kind.FileForm.YAML, "card.json", card.spec(), problems)
        .map(SpecBinder.Bound::spec)
        .orElseThrow(
            () ->
                problems.toException(
                    ModelError.MODEL_CORRUPT,
                    "Cannot read what version %d of model '%s' was trained from"
                        .formatted(card.version(), card.model()),
                    "Train the model again."));
  }

  /**
   * What came of training again from the recorded snapshots.
   *
   * @param files names of the files that were compared
   */
  public record Reproduction(ModelCard card, List<String> files) {
    public Reproduction {
      files = List.copyOf(files);
    }
  }

  /**
   * Trains a version again, from its recorded declaration on its recorded snapshots, and compares
   * every file with what was registered.
   *
   * @throws HeadraceException MODEL_NOT_REPRODUCED, MODEL_INPUT_GONE
   */
  public Reproduction reproduce(ModelCard card, Watch watch) {
    ModelSpec spec = spec(card);
    Training training =
        Training.run(
            card.model(),
            spec,
            spec.learn() instanceof LearnSpec.Onnx
                ? Optional.of(registry.file(card, OnnxModel.FILE))
                : Optional.empty(),
            engine,
            Inputs.relation(lake, card.inputs().getFirst()),
            new Training.Wanted.Model(),
            watch);
    SortedMap<String, String> again = Registry.digests(ModelFile.write(training.trained().model()));
    if (!again.equals(card.files())) {
      TreeSet<String> differing = new TreeSet<>(card.files().keySet());
      differing.addAll(again.keySet());
      differing.removeIf(
          file -> again.getOrDefault(file, "").equals(card.files().getOrDefault(file, "-")));
      throw new HeadraceException(
          ModelError.MODEL_NOT_REPRODUCED,
          "Cannot reproduce version %d of model '%s': training on the recorded snapshots gave another %s."
              .formatted(card.version(), card.model(), String.join(", ", differing)),
          "It was trained by release %s%s; another release or processor may round otherwise."
              .formatted(card.headrace(), card.machine() == null ? "" : " on " + card.machine()));
    }
    return new Reproduction(card, List.copyOf(again.keySet()));
  }

  /**
   * How good models like a version are that learn from fewer of its rows: trained anew with its
   * settings, about twice as long as it took.
   *
   * @throws HeadraceException LEARN_TOO_FEW_ROWS, LEARN_SETTING, MODEL_INPUT_GONE, and those of
   *     training
   */
  public LearningCurve curve(ModelCard card, Watch watch) {
    return CurveDrawing.of(card, engine, Inputs.relation(lake, card.inputs().getFirst()), watch);
  }

  /**
   * Why a version predicts what it does.
   *
   * @throws HeadraceException LEARN_EXPLAIN, LEARN_COLUMN, MODEL_INPUT_GONE, MODEL_CORRUPT
   */
  public Explanation explain(ModelCard card, Explanation.Question question, Watch watch) {
    return Explanation.of(
        card, registry.load(card), question, engine, trainedOn(card), null, watch);
  }

  /**
   * The same of the rows of a table as it is now.
   *
   * @param now rows after it are refused where features of views belong to them
   * @throws HeadraceException MODEL_COLUMN, MODEL_FEATURES_CHANGED beside those
   */
  public Explanation explain(
      ModelCard card,
      Explanation.Question question,
      String from,
      Published published,
      Instant now,
      Watch watch) {
    return Explanation.of(
        card,
        registry.load(card),
        question,
        engine,
        trainedOn(card),
        new Explanation.Asked(from, predictions().rows(card, from, published, now, watch)),
        watch);
  }

  /**
   * Predicts the rows of a table and publishes them with the predictions and what moved each:
   * {@code base_score} and {@code why_FEATURE} sum to the score. The caller holds the run lock.
   *
   * @throws HeadraceException those of {@link #predict} and LEARN_EXPLAIN
   */
  public Predictions.Written explainAll(
      ModelCard card,
      Explanation.Question question,
      String from,
      String to,
      Published published,
      Instant now,
      Watch watch) {
    Model model = registry.load(card);
    return predictions()
        .write(
            card,
            model,
            from,
            to,
            Explanation.told(card, model, question, engine, trainedOn(card), watch),
            published,
            now,
            watch);
  }

  private Relation trainedOn(ModelCard card) {
    return Inputs.relation(lake, card.inputs().getFirst());
  }

  private Predictions predictions() {
    return new Predictions(new RequestedTables(graph, ledger, lake), graph, lake, engine, trusted);
  }

  /** One difference of two versions. */
  public record Difference(String what, String left, String right) {}

  /** How two versions differ, in what they were made of and in how good they are. */
  public static List<Difference> diff(ModelCard left, ModelCard right) {
    List<Difference> found = new ArrayList<>();
    add(found, "release", left.headrace(), right.headrace());
    add(found, "machine", machine(left), machine(right));
    SpecDiff.of(left.spec(), right.spec()).forEach(found::add);
    add(found, "features", left.features().toString(), right.features().toString());
    add(found, "inputs", inputs(left.inputs()), inputs(right.inputs()));
    add(found, "rows", Integer.toString(left.rows()), Integer.toString(right.rows()));
    left.files()
        .forEach((file, digest) -> add(found, file, digest, right.files().getOrDefault(file, "")));
    left.estimates()
        .forEach(
            (metric, estimate) -> {
              Double other = right.estimates().get(metric);
              add(found, metric.word(), estimate.toString(), other == null ? "" : other.toString());
            });
    return found;
  }

  private static String machine(ModelCard card) {
    return card.machine() == null ? "" : card.machine().toString();
  }

  private static String inputs(List<ModelCard.Input> inputs) {
    return String.join(
        ", ",
        inputs.stream()
            .map(
                input ->
                    input.table()
                        + (input.snapshot() != null
                            ? "@" + input.snapshot()
                            : input.reads().isEmpty()
                                ? " (view)"
                                : " (of " + inputs(input.reads()) + ")"))
            .toList());
  }

  private static void add(List<Difference> found, String what, String left, String right) {
    if (!left.equals(right)) {
      found.add(new Difference(what, left, right));
    }
  }

  /**
   * Predicts the rows of a table and publishes them with the predictions. The caller holds the run
   * lock.
   *
   * @param now rows after it are refused where features of views belong to them
   * @throws HeadraceException MODEL_TARGET, MODEL_COLUMN, MODEL_CORRUPT, MODEL_FEATURES_CHANGED,
   *     and those of LearnError where a column is not what was learnt from
   */
  public Predictions.Written predict(
      ModelCard card, String from, String to, Published published, Instant now, Watch watch) {
    return predictions().write(card, registry.load(card), from, to, published, now, watch);
  }
}
