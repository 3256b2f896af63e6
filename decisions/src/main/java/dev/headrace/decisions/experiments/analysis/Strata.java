package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Arithmetic;
import dev.headrace.decisions.experiments.analysis.Analysis.Stratum;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec.Adjustment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Post-stratified contrasts. The weights are themselves counts of a sample, so their multinomial
 * variance is part of the effect's.
 *
 * <p>Covariates are adjusted for within strata: the effect is D - theta (x_B - x_A), where D and
 * the x are post-stratified, with the theta that leaves it the least variance. That is the
 * regression with an intercept per stratum and arm and common slopes (T. Ye, J. Shao, Y. Yi and Q.
 * Zhao, "Toward better practice of covariate adjustment in analyzing randomized clinical trials",
 * JASA 118, 2023), weighted by the strata's shares.
 */
final class Strata {
  private final MetricShape shape;
  private final int columns;
  private final List<Stratum> strata;

  /** All strata together. */
  private final ArmLine baseline;

  private final ArmLine treatment;

  private Strata(MetricShape shape, List<Stratum> strata, ArmLine baseline, ArmLine treatment) {
    this.shape = shape;
    this.columns = shape.columns();
    this.strata = strata;
    this.baseline = baseline;
    this.treatment = treatment;
  }

  static Answer<Contrast> contrast(MetricShape shape, List<Stratum> strata, AnalysisSpec spec) {
    if (shape instanceof MetricShape.Quantile) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE,
          "post-stratification is for means, shares, ratios and arithmetic of them");
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
    Answer<Contrast> together =
        Contrast.between(shape, baseline, treatment, spec.withAdjustment(Adjustment.NONE));
    return switch (together) {
      case Answer.Unknown<Contrast> unknown -> unknown;
      case Answer.Known<Contrast>(Contrast plain) ->
          new Strata(shape, usable, ArmLine.of(shape, baseline), ArmLine.of(shape, treatment))
              .weighted(plain, spec);
    };
  }

  private Answer<Contrast> weighted(Contrast plain, AnalysisSpec spec) {
    double total = plain.units();
    double[] means = new double[2 * columns];
    double[][] covariance = new double[2 * columns][2 * columns];
    double[][] spread = new double[2 * columns][2 * columns];
    for (Stratum stratum : strata) {
      double weight = (stratum.baseline().count() + stratum.treatment().count()) / total;
      double[] own = means(stratum);
      for (int i = 0; i < own.length; i++) {
        means[i] += weight * own[i];
        for (int j = 0; j < own.length; j++) {
          covariance[i][j] +=
              weight * own[i] * own[j] / total + weight * weight * within(stratum, i, j);
          spread[i][j] += centredProduct(stratum, i, j);
        }
      }
    }
    for (int i = 0; i < means.length; i++) {
      for (int j = 0; j < means.length; j++) {
        covariance[i][j] -= means[i] * means[j] / total;
      }
    }
    return combine(means, covariance, spread, plain, spec);
  }

  private double[] means(Stratum stratum) {
    double[] own = new double[2 * columns];
    for (int i = 0; i < columns; i++) {
      own[i] = stratum.baseline().mean(i);
      own[columns + i] = stratum.treatment().mean(i);
    }
    return own;
  }

  private double within(Stratum stratum, int i, int j) {
    if (i / columns != j / columns) {
      return 0;
    }
    Moments arm = i < columns ? stratum.baseline() : stratum.treatment();
    double divisor = shape instanceof MetricShape.Proportion ? arm.count() : arm.count() - 1;
    ArmLine all = i < columns ? baseline : treatment;
    return all.spread() * centredProduct(stratum, i, j) / divisor / arm.count();
  }

  private double centredProduct(Stratum stratum, int i, int j) {
    if (i / columns != j / columns) {
      return 0;
    }
    Moments arm = i < columns ? stratum.baseline() : stratum.treatment();
    return arm.centredProduct(i % columns, j % columns);
  }

  /**
   * Satterthwaite's degrees of freedom of an effect: its variance is the sum of those within the
   * arms of all strata, and one small stratum that varies may be most of it.
   */
  private double freedom(double[] slopes, double total) {
    double sum = 0;
    double squares = 0;
    for (Stratum stratum : strata) {
      double weight = (stratum.baseline().count() + stratum.treatment().count()) / total;
      for (int first = 0; first <= columns; first += columns) {
        double part = 0;
        for (int i = first; i < first + columns; i++) {
          for (int j = first; j < first + columns; j++) {
            part += slopes[i] * slopes[j] * within(stratum, i, j);
          }
        }
        Moments arm = first == 0 ? stratum.baseline() : stratum.treatment();
        ArmLine all = first == 0 ? baseline : treatment;
        long units = all.informative() < all.units() ? arm.informative() : arm.count();
        part *= weight * weight;
        sum += part;
        squares += part * part / Math.max(1, units - 1);
      }
    }
    // Where nothing varies but the mix of the strata, that is of all units.
    return squares > 0 ? sum * sum / squares : total - 2.0 * strata.size();
  }

  /** What a formula makes of the means of both arms, and how that follows each of them. */
  private static final class Tangent {
    private final double value;
    private final double[] slopes;

    private Tangent(double value, double[] slopes) {
      this.value = value;
      this.slopes = slopes;
    }

    static Tangent of(MetricShape shape, double[] means, int first) {
      double[] slopes = new double[means.length];
      return switch (shape) {
        case MetricShape.Mean _, MetricShape.Proportion _ -> {
          slopes[first] = 1;
          yield new Tangent(means[first], slopes);
        }
        case MetricShape.Ratio _ -> {
          double ratio = means[first] / means[first + 1];
          slopes[first] = 1 / means[first + 1];
          slopes[first + 1] = -ratio / means[first + 1];
          yield new Tangent(ratio, slopes);
        }
        case MetricShape.Combination(int inputs, Arithmetic formula, int _) -> {
          double[] own = Arrays.copyOfRange(means, first, first + inputs);
          System.arraycopy(formula.slopes(own), 0, slopes, first, inputs);
          yield new Tangent(formula.at(own), slopes);
        }
        case MetricShape.Quantile() ->
            throw new IllegalArgumentException("a quantile has no moments");
      };
    }

    boolean isFinite() {
      return Double.isFinite(value) && Arrays.stream(slopes).allMatch(Double::isFinite);
    }

    /** This less a multiple of another. */
    Tangent less(double factor, Tangent other) {
      double[] rest = slopes.clone();
      for (int i = 0; i < rest.length; i++) {
        rest[i] -= factor * other.slopes[i];
      }
      return new Tangent(value - factor * other.value, rest);
    }
  }

  private Answer<Contrast> combine(
      double[] means, double[][] covariance, double[][] spread, Contrast plain, AnalysisSpec spec) {
    Tangent ofA = Tangent.of(shape, means, 0);
    Tangent ofB = Tangent.of(shape, means, columns);
    if (!ofA.isFinite() || !ofB.isFinite()) {
      return Answer.unknown(Reason.ZERO_DENOMINATOR, "it divides by zero");
    }
    List<Tangent> covariates = spec.adjustment() == Adjustment.NONE ? List.of() : covariates(means);
    // Several by least squares over all units, for which their price is right.
    boolean priced = covariates.size() >= Contrast.FEWEST_PRICED;
    double[] theta = theta(ofB.less(1, ofA), covariates, priced ? spread : covariance);
    Tangent treated = ofB;
    for (int i = 0; i < theta.length; i++) {
      treated = treated.less(theta[i], covariates.get(i));
    }
    Tangent gap = treated.less(1, ofA);
    double baseline = ofA.value;
    double absolute = quadratic(gap.slopes, covariance, gap.slopes);
    double estimate = gap.value;
    double variance = absolute;
    if (spec.scale() == Scale.RELATIVE) {
      if (baseline == 0) {
        return Contrast.zeroBaseline();
      }
      // (treated - baseline) / |baseline| follows the baseline in its denominator too.
      estimate = gap.value / Math.abs(baseline);
      Tangent relative = treated.less(treated.value / baseline, ofA);
      variance = quadratic(relative.slopes, covariance, relative.slopes) / (baseline * baseline);
    }
    double varianceA = quadratic(ofA.slopes, covariance, ofA.slopes);
    double varianceB = quadratic(treated.slopes, covariance, treated.slopes);
    if (!(variance > 0)) {
      return Contrast.noVariance(varianceA, varianceB);
    }
    Regression.Price price =
        !priced
            ? Regression.Price.NONE
            : price(covariates, covariance, informative() - 2.0 * strata.size());
    if (!(price.factor() < Double.POSITIVE_INFINITY)) {
      return Contrast.tooFew(informative(), price);
    }
    double unstratified = plain.means().gapVariance();
    double between = quadratic(gap.slopes, covariance, ofA.slopes);
    Contrast contrast =
        new Contrast(
            estimate,
            variance,
            freedom(gap.slopes, plain.units()),
            plain.units(),
            Math.max(0, 1 - absolute / unstratified),
            new Contrast.Means(baseline, gap.value, varianceA, absolute, between));
    return Answer.of(contrast.priced(price));
  }

  private double informative() {
    return (double) baseline.informative() + treatment.informative();
  }

  private static Regression.Price price(
      List<Tangent> covariates, double[][] covariance, double freedom) {
    int size = covariates.size();
    double[][] normal = new double[size][size + 1];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        normal[i][j] = quadratic(covariates.get(i).slopes, covariance, covariates.get(j).slopes);
      }
      normal[i][size] = covariates.get(i).value;
    }
    return Regression.price(normal, freedom);
  }

  /** By how much the arms differ in each covariate; one that divides by zero is none. */
  private List<Tangent> covariates(double[] means) {
    List<Tangent> covariates = new ArrayList<>();
    int inputs = shape.inputs();
    for (int first = inputs; first < shape.columns(); first += inputs) {
      Tangent ofA = Tangent.of(shape, means, first);
      Tangent ofB = Tangent.of(shape, means, shape.columns() + first);
      if (ofA.isFinite() && ofB.isFinite()) {
        covariates.add(ofB.less(1, ofA));
      }
    }
    return covariates;
  }

  /** The multiples of the covariates that leave the effect the least variance. */
  private static double[] theta(Tangent effect, List<Tangent> covariates, double[][] covariance) {
    int size = covariates.size();
    double[][] normal = new double[size][size + 1];
    for (int i = 0; i < size; i++) {
      double[] own = covariates.get(i).slopes;
      for (int j = 0; j < size; j++) {
        normal[i][j] = quadratic(own, covariance, covariates.get(j).slopes);
      }
      normal[i][size] = quadratic(own, covariance, effect.slopes);
    }
    return Regression.solve(normal);
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
