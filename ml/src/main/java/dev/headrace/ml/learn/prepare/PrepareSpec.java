package dev.headrace.ml.learn.prepare;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How columns become what a learner can use; what is absent is chosen by the learner. */
@Doc("How columns are prepared; learnt from training rows alone and kept in the model.")
public record PrepareSpec(
    @Doc(
            "What stands for a missing number: mean, median, most-frequent or zero; leave lets trees"
                + " decide. Trees: leave; others: mean.")
        @Nullable Missing missing,
    @Default("true")
        @Doc("Whether a number that is missing in training rows gets a column that says where.")
        boolean indicators,
    @Doc("Standard, min-max, robust or none. Penalised and logistic learners: standard.")
        @Nullable Scale scale,
    @Doc(
            "One-hot, ordinal (codes in the order of the texts) or native (trees split by sets of"
                + " texts). Trees: native; others: one-hot.")
        @Nullable Categories categories,
    @Default("1")
        @Doc("Texts of fewer training rows than this are taken together, as are unseen ones.")
        int minRows,
    @Default("[]") @Doc("Numbers x of which sign(x) log(1 + |x|) is taken first.") List<String> log,
    @Default("[]")
        @Doc(
            "Texts that become the mean label of the training rows that have them; these rows"
                + " themselves get it out of fold. For a number and for two classes.")
        List<String> targetMean,
    @Default("10") @Doc("Rows of the mean of all that each of those means is drawn by.")
        double smoothing,
    @Default("{}") @Doc("Texts that become one of so many buckets, by their hash.")
        Map<String, Integer> hash,
    @Default("[]") @Doc("Numbers that become the share of training rows below them.")
        List<String> quantiles,
    @Default("{}") @Doc("What stands for a missing number, by column; before anything else.")
        Map<String, Double> constant,
    @Doc(
            "Training rows of smaller classes are drawn again until each has at least this share of"
                + " the largest, above 0 to 1.")
        @Nullable Double overSample,
    @Doc(
            "Training rows of larger classes are left out until the smallest has at least this share"
                + " of each, above 0 to 1.")
        @Nullable Double underSample) {
  /** Nothing said. */
  public static final PrepareSpec DEFAULT = new PrepareSpec(null, true, null, null, 1, List.of());

  /** Without recodings, of all rows. */
  public PrepareSpec(
      @Nullable Missing missing,
      boolean indicators,
      @Nullable Scale scale,
      @Nullable Categories categories,
      int minRows,
      List<String> log) {
    this(
        missing,
        indicators,
        scale,
        categories,
        minRows,
        log,
        List.of(),
        10,
        Map.of(),
        List.of(),
        Map.of(),
        null,
        null);
  }

  public PrepareSpec {
    targetMean = List.copyOf(targetMean);
    quantiles = List.copyOf(quantiles);
    hash = Collections.unmodifiableMap(new LinkedHashMap<>(hash));
    constant = Collections.unmodifiableMap(new LinkedHashMap<>(constant));
    if (!(smoothing >= 0)) {
      throw new IllegalArgumentException("must have a 'smoothing' of at least 0, not " + smoothing);
    }
    hash.forEach(
        (column, buckets) -> {
          if (buckets < 2 || buckets > PreparationFit.MOST_LEVELS) {
            throw new IllegalArgumentException(
                "must have 2 to %d buckets for '%s', not %d"
                    .formatted(PreparationFit.MOST_LEVELS, column, buckets));
          }
        });
    targetMean.stream()
        .filter(hash::containsKey)
        .findFirst()
        .ifPresent(
            column -> {
              throw new IllegalArgumentException(
                  "must name '" + column + "' under one of 'hash' and 'target-mean'");
            });
    requireShare("over-sample", overSample);
    requireShare("under-sample", underSample);
    if (overSample != null && underSample != null) {
      throw new IllegalArgumentException("must have one of 'over-sample' and 'under-sample'");
    }
    if (minRows < 1) {
      throw new IllegalArgumentException("must have a 'min-rows' of at least 1, not " + minRows);
    }
    log = List.copyOf(log);
  }

  private static void requireShare(String key, @Nullable Double share) {
    if (share != null && !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "must have '%s' above 0 and at most 1, not %s".formatted(key, share));
    }
  }

  /** Whether classes are learnt from in other shares than they have. */
  public boolean resamples() {
    return overSample != null || underSample != null;
  }

  /** Whether columns are recoded first. */
  public boolean recodes() {
    return !(targetMean.isEmpty() && hash.isEmpty() && quantiles.isEmpty() && constant.isEmpty());
  }

  /** What stands for a missing number. */
  public enum Missing {
    @Doc("The mean of the training rows.")
    MEAN,
    @Doc("Their median.")
    MEDIAN,
    @Doc("Their most frequent number, the smallest among equals.")
    MOST_FREQUENT,
    @Doc("Zero.")
    ZERO,
    @Doc("Nothing: trees send missing numbers the way that served best.")
    LEAVE
  }

  /** What numbers are brought to. */
  public enum Scale {
    @Doc("Mean 0, standard deviation 1.")
    STANDARD,
    @Doc("From 0 to 1.")
    MIN_MAX,
    @Doc("Median 0, distance of the quartiles 1.")
    ROBUST,
    @Doc("As they are.")
    NONE
  }

  /** What texts become. */
  public enum Categories {
    @Doc("A column of 0 and 1 for each.")
    ONE_HOT,
    @Doc("Their place in the order of the texts.")
    ORDINAL,
    @Doc("Codes without order, split by sets; trees alone can.")
    NATIVE
  }
}
