package dev.headrace.decisions.experiments.proof;

/**
 * How a proof is made.
 *
 * @param alpha of each method, in (0, 1)
 * @param effect relative, that the A/B runs have; in (-1, 1), not 0
 * @param runs simulated experiments of either sort, at least 100
 * @param size units in one of them, at least 20
 * @param looks at which methods for several looks look, evenly spaced over the units
 * @param treated share of units that get the treatment, in (0, 1)
 * @param seed of all draws
 */
public record ProofSpec(
    double alpha, double effect, int runs, int size, int looks, double treated, long seed) {
  public ProofSpec {
    if (!(alpha > 0 && alpha < 1) || !(effect > -1 && effect < 1) || effect == 0) {
      throw new IllegalArgumentException("an alpha of " + alpha + ", an effect of " + effect);
    }
    if (runs < 100 || size < 20 || looks < 1 || looks > size / 2) {
      throw new IllegalArgumentException(runs + " runs of " + size + " units, " + looks + " looks");
    }
    if (!(treated > 0 && treated < 1)) {
      throw new IllegalArgumentException("a share of " + treated);
    }
  }
}
