package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Arithmetic;
import dev.headrace.decisions.experiments.analysis.Analysis.Stratum;
import java.util.Arrays;
import java.util.List;

/**
 * Post-stratified contrasts. The weights are themselves counts of a sample, so their multinomial
 * variance is part of the effect's.
 */
final class Strata {
  private Strata() {}

  static Answer<Contrast> contrast(MetricShape shape, List<Stratum> strata, AnalysisSpec spec) {
    if (shape instanceof MetricShape.Quantile || shape.columns() != shape.inputs()) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE,
          "post-stratification is for means, shares, ratios and arithmetic of them without"
              + " covariates");
    }
    List<Stratum> usable =
        strata.stream()
            .filter(s -> s.baseline().count() >= 2 && s.treatment().count() >= 2)
            .toList();
    if (usable.isEmpty()) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "no stratum has two units in both arms");
    }
    Moments baseline = usable.stream().map(Stratum::baseline).reduce(Moments::merge).orElseThrow();
    Moments treatment =
        usable.stream().map(Stratum::treatment).reduce(Moments::merge).orElseThrow();
    Answer<Contrast> together = Contrast.between(shape, baseline, treatment, spec);
    return switch (together) {
      case Answer.Unknown<Contrast> unknown -> unknown;
      case Answer.Known<Contrast>(Contrast plain) -> weighted(shape, usable, plain, spec);
    };
  }

  private static Answer<Contrast> weighted(
      MetricShape shape, List<Stratum> strata, Contrast plain, AnalysisSpec spec) {
    int columns = shape.columns();
    double total = plain.units();
    double[] means = new double[2 * columns];
    double[][] covariance = new double[2 * columns][2 * columns];
    for (Stratum stratum : strata) {
      double weight = (stratum.baseline().count() + stratum.treatment().count()) / total;
      double[] own = means(stratum, columns);
      for (int i = 0; i < own.length; i++) {
        means[i] += weight * own[i];
        for (int j = 0; j < own.length; j++) {
          covariance[i][j] +=
              weight * own[i] * own[j] / total
                  + weight * weight * within(shape, stratum, columns, i, j);
        }
      }
    }
    for (int i = 0; i < means.length; i++) {
      for (int j = 0; j < means.length; j++) {
        covariance[i][j] -= means[i] * means[j] / total;
      }
    }
    return combine(shape, means, covariance, plain, spec);
  }

  private static double[] means(Stratum stratum, int columns) {
    double[] own = new double[2 * columns];
    for (int i = 0; i < columns; i++) {
      own[i] = stratum.baseline().mean(i);
      own[columns + i] = stratum.treatment().mean(i);
    }
    return own;
  }

  private static double within(MetricShape shape, Stratum stratum, int columns, int i, int j) {
    if (i / columns != j / columns) {
      return 0;
    }
    Moments arm = i < columns ? stratum.baseline() : stratum.treatment();
    double divisor = shape instanceof MetricShape.Proportion ? arm.count() : arm.count() - 1;
    return arm.centredProduct(i % columns, j % columns) / divisor / arm.count();
  }

  /** What the shape makes of an arm's means, and how that follows each of them. */
  private static final class Tangent {
    private final double value;
    private final double[] slopes;

    private Tangent(double value, double... slopes) {
      this.value = value;
      this.slopes = slopes;
    }

    static Tangent of(MetricShape shape, double[] means) {
      return switch (shape) {
        case MetricShape.Mean _, MetricShape.Proportion _ -> new Tangent(means[0], 1);
        case MetricShape.Ratio _ -> {
          double ratio = means[0] / means[1];
          yield new Tangent(ratio, 1 / means[1], -ratio / means[1]);
        }
        case MetricShape.Combination(int _, Arithmetic formula, int _) ->
            new Tangent(formula.at(means), formula.slopes(means));
        case MetricShape.Quantile() ->
            throw new IllegalArgumentException("a quantile has no moments");
      };
    }

    boolean isFinite() {
      return Double.isFinite(value) && Arrays.stream(slopes).allMatch(Double::isFinite);
    }

    /** The slopes among those of both arms. */
    double[] slopes(boolean first) {
      double[] all = new double[2 * slopes.length];
      System.arraycopy(slopes, 0, all, first ? 0 : slopes.length, slopes.length);
      return all;
    }
  }

  private static Answer<Contrast> combine(
      MetricShape shape, double[] means, double[][] covariance, Contrast plain, AnalysisSpec spec) {
    int columns = shape.columns();
    Tangent ofA = Tangent.of(shape, Arrays.copyOfRange(means, 0, columns));
    Tangent ofB = Tangent.of(shape, Arrays.copyOfRange(means, columns, 2 * columns));
    if (!ofA.isFinite() || !ofB.isFinite()) {
      return Answer.unknown(Reason.ZERO_DENOMINATOR, "it divides by zero");
    }
    double baseline = ofA.value;
    double treatment = ofB.value;
    double[] slopesA = ofA.slopes(true);
    double[] slopesB = ofB.slopes(false);
    double varianceA = quadratic(slopesA, covariance, slopesA);
    double varianceB = quadratic(slopesB, covariance, slopesB);
    double between = quadratic(slopesA, covariance, slopesB);
    double gap = treatment - baseline;
    double absolute = varianceA + varianceB - 2 * between;
    double estimate = gap;
    double variance = absolute;
    if (spec.scale() == Scale.RELATIVE) {
      if (baseline == 0) {
        return Contrast.zeroBaseline();
      }
      double r = treatment / baseline;
      estimate = gap / Math.abs(baseline);
      variance = (varianceB - 2 * r * between + r * r * varianceA) / (baseline * baseline);
    }
    if (!(variance > 0)) {
      return Contrast.noVariance(varianceA, varianceB);
    }
    double unstratified = plain.means().baselineVariance() + plain.means().treatmentVariance();
    return Answer.of(
        new Contrast(
            estimate,
            variance,
            baseline,
            plain.degreesOfFreedom(),
            plain.units(),
            Math.max(0, 1 - absolute / unstratified),
            new Contrast.Means(baseline, treatment, varianceA, varianceB, between)));
  }

  private static double quadratic(double[] left, double[][] matrix, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < right.length; j++) {
        sum += left[i] * matrix[i][j] * right[j];
      }
    }
    return sum;
  }
}
