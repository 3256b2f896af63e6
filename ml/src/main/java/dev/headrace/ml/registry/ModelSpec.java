package dev.headrace.ml.registry;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.ml.learn.LearnSpec;
import dev.headrace.ml.learn.Model;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.calibration.Calibrate;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Threshold;
import dev.headrace.ml.learn.prepare.PrepareSpec;
import dev.headrace.ml.learn.split.SplitSpec;
import dev.headrace.ml.learn.transform.RowExpression;
import dev.headrace.ml.learn.tune.TuneSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model as declared: one file in {@code models/}. */
@Doc("What to predict, from what, how to learn it and what it has to reach.")
public record ModelSpec(
    @Doc(
            "Column of the table that is to be predicted: classes, or a number; absent for learners"
                + " that find what lies in the rows.")
        @Nullable String label,
    @Doc("Table or source with a row per example, or a SELECT over such.") Examples from,
    @Default("[]")
        @Doc(
            "Columns to learn from, and features of views as VIEW.FEATURE or VIEW.*, as of the row's"
                + " moment; where absent all columns but the label and what 'except', 'key', 'time',"
                + " 'weight' and 'split' name.")
        List<String> features,
    @Default("[]") @Doc("Columns not to learn from, where 'features' is absent.")
        List<String> except,
    @Doc(
            "Features that are computed of the columns of each row, by name, such as spend_log: ln(1 +"
                + " spend). With it, nothing else is learnt from but what 'features' names.")
        @Nullable Map<String, RowExpression> transform,
    @Default("[]")
        @Doc(
            "Columns that tell rows apart; kept with the predictions, and the order in which rows"
                + " are read.")
        List<String> key,
    @Doc(
            "Column with the moment of each row, as of which features of views are taken; the time"
                + " that the table declares where absent.")
        @Nullable String time,
    @Doc(
            "Column of groups whose rows are ranked against each other, such as a query; the label is"
                + " then how relevant a row is: 0, 1, 2, …. Where the label is a text, 'positive' is"
                + " named or the learner only classifies, it is one of two classes, whose probability"
                + " ranks them.")
        @Nullable String group,
    @Doc("The learner with its settings.") LearnSpec learn,
    @Default("{}") @Doc("How columns are prepared.") PrepareSpec prepare,
    @Default("{}") @Doc("Which rows test.") SplitSpec split,
    @Doc("Settings of the learner that are searched; none where absent.") @Nullable TuneSpec tune,
    @Default("none")
        @Doc("What becomes of probabilities, fitted on out-of-fold predictions of training rows.")
        Calibrate calibrate,
    @Default("{}") @Doc("How it is judged.") Evaluate evaluate,
    @Doc(
            "What it has to reach before readers see it, such as auc >= champion.auc - 0.001 and"
                + " ece < 0.02.")
        @Nullable Gate gate,
    @Doc("The class whose probability is predicted; yes, true, 1, or the last in order.")
        @Nullable String positive,
    @Doc("Column that says how much a row counts; not negative.") @Nullable String weight,
    @Default("1") @Doc("Seed of everything random.") long seed,
    @Default("2")
        @Doc("Threads that grow trees, 1 to 256; other numbers give slightly other trees.")
        int threads,
    @Default("[]") @Doc("Labels for --select tag:NAME.") List<String> tags,
    @Doc("What it is about, one sentence.") @Nullable String description) {
  public ModelSpec {
    features = List.copyOf(features);
    except = List.copyOf(except);
    transform =
        transform == null || transform.isEmpty()
            ? null
            : Collections.unmodifiableMap(new LinkedHashMap<>(transform));
    key = List.copyOf(key);
    tags = List.copyOf(tags);
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("must have 1 to 256 'threads', not " + threads);
    }
  }

  /**
   * The label.
   *
   * @throws IllegalStateException for a model that finds without one
   */
  public String predicts() {
    String predicted = label;
    if (predicted == null) {
      throw new IllegalStateException("there is no label");
    }
    return predicted;
  }

  /** The features that are computed, by name. */
  public Map<String, RowExpression> computed() {
    return transform == null ? Map.of() : transform;
  }

  /** What may be measured of predictions: of two classes in groups the order of these too. */
  public List<Metric.Task> tasks(Target target) {
    return group != null && target instanceof Target.Classes
        ? List.of(Metric.Task.CLASSES, Metric.Task.RANKING)
        : List.of(target.task());
  }

  /** The metrics that 'evaluate' names; where it names none, the usual ones. */
  public List<Metric> metrics(Target target) {
    return evaluate.metrics().isEmpty()
        ? tasks(target).stream().flatMap(task -> Metric.usual(task).stream()).toList()
        : evaluate.metrics();
  }

  @Doc("How a model is judged on rows it has not learnt from.")
  public record Evaluate(
      @Default("[]")
          @Doc("Metrics; the usual ones of the task where absent. Those of 'gate' are added.")
          List<Metric> metrics,
      @Default("[]")
          @Doc("Columns for whose values the metrics are told apart too, the worst first.")
          List<String> slices,
      @Default("0.5") @Doc("Probability from which on the positive class is predicted.")
          Threshold threshold,
      @Default("10%") @Doc("Share of rows that 'lift' looks at, above 0%.") Percentage share,
      @Default("0.5") @Doc("Quantile that 'pinball' judges, in (0, 1).") double quantile,
      @Default("true")
          @Doc(
              "Whether each feature's worth is told: how much the first metric loses when its"
                  + " values are dealt to other rows.")
          boolean importance) {
    public Evaluate {
      metrics = List.copyOf(metrics);
      slices = List.copyOf(slices);
      if (!(quantile > 0 && quantile < 1)) {
        throw new IllegalArgumentException(
            "must have a 'quantile' between 0 and 1, not " + quantile);
      }
      if (share.percent().signum() == 0) {
        throw new IllegalArgumentException("must have a 'share' above 0%");
      }
    }

    /** What metrics depend on, at a threshold. */
    public Metric.Settings settings(double at) {
      return new Metric.Settings(at, share.fraction(), quantile);
    }

    /** From which probability on a model that was trained so predicts the positive class. */
    public double threshold(Model model) {
      return switch (threshold) {
        case Threshold.At(double at) -> at;
        case Threshold.Maximise _ -> model.threshold();
      };
    }
  }
}
