package dev.headrace.ml.sql;

import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Labels of rows that a version is to be judged by, as numbers. */
final class Labels {
  private Labels() {}

  /**
   * The labels.
   *
   * @throws HeadraceException MODEL_QUERY_LABEL where one is missing or of no class that was learnt
   */
  static double[] of(ModelCard card, Target target, Frame.Column column) {
    requireKind(card, target, column);
    boolean missing =
        switch (column) {
          case Frame.Categories texts -> Arrays.stream(texts.codes()).anyMatch(code -> code < 0);
          case Frame.Numbers numbers -> Arrays.stream(numbers.values()).anyMatch(Double::isNaN);
        };
    if (missing) {
      throw wrong(
          card,
          column,
          "it is missing in some rows",
          "Leave such rows out: where %s is not null.".formatted(column.name()));
    }
    double[] labels = target.numbers(column);
    if (target instanceof Target.Relevance
        && !Arrays.stream(labels)
            .allMatch(x -> x >= 0 && x <= Target.Relevance.MOST && x == Math.rint(x))) {
      throw wrong(
          card,
          column,
          "some rows are not relevant by a whole number from 0 to " + Target.Relevance.MOST,
          "Give 0 where a row is not relevant, and 1, 2, … where it is.");
    }
    if (target.classifies() && Arrays.stream(labels).anyMatch(x -> x < 0)) {
      throw wrong(
          card,
          column,
          "some rows are of a class that it has not learnt",
          switch (target) {
            case Target.Classes(String negative, String positive) ->
                "It knows %s and %s.".formatted(negative, positive);
            case Target.Several several ->
                "It knows %s.".formatted(String.join(", ", several.classes()));
            case Target.Quantity _, Target.Relevance _, Target.Found _ -> "";
          });
    }
    return labels;
  }

  private static void requireKind(ModelCard card, Target target, Frame.Column column) {
    if (!target.classifies() && column instanceof Frame.Categories) {
      throw wrong(card, column, "it is a text, and numbers are predicted", "Cast it to a number.");
    }
  }

  /** Weights of the rows. */
  static double[] weights(ModelCard card, Frame.Column column) {
    if (!(column instanceof Frame.Numbers(String _, double[] values))
        || !Arrays.stream(values).allMatch(weight -> weight >= 0)) {
      throw wrong(
          card,
          column,
          "weights are numbers, not negative and never missing",
          "Give each row a weight.");
    }
    return values;
  }

  /** Which rows of a query are ranked against each other, batch by batch. */
  static final class Groups {
    private final ModelCard card;
    private final Map<Object, Integer> known = new HashMap<>();
    private final IntStream.Builder ids = IntStream.builder();

    Groups(ModelCard card) {
      this.card = card;
    }

    void add(Frame.Column column) {
      switch (column) {
        case Frame.Numbers(String _, double[] values) -> {
          for (double group : values) {
            add(column, Double.isNaN(group) ? null : group);
          }
        }
        case Frame.Categories(String _, int[] codes, List<String> levels) -> {
          for (int code : codes) {
            add(column, code < 0 ? null : levels.get(code));
          }
        }
      }
    }

    private void add(Frame.Column column, @Nullable Object group) {
      if (group == null) {
        throw wrong(card, column, "it is missing in some rows", "Give every row its group.");
      }
      ids.add(known.computeIfAbsent(group, _ -> known.size()));
    }

    /** One per row. */
    int[] ids() {
      return ids.build().toArray();
    }
  }

  private static HeadraceException wrong(
      ModelCard card, Frame.Column column, String reason, String hint) {
    return new HeadraceException(
        ModelQueryError.MODEL_QUERY_LABEL,
        "Cannot evaluate model '%s' by column '%s': %s."
            .formatted(card.model(), column.name(), reason),
        hint);
  }
}
