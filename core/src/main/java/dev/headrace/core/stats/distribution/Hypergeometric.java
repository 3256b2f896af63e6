package dev.headrace.core.stats.distribution;

/**
 * The hypergeometric distribution: marked balls among {@code drawn}, from an urn of {@code total}
 * balls of which {@code marked} are marked.
 */
public final class Hypergeometric {
  private Hypergeometric() {}

  /** P(X = k). */
  public static double probability(long k, long total, long marked, long drawn) {
    if (k < Math.max(0, drawn - (total - marked)) || k > Math.min(marked, drawn)) {
      return 0;
    }
    if (drawn == 0 || drawn == total) {
      return 1;
    }
    // C. Loader's form: three binomials with the same probability, which cancels.
    double p = (double) drawn / total;
    return Binomial.probability(k, marked, p)
        / Binomial.probability(drawn, total, p)
        * Binomial.probability(drawn - k, total - marked, p);
  }
}
