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
import dev.headrace.spi.digest.Sha256;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.nio.file.Path;
import java.util.ArrayList;
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
    ComputedChecks.check(spec, origin, problems);
    if (spec.label() != null && spec.features().contains(spec.label())) {
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
    new TaskChecks(spec, origin, problems).check();
    String identity = SpecText.json(identity(spec, from.identity()));
    if (spec.learn() instanceof LearnSpec.Onnx onnx) {
      if (spec.tune() != null) {
        problems.add(
            origin.at("tune"),
            "'tune' searches settings of a learner, and an ONNX file has none.",
            "Leave it out.");
      }
      try {
        identity += "\n" + Sha256.hex(BroughtFile.read(project, onnx.file()));
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

  /** What matters for the predictions: neither gate nor words about it. */
  private static ModelSpec identity(ModelSpec spec, String from) {
    return new ModelSpec(
        spec.label(),
        new Examples(from),
        spec.features(),
        spec.except(),
        spec.transform(),
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
