package dev.headrace.ml.registry;

import dev.headrace.core.stats.Answer;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.metrics.ConfusionMatrix;
import dev.headrace.ml.learn.metrics.Evaluation;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is measured of a model, and what that came to. */
final class Judging {
  private Judging() {}

  /** The metrics that the declaration names. */
  static SequencedSet<Metric> named(ModelSpec spec) {
    SequencedSet<Metric> named = new LinkedHashSet<>(spec.evaluate().metrics());
    if (spec.gate() != null) {
      for (Gate.Term term : spec.gate().terms()) {
        Stream.of(term.metric(), term.champion())
            .forEach(
                metric -> {
                  if (metric != null) {
                    named.add(metric);
                  }
                });
      }
    }
    return named;
  }

  /**
   * The metrics that are measured.
   *
   * @throws HeadraceException LEARN_SETTING where one does not fit what is predicted
   */
  static List<Metric> of(ModelSpec spec, Target target) {
    SequencedSet<Metric> wanted =
        new LinkedHashSet<>(
            spec.evaluate().metrics().isEmpty() ? Metric.usual(target.task()) : List.of());
    wanted.addAll(named(spec));
    for (Metric metric : wanted) {
      if (!metric.fits(target.task())) {
        throw new HeadraceException(
            LearnError.LEARN_SETTING,
            "Cannot measure '%s' of predictions of '%s': %s."
                .formatted(
                    metric.word(),
                    spec.label(),
                    switch (target) {
                      case Target.Quantity _ -> "it is a number";
                      case Target.Classes _ -> "it has two classes";
                      case Target.Several(List<String> classes) ->
                          "it has " + classes.size() + " classes";
                    }),
            "Known for it are "
                + String.join(", ", Metric.of(target.task()).stream().map(Metric::word).toList())
                + ".");
      }
    }
    return List.copyOf(wanted);
  }

  /** The figures; one that cannot be had is told as such. */
  static List<ModelCard.Score> scores(
      List<Metric> metrics, List<Scored> folds, List<Scored> baseline, long seed) {
    List<ModelCard.Score> scores = new ArrayList<>();
    for (Metric metric : metrics) {
      Double naive =
          Evaluation.withoutInterval(metric, baseline)
              .map(Evaluation::estimate)
              .known()
              .orElse(null);
      scores.add(
          switch (Evaluation.of(metric, folds, seed)) {
            case Answer.Known<Evaluation>(Evaluation told) ->
                new ModelCard.Score(
                    metric,
                    told.estimate(),
                    told.interval().map(interval -> interval.lower()).orElse(null),
                    told.interval().map(interval -> interval.upper()).orElse(null),
                    told.folds(),
                    naive,
                    null);
            case Answer.Unknown<Evaluation>(Answer.Reason _, String detail) ->
                new ModelCard.Score(metric, null, null, null, List.of(), naive, detail);
          });
    }
    return scores;
  }

  /** Who was taken for whom; null where numbers are predicted. */
  static ModelCard.@Nullable Confusion confusion(Target target, List<Scored> folds) {
    List<String> classes =
        switch (target) {
          case Target.Quantity _ -> List.of();
          case Target.Classes(String negative, String positive) -> List.of(negative, positive);
          case Target.Several(List<String> several) -> several;
        };
    return classes.isEmpty()
        ? null
        : folds.stream()
            .map(ConfusionMatrix::of)
            .reduce(ConfusionMatrix::plus)
            .map(
                matrix ->
                    new ModelCard.Confusion(
                        classes,
                        Arrays.stream(matrix.cells())
                            .map(row -> Arrays.stream(row).boxed().toList())
                            .toList()))
            .orElse(null);
  }
}
