package dev.headrace.ml.features;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Definition;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.Scope;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.ml.features.internal.ViewValidation;
import dev.headrace.spi.error.Location;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** The kind {@code feature-view}: files {@code features/*.yaml}. */
public final class FeatureViewKind implements Kind<FeatureViewSpec> {
  private final BiFunction<String, Location, SqlAnalysis> analyzer;

  /**
   * @param analyzer reads a statement that begins at a place; throws {@link
   *     dev.headrace.spi.error.HeadraceException} for one that is not a SELECT
   */
  public FeatureViewKind(BiFunction<String, Location, SqlAnalysis> analyzer) {
    this.analyzer = analyzer;
  }

  @Override
  public String name() {
    return "feature-view";
  }

  @Override
  public String folder() {
    return "features";
  }

  @Override
  public FileForm form() {
    return FileForm.YAML;
  }

  @Override
  public Class<FeatureViewSpec> specType() {
    return FeatureViewSpec.class;
  }

  @Override
  public Definition define(
      Declaration<FeatureViewSpec> declaration, Scope scope, Problems problems) {
    FeatureViewSpec spec = declaration.spec();
    FeatureView view = FeatureView.of(declaration.name(), spec);
    new ViewValidation(declaration, view, analyzer, problems).check(scope);
    String identity =
        String.join(
            "\n",
            spec.entity(),
            spec.keyColumns().toString(),
            spec.time(),
            String.valueOf(spec.arrival()),
            spec.row().toString(),
            String.valueOf(spec.ttl()),
            view.features().toString());
    return new Definition(
        List.of(spec.from().toLowerCase(Locale.ROOT)),
        List.of(),
        identity,
        "",
        spec.keyColumns(),
        new TreeSet<>(spec.tags()));
  }
}
