package dev.headrace.ml.learn.linear;

import dev.headrace.core.stats.distribution.ChiSquared;
import dev.headrace.ml.learn.linear.LeastSquares.Coefficient;
import dev.headrace.ml.learn.linear.LeastSquares.FTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What statistics say of a least-squares fit.
 *
 * @param determination R^2
 * @param adjusted R^2 paid for by degrees of freedom
 * @param fTest of all coefficients together
 * @param logLikelihood of normal errors
 * @param aic 2k - 2 log L
 * @param bic k log n - 2 log L
 * @param residualError s, in the label's unit
 * @param breuschPagan of equal variances, studentised (Koenker 1981): n R^2 of e^2 on the columns
 * @param durbinWatson near 2 where neighbouring rows' errors are independent; rows are in the order
 *     they were read
 * @param jarqueBera of normal errors by skewness and kurtosis
 * @param shapiroWilk of normal errors; null for more than 5000 rows, for which it is not defined
 * @param influential the rows of the greatest Cook's distance, the greatest first
 */
public record Diagnostics(
    int rows,
    int degreesOfFreedom,
    List<Coefficient> coefficients,
    double determination,
    double adjusted,
    FTest fTest,
    double logLikelihood,
    double aic,
    double bic,
    double residualError,
    ChiTest breuschPagan,
    double durbinWatson,
    JarqueBera jarqueBera,
    @Nullable PTest shapiroWilk,
    List<Influence> influential) {
  public Diagnostics {
    coefficients = List.copyOf(coefficients);
    influential = List.copyOf(influential);
  }

  private static final int SHOWN = 10;

  /** A statistic with its chi-squared tail. */
  public record ChiTest(double statistic, int degreesOfFreedom, double pValue) {}

  /** A statistic with its p-value. */
  public record PTest(double statistic, double pValue) {}

  /** Of normal errors. */
  public record JarqueBera(double statistic, double pValue, double skewness, double kurtosis) {}

  /**
   * A row that moves the fit.
   *
   * @param row its number in the training rows, from 0
   */
  public record Influence(int row, double cooksDistance, double leverage, double residual) {}

  /**
   * Judges a fit.
   *
   * @param confidence of the coefficients' intervals, in (0, 1)
   */
  public static Diagnostics of(LeastSquares fit, double confidence) {
    double n = fit.rows();
    double[] e = fit.residuals();
    double r2 = 1 - fit.residualSquares() / fit.totalSquares();
    double logLikelihood =
        -n / 2 * (Math.log(2 * Math.PI) + Math.log(fit.residualSquares() / n) + 1);
    return new Diagnostics(
        fit.rows(),
        fit.degreesOfFreedom(),
        fit.coefficients(confidence),
        r2,
        1 - (1 - r2) * (n - 1) / fit.degreesOfFreedom(),
        fit.fTest(r2),
        logLikelihood,
        2 * fit.width() - 2 * logLikelihood,
        fit.width() * Math.log(n) - 2 * logLikelihood,
        Math.sqrt(fit.residualSquares() / fit.degreesOfFreedom()),
        breuschPagan(fit, e),
        durbinWatson(e),
        jarqueBera(e),
        ShapiroWilk.test(e)
            .known()
            .map(found -> new PTest(found.statistic(), found.pValue()))
            .orElse(null),
        influential(fit, e));
  }

  private static ChiTest breuschPagan(LeastSquares fit, double[] e) {
    double[] squared = Arrays.stream(e).map(x -> x * x).toArray();
    double statistic = fit.rows() * fit.determinationOf(squared);
    int df = fit.width() - 1;
    return new ChiTest(statistic, df, ChiSquared.upper(statistic, df));
  }

  private static double durbinWatson(double[] e) {
    double steps = 0;
    for (int i = 1; i < e.length; i++) {
      steps += (e[i] - e[i - 1]) * (e[i] - e[i - 1]);
    }
    return steps / LeastSquares.squares(e, 0);
  }

  private static JarqueBera jarqueBera(double[] e) {
    double n = e.length;
    double mean = Arrays.stream(e).sum() / n;
    double m2 = 0;
    double m3 = 0;
    double m4 = 0;
    for (double x : e) {
      double d = x - mean;
      m2 += d * d / n;
      m3 += d * d * d / n;
      m4 += d * d * d * d / n;
    }
    double skewness = m3 / Math.pow(m2, 1.5);
    double kurtosis = m4 / (m2 * m2);
    double statistic = n / 6 * (skewness * skewness + (kurtosis - 3) * (kurtosis - 3) / 4);
    return new JarqueBera(statistic, ChiSquared.upper(statistic, 2), skewness, kurtosis);
  }

  private static List<Influence> influential(LeastSquares fit, double[] e) {
    double[] distance = fit.cooksDistance();
    double[] leverage = fit.leverage();
    List<Influence> found = new ArrayList<>();
    IntStream.range(0, e.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -distance[i]))
        .limit(SHOWN)
        .forEach(i -> found.add(new Influence(i, distance[i], leverage[i], e[i])));
    return found;
  }
}
