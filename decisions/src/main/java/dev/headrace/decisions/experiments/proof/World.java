package dev.headrace.decisions.experiments.proof;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One simulated experiment: units drawn from the population with replacement, dealt to two arms at
 * random, seen at each look. The same draw is told twice: as it is, and with the treated units
 * changed by a known effect.
 *
 * <p>Numerators, values, and what a derived metric names first are multiplied by 1 + effect; of
 * shares, as many zeros become ones (or ones zeros) at random as make the share 1 + effect times as
 * large.
 */
final class World implements Draws {
  private final Population population;
  private final ProofSpec spec;
  private final int columns;

  /** Rows less the columns' means, so that sums of squares lose nothing. */
  private final double[] centred;

  private final double[] means;

  /** Units with a value, where only those say something. */
  private final Optional<BitSet> informative;

  World(Population population, ProofSpec spec) {
    this.population = population;
    this.spec = spec;
    this.columns = population.shape().columns();
    this.means = new double[columns];
    boolean counts = population.shape() instanceof MetricShape.Proportion;
    for (int column = 0; column < columns; column++) {
      means[column] = counts ? 0 : population.mean(column);
    }
    this.informative = population.informative();
    this.centred = population.rows();
    for (int at = 0; at < centred.length; at++) {
      centred[at] -= means[at % columns];
    }
  }

  /** Sums of one arm so far. */
  private final class Arm {
    private long units;
    private long withValue;
    private final double[] sums = new double[columns];
    private final double[] products = new double[columns * (columns + 1) / 2];

    void add(int row) {
      units++;
      withValue += informative.isEmpty() || informative.get().get(row / columns) ? 1 : 0;
      int product = 0;
      for (int i = 0; i < columns; i++) {
        double value = centred[row + i];
        sums[i] += value;
        for (int j = 0; j <= i; j++) {
          products[product++] += value * centred[row + j];
        }
      }
    }

    /**
     * @param factor that the first column is multiplied by
     */
    Moments moments(double factor) {
      double[] mean = new double[columns];
      double[][] around = new double[columns][columns];
      int product = 0;
      for (int i = 0; i < columns; i++) {
        mean[i] = (means[i] + sums[i] / units) * (i == 0 ? factor : 1);
        for (int j = 0; j <= i; j++) {
          double own = products[product++] - sums[i] * sums[j] / units;
          double scale = (i == 0 ? factor : 1) * (j == 0 ? factor : 1);
          around[i][j] = (i == j ? Math.max(0, own) : own) * scale;
        }
      }
      return Moments.ofMeans(units, mean, around).withInformative(withValue);
    }

    /**
     * @param flips units that changed, in all and among those with each covariate
     */
    Moments flipped(double[] flips, int sign) {
      double[] changed = sums.clone();
      double[][] all = new double[columns][columns];
      int product = 0;
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j <= i; j++) {
          all[i][j] = products[product++];
        }
      }
      changed[0] += sign * (flips[0] + flips[1]);
      all[0][0] = changed[0];
      if (columns > 1) {
        all[1][0] += sign * flips[1];
      }
      return Moments.ofSums(units, changed, all);
    }
  }

  @Override
  public double truth() {
    double value = population.value();
    return population.shape() instanceof MetricShape.Proportion
        ? spec.effect()
        : (population.value(1 + spec.effect()) - value) / Math.abs(value);
  }

  @Override
  public List<Look> draw(SplittableRandom random) {
    Arm baseline = new Arm();
    Arm treatment = new Arm();
    long share = (long) (spec.treated() * (1L << 32));
    long units = population.units();
    boolean counts = population.shape() instanceof MetricShape.Proportion;
    double[] flips = new double[2];
    List<Look> looks = new ArrayList<>(spec.looks());
    int drawn = 0;
    for (int look = 1; look <= spec.looks(); look++) {
      int end = (int) ((long) spec.size() * look / spec.looks());
      double[] before = counts ? cells(treatment) : flips;
      for (; drawn < end; drawn++) {
        long bits = random.nextLong();
        int row = (int) (((bits >>> 32) * units) >>> 32) * columns;
        ((bits & 0xffffffffL) < share ? treatment : baseline).add(row);
      }
      if (baseline.units == 0 || treatment.units == 0) {
        continue;
      }
      Moments treated;
      if (counts) {
        double[] now = cells(treatment);
        for (int cell = 0; cell < 2; cell++) {
          flips[cell] += binomial(random, Math.round(now[cell] - before[cell]), chance());
        }
        treated = treatment.flipped(flips, spec.effect() > 0 ? 1 : -1);
      } else {
        treated = treatment.moments(1 + spec.effect());
      }
      looks.add(new Look(baseline.moments(1), treatment.moments(1), treated));
    }
    return looks;
  }

  /** Units that may change, by whether they had the covariate: zeros, or ones to be lost. */
  private double[] cells(Arm arm) {
    double ones = arm.sums[0];
    double had = columns > 1 ? arm.sums[1] : 0;
    double both = columns > 1 ? arm.products[1] : 0;
    return spec.effect() > 0
        ? new double[] {arm.units - ones - had + both, had - both}
        : new double[] {ones - both, both};
  }

  private double chance() {
    double share = population.mean(0);
    return spec.effect() > 0 ? spec.effect() * share / (1 - share) : -spec.effect();
  }

  /** Successes by the gaps between them, which are geometric: as many steps as successes. */
  private static long binomial(SplittableRandom random, long trials, double chance) {
    if (chance >= 1) {
      return trials;
    }
    double log = Math.log1p(-chance);
    long successes = 0;
    double at = 0;
    while (true) {
      at += Math.floor(Math.log(1 - random.nextDouble()) / log) + 1;
      if (at > trials) {
        return successes;
      }
      successes++;
    }
  }
}
