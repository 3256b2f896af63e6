package dev.headrace.decisions.experiments.analysis;

import java.util.List;

/**
 * The relative effect that parts of the units have in common, if they have: the e for which
 *
 * <pre>Q(e) = sum of (D - e |B|)² / Var(D - e |B|)</pre>
 *
 * <p>is least, D a part's difference and B its baseline, whose variance is part of Fieller's
 * quantity (E. Fieller, JRSS B 16, 1954) as that of D is. Its least value is chi-squared with parts
 * - 1 degrees of freedom, however near zero baselines lie, for nothing is divided by them (the
 * continuously updated estimator of L. Hansen, J. Heaton and A. Yaron, JBES 14, 1996). A mean of
 * the parts' own relative effects has no such promise: a baseline that chance made small gives a
 * large effect, and leaving such parts out takes those whose baselines chance made large.
 *
 * <p>A part's effect is told as one step from e, D - e |B| over |B| freed of what it has in common
 * with D - e |B| (F. Kleibergen, Econometrica 73, 2005). The mean of these, weighted by their
 * precision, is e again, and contrasts of them, such as a trend, are standard normal under
 * equality.
 */
final class CommonEffect {
  /** Points among which the least is looked for, over all effects from minus to plus infinity. */
  private static final int POINTS = 127;

  private static final int HALVINGS = 60;
  private static final int STEPS = 20;

  /** A part that says nothing of e weighs this much beside one that does. */
  private static final double LEAST_STRENGTH = 1e-9;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private final double pooledBaseline;
  private final List<Fact> facts;
  private final double effect;

  private CommonEffect(List<Contrast> parts) {
    pooledBaseline = parts.stream().mapToDouble(c -> c.means().baseline() * c.units()).sum();
    facts = parts.stream().map(this::fact).toList();
    effect = least();
  }

  static CommonEffect of(List<Contrast> parts) {
    return new CommonEffect(parts);
  }

  /** The part's effect and its standard error under equality. */
  PartEffect part(Contrast part) {
    return fact(part).step(effect);
  }

  /**
   * What is known of one part.
   *
   * @param size its baseline, above zero but for chance
   */
  private record Fact(double gap, double size, double gapVariance, double variance, double with) {
    double rest(double e) {
      return gap - e * size;
    }

    double variance(double e) {
      return Math.max(Double.MIN_NORMAL, gapVariance - 2 * e * with + e * e * variance);
    }

    double square(double e) {
      double rest = rest(e);
      return rest * rest / variance(e);
    }

    PartEffect step(double e) {
      double v = variance(e);
      double root = Math.sqrt(v);
      double freed = size - (with - e * variance) / v * rest(e);
      double strength = Math.copySign(Math.max(Math.abs(freed / root), LEAST_STRENGTH), freed);
      return new PartEffect(e + rest(e) / root / strength, 1 / Math.abs(strength));
    }
  }

  /** A baseline that may be zero has the sign that all parts have together. */
  private Fact fact(Contrast part) {
    Contrast.Means means = part.means();
    double error = Math.sqrt(means.baselineVariance());
    boolean own = Math.abs(means.baseline()) >= NearZero.UNKNOWN * error;
    double sign = Math.signum(own ? means.baseline() : pooledBaseline);
    return new Fact(
        means.gap(),
        sign * means.baseline(),
        means.gapVariance(),
        means.baselineVariance(),
        sign * means.covariance());
  }

  private double square(double e) {
    double sum = 0;
    for (Fact fact : facts) {
      sum += fact.square(e);
    }
    return sum;
  }

  /** Of all e; those far out are as far apart as their directions are. */
  private double least() {
    double gaps = facts.stream().mapToDouble(Fact::gapVariance).sum();
    double baselines = facts.stream().mapToDouble(fact -> fact.variance).sum();
    double scale = baselines > 0 && gaps > 0 ? Math.sqrt(gaps / baselines) : 1;
    double spacing = Math.PI / (POINTS + 1);
    int best = 0;
    double found = Double.POSITIVE_INFINITY;
    for (int i = 1; i <= POINTS; i++) {
      double here = square(at(i, spacing, scale));
      if (here < found) {
        found = here;
        best = i;
      }
    }
    double low = at(Math.max(1, best - 1), spacing, scale);
    double high = at(Math.min(POINTS, best + 1), spacing, scale);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double ofLeft = square(left);
    double ofRight = square(right);
    for (int i = 0; i < HALVINGS; i++) {
      if (ofLeft < ofRight) {
        high = right;
        right = left;
        ofRight = ofLeft;
        left = high - GOLDEN * (high - low);
        ofLeft = square(left);
      } else {
        low = left;
        left = right;
        ofLeft = ofRight;
        right = low + GOLDEN * (high - low);
        ofRight = square(right);
      }
    }
    return polished((low + high) / 2);
  }

  private static double at(int point, double spacing, double scale) {
    return scale * Math.tan(point * spacing - Math.PI / 2);
  }

  /** Sums of squares say where the least is to eight digits, their slope says it to sixteen. */
  private double polished(double near) {
    double e = near;
    for (int step = 0; step < STEPS; step++) {
      double weights = 0;
      double slope = 0;
      for (Fact fact : facts) {
        PartEffect part = fact.step(e);
        weights += part.precision();
        slope += part.precision() * (part.estimate() - e);
      }
      double next = e + slope / weights;
      if (!(Math.abs(next - near) <= 1e-5 * (1 + Math.abs(near)))) {
        return near; // Beyond what rounding explains.
      }
      if (Math.abs(next - e) <= 1e-15 * (1 + Math.abs(e))) {
        return next;
      }
      e = next;
    }
    return e;
  }
}
