package dev.headrace.ml.registry;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.ranking.Groups;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The groups that a column makes of rows, and what is asked of them. */
final class RankedGroups {
  private RankedGroups() {}

  /**
   * A number per row, the same for those of a group.
   *
   * @throws HeadraceException LEARN_SETTING where a row has no group
   */
  static int[] of(Frame.Column column) {
    int[] ids =
        switch (column) {
          case Frame.Categories(String _, int[] codes, List<String> _) -> codes;
          case Frame.Numbers(String _, double[] values) -> {
            Map<Double, Integer> known = new HashMap<>();
            yield Arrays.stream(values)
                .mapToInt(x -> Double.isNaN(x) ? -1 : known.computeIfAbsent(x, _ -> known.size()))
                .toArray();
          }
        };
    long missing = Arrays.stream(ids).filter(id -> id < 0).count();
    if (missing > 0) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot rank rows by '%s': it is missing in %d of %d rows."
              .formatted(column.name(), missing, ids.length),
          "Leave such rows out of the table: where %s is not null.".formatted(column.name()));
    }
    return ids;
  }

  /**
   * What is predicted of rows in groups: grades that order them, or one of two classes, whose
   * probability orders them. It is classes where the learner knows nothing else, where the label is
   * a text, and where a class is named {@code positive}.
   *
   * @throws HeadraceException LEARN_LABEL
   */
  static Target target(ModelSpec spec, Frame.Column label) {
    boolean classes =
        !(spec.learn() instanceof LearnSpec.Regresses)
            || (spec.learn() instanceof LearnSpec.Classifies
                && (label instanceof Frame.Categories || spec.positive() != null));
    if (!classes) {
      return Target.Relevance.of(label, spec.learn());
    }
    Target target = Target.of(label, spec.learn(), spec.positive());
    if (target instanceof Target.Classes) {
      return target;
    }
    throw new HeadraceException(
        LearnError.LEARN_LABEL,
        "Cannot rank rows of the same '%s' by '%s': its values are more than two classes."
            .formatted(spec.group(), label.name()),
        "Let the table give two, or grades 0, 1, 2, … to 'gbdt' without 'positive'.");
  }

  /**
   * A group counts as a whole.
   *
   * @throws HeadraceException LEARN_SETTING where rows of a group are weighted differently
   */
  static void requireOneWeight(TrainingSet all) {
    if (all.groups().isPresent()
        && all.weights().isPresent()
        && !Groups.of(all.groups().get()).agreeOn(all.weights().get())) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot weigh the groups of a ranking: rows of the same group have different weights.",
          "Let the table give the same weight in every row of a group.");
    }
  }

  /** Groups in which no order is better than another: they teach and tell nothing. */
  static List<String> withoutRelevant(TrainingSet all) {
    if (all.groups().isEmpty()) {
      return List.of();
    }
    Groups groups = Groups.of(all.groups().get());
    long without = 0;
    for (int g = 0; g < groups.count(); g++) {
      without += Arrays.stream(groups.rows(g)).allMatch(i -> all.labels()[i] == 0) ? 1 : 0;
    }
    return without == 0
        ? List.of()
        : List.of(
            "%d of %d groups have no relevant row: metrics of rankings leave them out"
                .formatted(without, groups.count()));
  }
}
