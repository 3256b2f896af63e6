package dev.headrace.ml.registry;

import dev.headrace.core.project.Declaration;
import dev.headrace.core.project.Problems;

/** What a declaration says of features that are computed, before any table is looked at. */
final class ComputedChecks {
  private static final String KEY = "transform";

  private ComputedChecks() {}

  static void check(ModelSpec spec, Declaration.Origin origin, Problems problems) {
    if (spec.computed().isEmpty()) {
      return;
    }
    if (!spec.except().isEmpty()) {
      problems.add(
          origin.at("except"),
          "'except' leaves columns out of all, and with 'transform' only what is named is learnt"
              + " from.",
          "Leave it out.");
    }
    String label = spec.label();
    spec.computed()
        .forEach(
            (name, expression) -> {
              if (spec.features().contains(name)) {
                problems.add(
                    origin.at(KEY + "." + name),
                    "The feature '" + name + "' is computed, and named in 'features' as it is.",
                    "Name it once.");
              }
              if (name.equals(label)) {
                problems.add(
                    origin.at(KEY + "." + name),
                    "The label '" + name + "' is learnt as it is.",
                    "Let the query of 'from' compute it, under a name that says so.");
              } else if (label != null
                  && expression.columns().stream().anyMatch(label::equalsIgnoreCase)) {
                problems.add(
                    origin.at(KEY + "." + name),
                    "The feature '" + name + "' is computed from the label '" + label + "'.",
                    "A model that is given the answer has nothing to learn.");
              }
              if (name.isBlank() || name.indexOf('.') >= 0) {
                problems.add(
                    origin.at(KEY),
                    "A feature cannot be called '" + name + "'.",
                    "Name it as a column: letters, digits and _.");
              }
            });
  }
}
