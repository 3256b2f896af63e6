package dev.headrace.ml.registry;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.metrics.Evaluation;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.ml.learn.tune.SearchSpace;
import dev.headrace.ml.learn.tune.TuneSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of trying settings on parts of the training rows.
 *
 * @param learner the best
 * @param trials all of them, in the order they were tried
 */
public record Tuning(LearnSpec learner, List<Trial> trials) {
  public Tuning {
    trials = List.copyOf(trials);
  }

  /**
   * A trial.
   *
   * @param settings that were drawn; empty for the declared ones
   * @param estimate of the metric that decides, mean over the folds; null where it failed
   * @param failure why; null where it did not
   */
  public record Trial(
      Map<String, Double> settings,
      Metric metric,
      @Nullable Double estimate,
      boolean isBest,
      @Nullable String failure) {
    public Trial {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
  }

  /**
   * Tries settings.
   *
   * @param training what is learnt from; no test rows
   * @param inner its parts, which test in turn
   * @throws HeadraceException LEARN_SETTING; what the first trial failed with where all do
   */
  static Tuning of(
      ModelSpec spec,
      TuneSpec tune,
      Trainer trainer,
      TrainingSet training,
      Split inner,
      Watch watch) {
    Metric metric =
        tune.metric() == null ? Judging.of(spec, training.target()).getFirst() : tune.metric();
    Judging.requireFits(metric, spec, training.target());
    List<SearchSpace.Candidate> candidates =
        SearchSpace.candidates(spec.learn(), tune, spec.seed());
    List<@Nullable Double> estimates = new ArrayList<>();
    List<@Nullable String> failures = new ArrayList<>();
    HeadraceException first = null;
    int best = -1;
    for (SearchSpace.Candidate candidate : candidates) {
      Double estimate = null;
      String failure = null;
      try {
        estimate =
            estimate(metric, spec, trainer.learning(candidate.learner()), training, inner, watch);
        failure = estimate == null ? "the parts do not give " + metric.word() : null;
      } catch (HeadraceException e) {
        if (e.code() == LearnError.LEARN_NATIVE_MISSING) {
          throw e;
        }
        first = first == null ? e : first;
        failure = e.getMessage();
      }
      Double leader = best < 0 ? null : estimates.get(best);
      estimates.add(estimate);
      failures.add(failure);
      if (estimate != null
          && (leader == null
              || (metric.higherIsBetter() ? estimate > leader : estimate < leader))) {
        best = estimates.size() - 1;
      }
    }
    if (best < 0) {
      throw first != null
          ? first
          : new HeadraceException(
              LearnError.LEARN_SETTING,
              "Cannot tune by '%s': the parts of the training rows do not give it."
                  .formatted(metric.word()),
              "Tune by another metric, or in fewer 'folds'.");
    }
    List<Trial> trials = new ArrayList<>();
    for (int t = 0; t < candidates.size(); t++) {
      trials.add(
          new Trial(
              candidates.get(t).numbers(), metric, estimates.get(t), t == best, failures.get(t)));
    }
    return new Tuning(candidates.get(best).learner(), trials);
  }

  private static @Nullable Double estimate(
      Metric metric,
      ModelSpec spec,
      Trainer trainer,
      TrainingSet training,
      Split inner,
      Watch watch) {
    List<Scored> scored = new ArrayList<>();
    for (Split.Fold fold : inner.folds()) {
      TrainingSet test = training.rows(fold.test());
      Model model = trainer.fit(training.rows(fold.train()), watch).model();
      scored.add(
          Tested.scored(
              spec,
              test,
              Tested.measured(model, test, model.scores(test.features()), spec),
              Fitting.declared(spec)));
    }
    return Evaluation.withoutInterval(metric, scored)
        .map(Evaluation::estimate)
        .known()
        .orElse(null);
  }
}
