package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.decisions.experiments.analysis.BestArm.Standing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which variant is best, from effects against one baseline, normal priors of these effects
 * included: larger effects are better, and the baseline's is zero.
 *
 * <p>Effects share the baseline's error s and have a variance v_i of their own, so their covariance
 * is diag(v) + s 1 1'. With a prior precision t_i the posterior's has one factor as well: effect i
 * is m_i + a_i G + sqrt(e_i) Z_i, with G and the Z_i independent and standard normal,
 *
 * <pre>
 * e_i = 1 / (1 / v_i + t_i)    c = s / (1 + s sum 1 / v)    k = c / (1 - c sum e / v²)
 * a_i = sqrt(k) e_i / v_i      m = (diag(e) + a a') (diag(1 / v) - c (1 / v) (1 / v)') estimates
 * </pre>
 *
 * by the formula of Sherman and Morrison (1950), twice. Given G the effects are independent;
 * chances and losses are integrals over G (the trapezoidal rule) and over each effect where it is
 * above zero (Simpson's). Errors are below 1e-6; nothing is drawn.
 */
public final class BestEffect {
  private static final double REACH = 8;

  private final double[] mean;
  private final double[] loading;
  private final double[] sd;

  /**
   * What the data alone tell of one variant.
   *
   * @param estimate of its effect
   * @param variance of the estimate, without what the baseline adds; above 0
   * @param priorPrecision 1 / variance of the effect's prior, whose mean is zero; 0 for a flat one
   */
  public record Effect(double estimate, double variance, double priorPrecision) {
    public Effect {
      if (!(variance > 0) || !(priorPrecision >= 0)) {
        throw new IllegalArgumentException(
            "a variance of %s, a prior precision of %s".formatted(variance, priorPrecision));
      }
    }
  }

  private BestEffect(double shared, List<Effect> effects) {
    int count = effects.size();
    mean = new double[count];
    loading = new double[count];
    sd = new double[count];
    double precisions = 0;
    double weighted = 0;
    for (Effect effect : effects) {
      precisions += 1 / effect.variance();
      weighted += effect.estimate() / effect.variance();
    }
    double c = shared / (1 + shared * precisions);
    double kept = 0;
    for (int i = 0; i < count; i++) {
      double variance = effects.get(i).variance();
      double own = 1 / (1 / variance + effects.get(i).priorPrecision());
      sd[i] = Math.sqrt(own);
      kept += own / (variance * variance);
    }
    double k = c / (1 - c * kept);
    double projected = 0;
    for (int i = 0; i < count; i++) {
      double variance = effects.get(i).variance();
      loading[i] = Math.sqrt(k) * sd[i] * sd[i] / variance;
      mean[i] = (effects.get(i).estimate() - c * weighted) / variance;
      projected += loading[i] * mean[i];
    }
    for (int i = 0; i < count; i++) {
      mean[i] = sd[i] * sd[i] * mean[i] + loading[i] * projected;
    }
  }

  /**
   * Standings, the baseline's first.
   *
   * @param shared variance that the baseline adds to every effect; 0 or more
   * @param effects by variant
   */
  public static Map<String, Standing> of(
      String baseline, double shared, Map<String, Effect> effects) {
    if (!(shared >= 0)) {
      throw new IllegalArgumentException("a shared variance of " + shared);
    }
    List<String> variants = List.copyOf(effects.keySet());
    BestEffect joint = new BestEffect(shared, List.copyOf(effects.values()));
    double[] chances = new double[variants.size() + 1];
    double best = joint.integrate(chances);
    Map<String, Standing> standings = new LinkedHashMap<>();
    standings.put(baseline, new Standing(chances[0], Math.max(0, best)));
    for (int i = 0; i < variants.size(); i++) {
      standings.put(
          variants.get(i), new Standing(chances[i + 1], Math.max(0, best - joint.mean[i])));
    }
    return standings;
  }

  /**
   * Fills in who is the best by chance, the baseline first.
   *
   * @return E[max(0, effects)]
   */
  private double integrate(double[] chances) {
    double step = 0.1;
    for (int i = 0; i < sd.length; i++) {
      step = Math.min(step, sd[i] / (4 * loading[i]));
    }
    int reach = (int) Math.ceil(REACH / Math.max(step, 0.002));
    double best = 0;
    double total = 0;
    double[] centre = new double[sd.length];
    for (int point = -reach; point <= reach; point++) {
      double g = REACH * point / reach;
      double weight = Normal.density(g);
      double none = weight;
      for (int i = 0; i < sd.length; i++) {
        centre[i] = mean[i] + loading[i] * g;
        none *= Normal.lower(-centre[i] / sd[i]);
      }
      chances[0] += none;
      total += none;
      for (int i = 0; i < sd.length; i++) {
        double[] moments = above(centre, i);
        chances[i + 1] += weight * moments[0];
        total += weight * moments[0];
        best += weight * moments[1];
      }
    }
    for (int i = 0; i < chances.length; i++) {
      chances[i] /= total;
    }
    return best / total;
  }

  /** P(effect i is the largest and above zero) and E[effect i where it is], given the factor. */
  private double[] above(double[] centre, int i) {
    double low = Math.max(-REACH, -centre[i] / sd[i]);
    double[] moments = new double[2];
    if (low >= REACH) {
      return moments;
    }
    double step = 0.1;
    for (int j = 0; j < sd.length; j++) {
      step = Math.min(step, Math.max(0.004, sd[j] / (4 * sd[i])));
    }
    int pairs = (int) Math.ceil((REACH - low) / (2 * step));
    double width = (REACH - low) / (2 * pairs);
    for (int point = 0; point <= 2 * pairs; point++) {
      double z = low + point * width;
      double value = centre[i] + sd[i] * z;
      double density = Normal.density(z);
      for (int j = 0; j < sd.length && density > 0; j++) {
        density *= j == i ? 1 : Normal.lower((value - centre[j]) / sd[j]);
      }
      double simpson = point == 0 || point == 2 * pairs ? 1 : point % 2 == 1 ? 4 : 2;
      moments[0] += simpson * density;
      moments[1] += simpson * density * value;
    }
    moments[0] *= width / 3;
    moments[1] *= width / 3;
    return moments;
  }
}
