package dev.headrace.core.stats.sequential;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.distribution.Normal;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds for a number of looks, so that all of them together err with alpha.
 *
 * <p>The score process is Brownian motion on the scale of information. Its density, cut off at each
 * bound, is carried from look to look by the recursion of P. Armitage, C. McPherson and B. Rowe
 * (JRSS A 132, 1969), and each bound is where the spending function's increment lies beyond it. The
 * integrals are Gauss-Legendre sums with as many nodes as the step between looks needs; bounds are
 * right to about 1e-9. Two-sided bounds are symmetric, each side with alpha / 2, and crossing one
 * side ends the test.
 *
 * <p>The looks need not be planned, only the final information: that is what spending is for. When
 * the last look overruns the plan, {@link #sharesOf} measures information by what was reached; when
 * an earlier one does, what is spent and what was seen go by two clocks.
 *
 * <p>Not for looks chosen because of what the last one showed, and not after the final look: a test
 * that may go on for ever needs {@link AsymptoticSequence}.
 */
public final class GroupSequential {
  /** Looks closer than this to the one before share its bound. */
  static final double SAME_LOOK = 1e-5;

  private GroupSequential() {}

  /**
   * One look.
   *
   * @param information share of the planned information; beyond 1 where the plan was overrun
   * @param spent alpha spent on one side until this look, it included
   * @param criticalZ reject beyond it; infinite where nothing may be spent
   * @param nominalAlpha the level, for both sides together if there are two, at which an ordinary
   *     test of this look rejects
   */
  public record Look(double information, double spent, double criticalZ, double nominalAlpha) {}

  /**
   * Bounds of all looks so far.
   *
   * @param alpha of the whole test, in (0, 1)
   * @param information rising shares of the planned information, in (0, 1]
   */
  public static List<Look> bounds(
      Spending spending, double alpha, Alternative alternative, double... information) {
    return bounds(spending, alpha, alternative, information, information);
  }

  /**
   * The same where alpha is spent by another clock than information comes by (K. Lan, D. DeMets,
   * "Group sequential procedures: calendar versus information time", Statistics in Medicine 8,
   * 1989). A look at which nothing is left to spend has no bound that can be crossed.
   *
   * @param spendingTime what the spending function is asked at each look, rising in (0, 1]
   * @param information rising, in any unit: only ratios count, those of the variances of the sums
   */
  public static List<Look> bounds(
      Spending spending,
      double alpha,
      Alternative alternative,
      double[] spendingTime,
      double[] information) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha);
    }
    boolean twoSided = alternative == Alternative.TWO_SIDED;
    double side = twoSided ? alpha / 2 : alpha;
    ScoreDensity density = ScoreDensity.start(twoSided);
    List<Look> looks = new ArrayList<>(information.length);
    double before = 0;
    double spent = 0;
    double z = Double.POSITIVE_INFINITY;
    for (int i = 0; i < information.length; i++) {
      double t = information[i];
      if (!(t >= before)) {
        throw new IllegalArgumentException("information falls from " + before + " to " + t);
      }
      double allowed = spending.spent(side, spendingTime[i]);
      if (i == 0 || t - before > SAME_LOOK) {
        double ahead = i + 1 < information.length ? information[i + 1] - t : 0;
        double guess = Double.isInfinite(z) ? Normal.upperQuantile(Math.min(0.5, allowed)) : z;
        z = density.bound(t, allowed - spent, guess);
        density = density.advance(t, z, 0, ahead > SAME_LOOK ? ahead : t - before);
        before = t;
        spent = allowed;
      }
      double tail = Normal.upper(z);
      looks.add(new Look(t, spent, z, twoSided ? 2 * tail : tail));
    }
    return List.copyOf(looks);
  }

  /**
   * Shares of information of counts, measured by the plan or, where it is overrun, by the largest
   * count.
   */
  public static double[] sharesOf(double planned, double... counts) {
    double total = planned;
    for (double count : counts) {
      total = Math.max(total, count);
    }
    double[] shares = new double[counts.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = counts[i] / total;
    }
    return shares;
  }

  /**
   * The chance to cross at or before each look, if z drifts.
   *
   * @param drift expected z at full information: effect over its standard error then; positive
   *     towards the tested side
   */
  public static double[] crossing(List<Look> looks, Alternative alternative, double drift) {
    boolean twoSided = alternative == Alternative.TWO_SIDED;
    // Drift breaks the symmetry, so that both halves of the density are needed.
    ScoreDensity density = ScoreDensity.start(false);
    double[] crossed = new double[looks.size()];
    double sum = 0;
    double before = 0;
    for (int i = 0; i < crossed.length; i++) {
      Look look = looks.get(i);
      double t = look.information();
      if (i == 0 || t - before > SAME_LOOK) {
        double edge = look.criticalZ() * Math.sqrt(t);
        sum += density.beyond(t, edge, drift);
        double ahead = i + 1 < crossed.length ? looks.get(i + 1).information() - t : 0;
        if (twoSided) {
          sum += density.below(t, -edge, drift);
        }
        density =
            density.advanceBetween(
                t,
                twoSided ? -look.criticalZ() : Double.NEGATIVE_INFINITY,
                look.criticalZ(),
                drift,
                ahead > SAME_LOOK ? ahead : t - before);
        before = t;
      }
      crossed[i] = Math.min(1, sum);
    }
    return crossed;
  }

  /**
   * How many times the units of a test with one look this design needs at most, for the same power.
   */
  public static double inflation(
      List<Look> looks, double alpha, Alternative alternative, double power) {
    double fixed = Normal.upperQuantile(alternative.tailOf(alpha)) + Normal.quantile(power);
    double low = 0;
    double high = 4 * Math.max(fixed, 1);
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double[] crossed = crossing(looks, alternative, middle);
      if (crossed[crossed.length - 1] < power) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.pow((low + high) / 2 / fixed, 2);
  }
}
