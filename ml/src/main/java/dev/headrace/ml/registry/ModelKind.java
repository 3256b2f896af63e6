package dev.headrace.ml.registry;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.core.project.spec.SpecText;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The kind {@code model}: files {@code models/*.yaml}. */
public final class ModelKind implements Kind<ModelSpec> {
  private static final String FEATURE_VIEW = "feature-view";

  /** The kind's name. */
  public static final String NAME = "model";

  private final BiFunction<String, Location, SqlAnalysis> analyzer;
  private final Path project;

  /**
   * @param analyzer reads a statement that begins at a place; throws {@link HeadraceException} for
   *     one that is not a SELECT
   * @param project directory that the files of models made elsewhere lie in
   */
  public ModelKind(BiFunction<String, Location, SqlAnalysis> analyzer, Path project) {
    this.analyzer = analyzer;
    this.project = project;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String folder() {
    return "models";
  }

  @Override
  public Set<String> besides() {
    return Set.of(BroughtFile.ENDING);
  }

  @Override
  public FileForm form() {
    return FileForm.YAML;
  }

  @Override
  public Class<ModelSpec> specType() {
    return ModelSpec.class;
  }

  @Override
  public Definition define(Declaration<ModelSpec> declaration, Scope scope, Problems problems) {
    ModelSpec spec = declaration.spec();
    Declaration.Origin origin = declaration.origin();
    ExampleQuery from = ExampleQuery.of(declaration, analyzer, scope, problems);
    if (!spec.features().isEmpty() && !spec.except().isEmpty()) {
      problems.add(
          origin.at("except"),
          "'except' leaves columns out of all, and 'features' names those to learn from.",
          "Write one of them.");
    }
    if (spec.features().contains(spec.label())) {
      problems.add(
          origin.at("features"),
          "The label '" + spec.label() + "' is among the features.",
          "A model that is given the answer has nothing to learn.");
    }
    Set<String> twice =
        spec.features().stream()
            .filter(one -> spec.features().indexOf(one) != spec.features().lastIndexOf(one))
            .collect(Collectors.toCollection(TreeSet::new));
    twice.forEach(
        one ->
            problems.add(
                origin.at("features"),
                "The feature '" + one + "' is named twice.",
                "Name it once."));
    checkMetrics(spec, origin, problems);
    if (spec.group() != null) {
      checkRanking(spec, origin, problems);
    }
    String identity = SpecText.json(identity(spec, from.identity()));
    if (spec.learn() instanceof LearnSpec.Onnx onnx) {
      if (spec.tune() != null) {
        problems.add(
            origin.at("tune"),
            "'tune' searches settings of a learner, and an ONNX file has none.",
            "Leave it out.");
      }
      try {
        identity += "\n" + Registry.digest(BroughtFile.read(project, onnx.file()));
      } catch (HeadraceException e) {
        problems.add(origin.at("learn.onnx.file"), String.valueOf(e.getMessage()), e.hint());
      }
    }
    List<String> inputs = new ArrayList<>(from.tables());
    inputs.addAll(views(spec, scope, origin, problems));
    return new Definition(
        inputs.stream().distinct().toList(),
        List.of(),
        identity,
        spec.gate() == null ? "" : spec.gate().toString(),
        spec.key(),
        new TreeSet<>(spec.tags()));
  }

  /** The feature views that are read. */
  private static List<String> views(
      ModelSpec spec, Scope scope, Declaration.Origin origin, Problems problems) {
    Set<String> known = scope.assetsOf(FEATURE_VIEW);
    Set<String> views = new LinkedHashSet<>();
    for (int i = 0; i < spec.features().size(); i++) {
      String feature = spec.features().get(i);
      if (!ModelRows.isOfView(feature)) {
        continue;
      }
      String view = feature.substring(0, feature.indexOf('.'));
      if (known.contains(view)) {
        views.add(view);
      } else {
        problems.add(
            origin.at("features[" + i + "]"),
            "unknown feature view '" + view + "'",
            known.isEmpty()
                ? "declare it in features/" + view + ".yaml"
                : Names.suggest(view, known));
      }
    }
    if (views.isEmpty() && spec.time() != null) {
      problems.add(
          origin.at("time"),
          "'time' is the moment as of which features of views are taken, and none is named.",
          "Name some in 'features', or leave 'time' out.");
    }
    return List.copyOf(views);
  }

  /** What does not go with a ranking, whatever the labels are. */
  private static void checkRanking(ModelSpec spec, Declaration.Origin origin, Problems problems) {
    if (!(spec.learn() instanceof LearnSpec.Regresses)) {
      problems.add(
          origin.at("learn"),
          "'group' asks for a ranking, and this learner tells classes apart.",
          "Choose 'gbdt', or another learner of numbers.");
    }
    if (spec.split().stratified()) {
      problems.add(
          origin.at("split.stratified"),
          "'stratified' deals rows by class, and a ranking is split by whole groups.",
          "Leave it out.");
    }
    if (spec.positive() != null) {
      problems.add(
          origin.at("positive"),
          "'positive' names a class, and the label of a ranking is how relevant a row is.",
          "Leave it out.");
    }
    if (spec.label().equals(spec.group())) {
      problems.add(
          origin.at("group"),
          "The label '" + spec.label() + "' is the 'group' too.",
          "Name the column whose equal values are ranked together, such as a query.");
    }
  }

  /** Some metrics do not go together, whatever the label is. */
  private static void checkMetrics(ModelSpec spec, Declaration.Origin origin, Problems problems) {
    boolean anyTaskHasAll =
        Arrays.stream(Metric.Task.values())
            .anyMatch(task -> Judging.named(spec).stream().allMatch(metric -> metric.fits(task)));
    if (!anyTaskHasAll) {
      problems.add(
          origin.at("evaluate.metrics"),
          "The metrics of 'evaluate' and 'gate' are of different things, such as classes and"
              + " numbers: "
              + Judging.named(spec).stream()
                  .map(metric -> metric.word())
                  .collect(Collectors.joining(", "))
              + ".",
          "Name those of two classes, of several, or of a number.");
    }
  }

  /** What matters for the predictions: neither gate nor words about it. */
  private static ModelSpec identity(ModelSpec spec, String from) {
    return new ModelSpec(
        spec.label(),
        new Examples(from),
        spec.features(),
        spec.except(),
        spec.key(),
        spec.time(),
        spec.group(),
        spec.learn(),
        spec.prepare(),
        spec.split(),
        spec.tune(),
        spec.calibrate(),
        spec.evaluate(),
        null,
        spec.positive(),
        spec.weight(),
        spec.seed(),
        spec.threads(),
        List.of(),
        null);
  }
}
