package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A metric over rows that were not learnt from.
 *
 * @param metric which
 * @param estimate the mean over the folds; a single test set is one fold
 * @param interval the middle 95 % of the bootstrap (percentile method; Efron, Tibshirani 1993),
 *     rows (of rankings whole groups) drawn again within each fold; it tells the chance in the test
 *     rows, not in the training. Of the calibration error, which chance raises, it is the basic
 *     bootstrap, which takes that rise off. Of more than 200,000 rows without groups it is the
 *     bootstrap of a random sample of so many, its deviations from the sample's own value shrunk by
 *     the root of the share (as with m out of n rows; Politis, Romano, Wolf 1999)
 * @param folds the value of each fold
 */
public record Evaluation(
    Metric metric, double estimate, Optional<Interval> interval, List<Double> folds) {
  private static final int MOST_RESAMPLES = 1_000;
  private static final int FEWEST_RESAMPLES = 100;

  /** Share of the resamples that have to tell something. */
  private static final double FEWEST_KNOWN = 0.9;

  /** Rows drawn in all resamples together: what a second or two allow. */
  private static final long DRAWS = 20_000_000;

  /** Of more rows, the bootstrap is one of a random sample of about so many. */
  private static final int MOST_ROWS = (int) (DRAWS / FEWEST_RESAMPLES);

  public Evaluation {
    folds = List.copyOf(folds);
  }

  /**
   * Evaluates.
   *
   * @param folds scored rows of each fold, at least one
   * @param seed of the bootstrap
   */
  public static Answer<Evaluation> of(Metric metric, List<Scored> folds, long seed) {
    return of(metric, folds, 1, seed);
  }

  /**
   * Evaluates folds of rows that were split several times. The interval is as wide as those of
   * single splits are on the average: the rows are the same, and looking at them again does not
   * make them more.
   *
   * @param folds of the first split, then of the second, and so on
   * @param repeats how often the rows were split
   */
  public static Answer<Evaluation> of(Metric metric, List<Scored> folds, int repeats, long seed) {
    return withoutInterval(metric, folds)
        .map(
            told ->
                new Evaluation(
                    metric,
                    told.estimate,
                    repeats == 1
                        ? interval(metric, folds, told.estimate, seed)
                        : repeated(metric, folds, repeats, told.estimate, seed),
                    told.folds));
  }

  private static Optional<Interval> repeated(
      Metric metric, List<Scored> folds, int repeats, double estimate, long seed) {
    int each = folds.size() / repeats;
    double below = 0;
    double above = 0;
    for (int repeat = 0; repeat < repeats; repeat++) {
      List<Scored> own = folds.subList(repeat * each, (repeat + 1) * each);
      Optional<Evaluation> told = of(metric, own, seed).known();
      Optional<Interval> interval = told.flatMap(Evaluation::interval);
      if (told.isEmpty() || interval.isEmpty()) {
        return Optional.empty();
      }
      below += (told.get().estimate - interval.get().lower()) / repeats;
      above += (interval.get().upper() - told.get().estimate) / repeats;
    }
    return Optional.of(
        new Interval(moved(metric, estimate, -below), moved(metric, estimate, above)));
  }

  /** The same without the bootstrap, which is nearly all of the work. */
  public static Answer<Evaluation> withoutInterval(Metric metric, List<Scored> folds) {
    List<Double> values = new ArrayList<>();
    for (Scored fold : folds) {
      switch (metric.of(fold)) {
        case Answer.Known<Double>(Double value) -> values.add(value);
        case Answer.Unknown<Double>(Answer.Reason reason, String detail) -> {
          return Answer.unknown(reason, detail);
        }
      }
    }
    return Answer.of(new Evaluation(metric, mean(values), Optional.empty(), values));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
  }

  private static Optional<Interval> interval(
      Metric metric, List<Scored> folds, double estimate, long seed) {
    long rows = folds.stream().mapToLong(Scored::rows).sum();
    if (rows <= MOST_ROWS || folds.stream().anyMatch(Scored::isRanked)) {
      return bootstrap(metric, folds, estimate, seed);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double share = (double) MOST_ROWS / rows;
    List<Scored> sample = folds.stream().map(fold -> sample(fold, share, random)).toList();
    double shrunk = Math.sqrt(share);
    return withoutInterval(metric, sample)
        .known()
        .flatMap(
            own ->
                bootstrap(metric, sample, own.estimate, seed)
                    .map(
                        told ->
                            new Interval(
                                moved(metric, estimate, shrunk * (told.lower() - own.estimate)),
                                moved(metric, estimate, shrunk * (told.upper() - own.estimate)))));
  }

  /**
   * The middle 95 % of the bootstrap of how far a metric of some predictions is above that of
   * others of the same rows: both are taken of the same draws.
   *
   * @return empty where too many resamples tell nothing
   */
  public static Optional<Interval> difference(
      Metric metric, List<Scored> folds, List<Scored> others, long seed) {
    long rows = folds.stream().mapToLong(Scored::rows).sum();
    int resamples = Math.clamp(DRAWS / rows, FEWEST_RESAMPLES, MOST_RESAMPLES);
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    int known = 0;
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      boolean whole = true;
      for (int f = 0; f < folds.size(); f++) {
        double[] drawn = folds.get(f).drawn(random);
        Optional<Double> one = metric.of(folds.get(f), drawn).known();
        Optional<Double> other = metric.of(others.get(f), drawn).known();
        whole &= one.isPresent() && other.isPresent();
        sum += one.orElse(0.0) - other.orElse(0.0);
      }
      if (whole) {
        means[known++] = sum / folds.size();
      }
    }
    if (known < FEWEST_KNOWN * resamples) {
      return Optional.empty();
    }
    double[] sorted = Arrays.copyOf(means, known);
    Arrays.sort(sorted);
    return Optional.of(new Interval(quantile(sorted, 0.025), quantile(sorted, 0.975)));
  }

  private static double moved(Metric metric, double estimate, double deviation) {
    return metric == Metric.ECE ? Math.max(0, estimate + deviation) : estimate + deviation;
  }

  /** A share of the rows, drawn without putting back. */
  private static Scored sample(Scored fold, double share, SplittableRandom random) {
    int wanted = (int) Math.ceil(share * fold.rows());
    int[] chosen = new int[wanted];
    int taken = 0;
    for (int row = 0; taken < wanted; row++) {
      if (random.nextInt(fold.rows() - row) < wanted - taken) {
        chosen[taken++] = row;
      }
    }
    return fold.rows(chosen);
  }

  private static Optional<Interval> bootstrap(
      Metric metric, List<Scored> folds, double estimate, long seed) {
    long rows = folds.stream().mapToLong(Scored::rows).sum();
    int resamples = Math.clamp(DRAWS / rows, FEWEST_RESAMPLES, MOST_RESAMPLES);
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    int known = 0;
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      boolean whole = true;
      for (Scored fold : folds) {
        Optional<Double> value = metric.of(fold, fold.drawn(random)).known();
        whole &= value.isPresent();
        sum += value.orElse(0.0);
      }
      if (whole) {
        means[known++] = sum / folds.size();
      }
    }
    // Resamples of one class alone tell nothing; where they are many, so does the interval.
    if (known < FEWEST_KNOWN * resamples) {
      return Optional.empty();
    }
    double[] sorted = Arrays.copyOf(means, known);
    Arrays.sort(sorted);
    double lower = quantile(sorted, 0.025);
    double upper = quantile(sorted, 0.975);
    if (metric == Metric.ECE) {
      // Chance alone makes it positive, and drawing again adds as much chance once more.
      return Optional.of(
          new Interval(Math.max(0, 2 * estimate - upper), Math.max(0, 2 * estimate - lower)));
    }
    return Optional.of(new Interval(lower, upper));
  }

  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
