package dev.headrace.ml.features;

import dev.headrace.core.project.Names;
import dev.headrace.spi.error.HeadraceException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Features of several views, by view, in the order in which they were named.
 *
 * @param byView names of features, each set in the order of the view's declaration or of mention
 */
public record FeatureSelection(SequencedMap<FeatureView, SequencedSet<String>> byView) {

  /**
   * Reads {@code view.feature} and {@code view.*}.
   *
   * @param views by name
   * @throws HeadraceException FEATURES_SELECTION, FEATURES_UNKNOWN_VIEW, FEATURES_UNKNOWN_FEATURE
   */
  public static FeatureSelection parse(List<String> references, Collection<FeatureView> views) {
    Map<String, FeatureView> byName =
        views.stream().collect(Collectors.toMap(FeatureView::name, Function.identity()));
    SequencedMap<FeatureView, SequencedSet<String>> chosen = new LinkedHashMap<>();
    for (String reference : references) {
      int dot = reference.indexOf('.');
      if (dot <= 0 || dot == reference.length() - 1) {
        throw new HeadraceException(
            FeatureError.FEATURES_SELECTION,
            "Cannot read the feature '%s': it is not written VIEW.FEATURE.".formatted(reference),
            "Write for example user_activity.clicks_7d, or user_activity.* for all of a view.");
      }
      FeatureView view = view(reference.substring(0, dot), byName);
      String feature = reference.substring(dot + 1);
      SequencedSet<String> names = chosen.computeIfAbsent(view, _ -> new LinkedHashSet<>());
      if (feature.equals("*")) {
        names.addAll(view.names());
      } else if (view.feature(feature).isPresent()) {
        names.add(feature);
      } else {
        throw new HeadraceException(
            FeatureError.FEATURES_UNKNOWN_FEATURE,
            "Cannot find feature '%s' in view '%s'.".formatted(feature, view.name()),
            Names.suggest(feature, view.names()));
      }
    }
    if (chosen.isEmpty()) {
      throw new HeadraceException(
          FeatureError.FEATURES_SELECTION,
          "Cannot join features: none is named.",
          "Name them, for example --features user_activity.*");
    }
    return new FeatureSelection(chosen);
  }

  private static FeatureView view(String name, Map<String, FeatureView> byName) {
    FeatureView view = byName.get(name);
    if (view == null) {
      throw unknownView(name, byName.keySet());
    }
    return view;
  }

  static HeadraceException unknownView(String name, Collection<String> known) {
    return new HeadraceException(
        FeatureError.FEATURES_UNKNOWN_VIEW,
        "Cannot find feature view '%s': the project declares none of that name.".formatted(name),
        known.isEmpty()
            ? "Declare one in features/" + name + ".yaml."
            : Names.suggest(name, known));
  }

  /** The column that a feature becomes in a training set. */
  public static String column(String view, String feature) {
    return view + "__" + feature;
  }
}
