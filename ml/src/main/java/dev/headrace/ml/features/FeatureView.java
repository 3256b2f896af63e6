package dev.headrace.ml.features;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A feature view by name, its features spelled out.
 *
 * @param name of the asset, and of the table that holds its latest values
 * @param features one per window, in the order of their declaration
 */
public record FeatureView(String name, FeatureViewSpec spec, List<Feature> features) {
  public FeatureView {
    features = List.copyOf(features);
  }

  /** The view that a declaration makes. */
  public static FeatureView of(String name, FeatureViewSpec spec) {
    List<Feature> features = new ArrayList<>();
    spec.features().forEach((declared, feature) -> features.addAll(expand(declared, feature)));
    return new FeatureView(name, spec, features);
  }

  private static List<Feature> expand(String name, FeatureSpec spec) {
    Optional<String> where = Optional.ofNullable(spec.where());
    if (spec.window().size() <= 1) {
      return List.of(
          new Feature(name, name, spec.computation(), where, spec.window().stream().findFirst()));
    }
    return spec.window().stream()
        .map(
            window ->
                new Feature(
                    name + "_" + window, name, spec.computation(), where, Optional.of(window)))
        .toList();
  }

  /** Feature names in order. */
  public List<String> names() {
    return features.stream().map(Feature::name).toList();
  }

  /** The feature of that name. */
  public Optional<Feature> feature(String feature) {
    return features.stream().filter(known -> known.name().equals(feature)).findFirst();
  }
}
