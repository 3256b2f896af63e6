package dev.headrace.ml.registry;

import dev.headrace.core.stats.Answer;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.calibration.Calibrate;
import dev.headrace.ml.learn.explain.PermutationImportance;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.ConfusionMatrix;
import dev.headrace.ml.learn.metrics.Evaluation;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Payoff;
import dev.headrace.ml.learn.metrics.Reliability;
import dev.headrace.ml.learn.metrics.Scored;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.ml.learn.metrics.ThresholdSearch;
import dev.headrace.spi.error.HeadraceException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.stream.Collectors;
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
    SequencedSet<Metric> wanted = new LinkedHashSet<>(spec.metrics(target));
    wanted.addAll(named(spec));
    wanted.forEach(metric -> requireFits(metric, spec, target));
    return List.copyOf(wanted);
  }

  /**
   * Whether a metric says anything of what is predicted.
   *
   * @throws HeadraceException LEARN_SETTING where it does not
   */
  static void requireFits(Metric metric, ModelSpec spec, Target target) {
    List<Metric.Task> tasks = spec.tasks(target);
    if (tasks.stream().noneMatch(metric::fits)) {
      throw new HeadraceException(
          LearnError.LEARN_SETTING,
          "Cannot measure '%s' of %s: %s."
              .formatted(
                  metric.word(),
                  spec.label() == null
                      ? "what is found without a label"
                      : "predictions of '" + spec.label() + "'",
                  switch (target) {
                    case Target.Quantity _ -> "it is a number";
                    case Target.Relevance _ -> "rows are ranked by it";
                    case Target.Found _ -> "nothing is predicted";
                    case Target.Classes _ -> "it has two classes";
                    case Target.Several(List<String> classes) ->
                        "it has " + classes.size() + " classes";
                  }),
          "Known for it are "
              + tasks.stream()
                  .flatMap(task -> Metric.of(task).stream())
                  .map(Metric::word)
                  .collect(Collectors.joining(", "))
              + ".");
    }
  }

  /**
   * The figures; one that cannot be had is told as such.
   *
   * @param baseline what would be predicted without features; empty to compare with nothing
   */
  static List<ModelCard.Score> scores(
      List<Metric> metrics, List<Scored> folds, List<Scored> baseline, long seed) {
    return scores(metrics, folds, baseline, 1, seed);
  }

  /**
   * The same of rows that were split several times.
   *
   * @param folds of the first split, then of the second, and so on
   */
  static List<ModelCard.Score> scores(
      List<Metric> metrics, List<Scored> folds, List<Scored> baseline, int repeats, long seed) {
    // Each draws its own resamples from the same seed: side by side they are the same.
    return metrics.parallelStream()
        .map(metric -> score(metric, folds, baseline, repeats, seed))
        .toList();
  }

  private static ModelCard.Score score(
      Metric metric, List<Scored> folds, List<Scored> baseline, int repeats, long seed) {
    Double naive =
        baseline.isEmpty()
            ? null
            : Evaluation.withoutInterval(metric, baseline)
                .map(Evaluation::estimate)
                .known()
                .orElse(null);
    return switch (Evaluation.of(metric, folds, repeats, seed)) {
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
    };
  }

  /** Who was taken for whom; null where numbers are predicted. */
  static ModelCard.@Nullable Confusion confusion(Target target, List<Scored> folds) {
    List<String> classes =
        switch (target) {
          case Target.Quantity _, Target.Relevance _, Target.Found _ -> List.of();
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

  /**
   * What is told beside the metrics.
   *
   * @param fitted what is registered
   * @param read all rows with all columns
   */
  static Judgement beside(
      List<Metric> metrics,
      Fitting fitting,
      Fitting.Fitted fitted,
      Tested tested,
      Frame read,
      List<String> slices) {
    ModelSpec spec = fitting.spec();
    if (fitting.all().target() instanceof Target.Found) {
      return Judgement.ofFound(fitted.trials());
    }
    boolean classes = fitting.all().target() instanceof Target.Classes;
    Scored pooled = tested.pooled(fitted.model().threshold());
    List<Judgement.Slice> sliced =
        Slices.of(metrics, pooled, tested.rows(), slices.stream().map(read::column).toList(), spec);
    return new Judgement(
        classes ? chosen(spec, fitted, tested) : null,
        spec.calibrate() == Calibrate.NONE
            ? null
            : new Judgement.Calibrated(
                spec.calibrate().name().toLowerCase(Locale.ROOT),
                fitted.calibratedOn(),
                scores(
                    List.of(Metric.LOG_LOSS, Metric.BRIER, Metric.ECE),
                    tested.uncalibrated(),
                    tested.guessed(),
                    spec.split().repeats(),
                    spec.seed())),
        classes ? Reliability.of(pooled) : List.of(),
        slices.isEmpty() ? List.of() : scores(metrics, List.of(pooled), List.of(), spec.seed()),
        sliced,
        spec.evaluate().importance()
            ? PermutationImportance.of(
                metrics.getFirst(),
                fitted.model().preparation().columns(),
                tested.importanceFolds(),
                spec.seed())
            : List.of(),
        fitted.trials());
  }

  private static Judgement.Chosen chosen(ModelSpec spec, Fitting.Fitted fitted, Tested tested) {
    double threshold = fitted.model().threshold();
    if (!(spec.evaluate().threshold() instanceof Threshold.Maximise(Payoff payoff))) {
      return new Judgement.Chosen(threshold, null, null, null, null);
    }
    double rows = tested.scored().stream().mapToDouble(Scored::weight).sum();
    return new Judgement.Chosen(
        threshold,
        payoff.text(),
        fitted.threshold().map(ThresholdSearch.Choice::payoffPerRow).orElse(null),
        finite(tested.scored().stream().mapToDouble(payoff::of).sum() / rows),
        finite(
            tested.scored().stream().mapToDouble(one -> payoff.of(one.at(Threshold.HALF))).sum()
                / rows));
  }

  private static @Nullable Double finite(double number) {
    return Double.isFinite(number) ? number : null;
  }
}
