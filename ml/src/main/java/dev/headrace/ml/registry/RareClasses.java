package dev.headrace.ml.registry;

import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.split.Split;
import java.util.ArrayList;
import java.util.List;

/** Classes of so few rows that what is measured says nothing of them. */
final class RareClasses {
  private RareClasses() {}

  /** Those of which no row tests, or which all test rows are of: each named, with its rows. */
  static List<String> untested(TrainingSet all, Split split) {
    List<String> classes =
        switch (all.target()) {
          case Target.Classes(String negative, String positive) -> List.of(negative, positive);
          case Target.Several(List<String> several) -> several;
          case Target.Quantity _, Target.Relevance _, Target.Found _ -> List.of();
        };
    int[] rows = new int[classes.size()];
    int[] tested = new int[classes.size()];
    if (classes.isEmpty()) {
      return List.of();
    }
    for (double label : all.labels()) {
      rows[(int) label]++;
    }
    for (Split.Fold fold : split.folds()) {
      for (int row : fold.test()) {
        tested[(int) all.labels()[row]]++;
      }
    }
    List<String> found = new ArrayList<>();
    for (int k = 0; k < rows.length; k++) {
      if (tested[k] == 0) {
        found.add(
            "of class '%s' no row tests (it has %d of %d rows): what is measured says nothing of it%s"
                .formatted(
                    classes.get(k),
                    rows[k],
                    all.labels().length,
                    rows[k] < 2 ? "" : "; 'split: {stratified: true}' deals it to both sides"));
      }
    }
    return found;
  }
}
