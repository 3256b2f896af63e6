package dev.headrace.ml.learn.tune;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.ml.learn.metrics.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How settings are searched. */
@Doc("Settings of the learner are drawn at random and tried on parts of the training rows.")
public record TuneSpec(
    @Default("20") @Doc("How many settings are tried, the declared ones first; 2 to 1000.")
        int trials,
    @Doc("What decides; the first metric of 'evaluate' where absent.") @Nullable Metric metric,
    @Default("3") @Doc("Parts of the training rows that test in turn, 2 to 20.") int folds,
    @Default("{}") @Doc("Ranges by setting of the learner; those of its page where absent.")
        Map<String, Range> search) {
  public TuneSpec {
    if (trials < 2 || trials > 1_000) {
      throw new IllegalArgumentException("must have 2 to 1000 'trials', not " + trials);
    }
    if (folds < 2 || folds > 20) {
      throw new IllegalArgumentException("must have 2 to 20 'folds', not " + folds);
    }
    search = Collections.unmodifiableMap(new LinkedHashMap<>(search));
  }
}
