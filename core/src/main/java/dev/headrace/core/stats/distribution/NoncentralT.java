package dev.headrace.core.stats.distribution;

/**
 * The noncentral t distribution: (Z + delta) / sqrt(chi² / df), what a t statistic follows when
 * there is an effect.
 *
 * <p>P(T &gt; t) is the mean of the normal tail beyond t s - delta over the distribution of s =
 * sqrt(chi² / df), integrated by Gauss-Legendre over where s has its mass: exact for every delta,
 * where the usual series (R. Lenth, "Algorithm AS 243", Appl. Stat. 38, 1989) underflows.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // Nodes and weights as published.
public final class NoncentralT {
  /** The 20-point Gauss-Legendre rule, positive half. */
  private static final double[] NODES = {
    0.0765265211334973338, 0.2277858511416450781, 0.3737060887154195607, 0.5108670019508270980,
    0.6360536807265150254, 0.7463319064601507926, 0.8391169718222188234, 0.9122344282513259059,
    0.9639719272779137912, 0.9931285991850949248
  };

  private static final double[] WEIGHTS = {
    0.1527533871307258507, 0.1491729864726037467, 0.1420961093183820513, 0.1316886384491766268,
    0.1181945319615184174, 0.1019301198172404351, 0.0832767415767047487, 0.0626720483341090636,
    0.0406014298003869413, 0.0176140071391521183
  };

  private static final int PANELS = 60;

  private NoncentralT() {}

  /** P(T &gt; t). */
  public static double upper(double t, double df, double delta) {
    if (df == Double.POSITIVE_INFINITY) {
      return Normal.upper(t - delta);
    }
    Probability.positive("degrees of freedom", df);
    // All but 1e-18 of the mass of s.
    double low = Math.sqrt(ChiSquared.quantile(1e-18, df) / df);
    double high = Math.sqrt(ChiSquared.upperQuantile(1e-18, df) / df);
    double width = (high - low) / PANELS;
    double sum = 0;
    for (int panel = 0; panel < PANELS; panel++) {
      double center = low + (panel + 0.5) * width;
      for (int i = 0; i < NODES.length; i++) {
        double offset = NODES[i] * width / 2;
        sum +=
            WEIGHTS[i]
                * (part(center - offset, t, df, delta) + part(center + offset, t, df, delta));
      }
    }
    return Math.clamp(sum * width / 2, 0.0, 1.0);
  }

  /** P(T &lt;= t). */
  public static double lower(double t, double df, double delta) {
    return upper(-t, df, -delta);
  }

  private static double part(double s, double t, double df, double delta) {
    if (s <= 0) {
      return 0;
    }
    double x = df * s * s;
    // Density of chi² at x, times dx/ds.
    double density = GammaDistribution.density(x / 2, df / 2) / 2 * 2 * df * s;
    return density * Normal.upper(t * s - delta);
  }
}
