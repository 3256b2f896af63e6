package dev.headrace.core.stats.sequential;

import dev.headrace.core.stats.distribution.Normal;

/**
 * Density of Brownian motion that has not been stopped yet, at the nodes of a Gauss-Legendre sum.
 * Where both bounds mirror each other and nothing drifts, only the positive half is kept.
 */
final class ScoreDensity {
  /** Beyond this many standard deviations there is less than rounding. */
  private static final double FAR = 8.7;

  /** Exponents below minus this add nothing. */
  private static final double NEGLIGIBLE = 42;

  /** A step of this many standard deviations has the chance 1e-178. */
  private static final double OUT_OF_REACH = 28;

  private static final double INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

  private final boolean mirrored;
  private final double time;
  private final double[] places;

  /** Density times the weight of its node. */
  private final double[] masses;

  private ScoreDensity(boolean mirrored, double time, double[] places, double[] masses) {
    this.mirrored = mirrored;
    this.time = time;
    this.places = places;
    this.masses = masses;
  }

  /** All mass at zero. */
  static ScoreDensity start(boolean mirrored) {
    return new ScoreDensity(mirrored, 0, new double[] {0}, new double[] {mirrored ? 0.5 : 1});
  }

  /** The chance to be above {@code edge} at time {@code t}, not having stopped before. */
  double beyond(double t, double edge, double drift) {
    double step = t - time;
    double sd = Math.sqrt(step);
    double from = edge - drift * step;
    double sum = 0;
    for (int i = firstFrom(from - OUT_OF_REACH * sd); i < places.length; i++) {
      sum += masses[i] * Normal.upper((from - places[i]) / sd);
    }
    if (mirrored) {
      for (int i = 0; i < places.length && places[i] < OUT_OF_REACH * sd - edge; i++) {
        sum += masses[i] * Normal.upper((edge + places[i]) / sd);
      }
    }
    return sum;
  }

  /** The chance to be below {@code edge}; only where both halves are kept. */
  double below(double t, double edge, double drift) {
    double step = t - time;
    double sd = Math.sqrt(step);
    double sum = 0;
    for (int i = 0; i < places.length; i++) {
      sum += masses[i] * Normal.lower((edge - places[i] - drift * step) / sd);
    }
    return sum;
  }

  private double at(double t, double place, double drift) {
    double step = t - time;
    double half = 0.5 / step;
    double mean = place - drift * step;
    double reach = Math.sqrt(2 * NEGLIGIBLE * step);
    double sum = 0;
    for (int i = firstFrom(mean - reach); i < places.length && places[i] < mean + reach; i++) {
      double gap = mean - places[i];
      sum += masses[i] * Math.exp(-gap * gap * half);
    }
    if (mirrored) {
      for (int i = 0; i < places.length && places[i] < reach - mean; i++) {
        double gap = mean + places[i];
        sum += masses[i] * Math.exp(-gap * gap * half);
      }
    }
    return sum * INVERSE_SQRT_2PI / Math.sqrt(step);
  }

  /** The first node at or above {@code place}. */
  private int firstFrom(double place) {
    int low = 0;
    int high = places.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (places[middle] < place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The z at time {@code t} beyond which {@code chance} lies; infinite for no chance at all. */
  double bound(double t, double chance, double guess) {
    if (!(chance > 0)) {
      return Double.POSITIVE_INFINITY;
    }
    double scale = Math.sqrt(t);
    double low = -FAR;
    double high = 40;
    double z = guess;
    for (int i = 0; i < 100; i++) {
      double value = beyond(t, z * scale, 0);
      if (value > chance) {
        low = z;
      } else {
        high = z;
      }
      // Newton on the logarithm of the chance, which is nearly a parabola.
      double slope = at(t, z * scale, 0) * scale;
      double next = z + value / slope * Math.log(value / chance);
      if (!(next > low && next < high)) {
        next = (low + high) / 2;
      }
      if (Math.abs(next - z) < 1e-11) {
        return next;
      }
      z = next;
    }
    return z;
  }

  /** After a look at {@code t} with this bound, mirrored or open below. */
  ScoreDensity advance(double t, double z, double drift, double stepAhead) {
    return advanceBetween(t, mirrored ? -z : Double.NEGATIVE_INFINITY, z, drift, stepAhead);
  }

  /**
   * After a look.
   *
   * @param stepAhead to the next look: the shorter, the finer the nodes must be
   */
  ScoreDensity advanceBetween(
      double t, double lowerZ, double upperZ, double drift, double stepAhead) {
    double scale = Math.sqrt(t);
    double center = drift * t;
    double upper = Math.min(upperZ * scale, center + FAR * scale);
    double lower = mirrored ? 0 : Math.max(lowerZ * scale, center - FAR * scale);
    double half = Math.max((upper - lower) / 2, 1e-12);
    double sd = Math.sqrt(Math.min(t - time, stepAhead));
    GaussLegendre rule = GaussLegendre.atLeast((int) Math.ceil(2.1 * half / sd) + 24);
    double[] nodes = rule.nodes();
    double[] weights = rule.weights();
    double[] newPlaces = new double[nodes.length];
    double[] newMasses = new double[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      newPlaces[i] = lower + half * (nodes[i] + 1);
      newMasses[i] = half * weights[i] * at(t, newPlaces[i], drift);
    }
    return new ScoreDensity(mirrored, t, newPlaces, newMasses);
  }
}
