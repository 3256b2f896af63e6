package dev.headrace.core.stats.distribution;

/**
 * The standard normal distribution.
 *
 * <p>Probabilities by the rational approximations of W. J. Cody, "Rational Chebyshev approximations
 * for the error function", Math. Comp. 23 (1969); quantiles by M. J. Wichura, "Algorithm AS 241",
 * Appl. Stat. 37 (1988), with one step of Halley.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // Coefficients as published.
public final class Normal {
  private static final double LOG_SQRT_2PI = 0.918938533204672741780329736406;
  private static final double INVERSE_SQRT_2PI = 0.398942280401432677939946059934;
  private static final double SQRT_32 = 5.656854249492380195206754896838;

  private static final double[] CENTER_TOP = {
    2.2352520354606839287,
    161.02823106855587881,
    1067.6894854603709582,
    18154.981253343561249,
    0.065682337918207449113
  };
  private static final double[] CENTER_BOTTOM = {
    47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956
  };
  private static final double[] MIDDLE_TOP = {
    0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979, 597.27027639480026226,
    2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218,
    1.0765576773720192317e-8
  };
  private static final double[] MIDDLE_BOTTOM = {
    22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755,
    18615.571640885098091, 34900.952721145977266, 38912.003286093271411, 19685.429676859990727
  };
  private static final double[] TAIL_TOP = {
    0.21589853405795699,
    0.1274011611602473639,
    0.022235277870649807,
    0.001421619193227893466,
    2.9112874951168792e-5,
    0.02307344176494017303
  };
  private static final double[] TAIL_BOTTOM = {
    1.28426009614491121,
    0.468238212480865118,
    0.0659881378689285515,
    0.00378239633202758244,
    7.29751555083966205e-5
  };

  private static final double[] QUANTILE_CENTER = {
    3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
    1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
    3.3430575583588128105e+4, 2.5090809287301226727e+3
  };
  private static final double[] QUANTILE_CENTER_BELOW = {
    1,
    4.2313330701600911252e+1,
    6.8718700749205790830e+2,
    5.3941960214247511077e+3,
    2.1213794301586595867e+4,
    3.9307895800092710610e+4,
    2.8729085735721942674e+4,
    5.2264952788528545610e+3
  };
  private static final double[] QUANTILE_NEAR = {
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4
  };
  private static final double[] QUANTILE_NEAR_BELOW = {
    1,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9
  };
  private static final double[] QUANTILE_FAR = {
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7
  };
  private static final double[] QUANTILE_FAR_BELOW = {
    1,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15
  };

  private Normal() {}

  /** exp(-z²/2) / sqrt(2 pi). */
  public static double density(double z) {
    return INVERSE_SQRT_2PI * Math.exp(-0.5 * z * z);
  }

  /** The natural logarithm of {@link #density}. */
  public static double logDensity(double z) {
    return -0.5 * z * z - LOG_SQRT_2PI;
  }

  /** P(Z &lt;= z). */
  public static double lower(double z) {
    return upper(-z);
  }

  /** P(Z &gt; z). */
  public static double upper(double z) {
    double size = Math.abs(z);
    if (size <= 0.67448975) {
      return 0.5 - center(z);
    }
    double tail = size <= SQRT_32 ? middle(size) : far(size);
    return z > 0 ? tail : 1 - tail;
  }

  /** P(|Z| &gt;= |z|). */
  public static double twoSided(double z) {
    return Math.min(1, 2 * upper(Math.abs(z)));
  }

  private static double center(double z) {
    double square = z * z;
    double top = CENTER_TOP[4] * square;
    double bottom = square;
    for (int i = 0; i < 3; i++) {
      top = (top + CENTER_TOP[i]) * square;
      bottom = (bottom + CENTER_BOTTOM[i]) * square;
    }
    return z * (top + CENTER_TOP[3]) / (bottom + CENTER_BOTTOM[3]);
  }

  private static double middle(double size) {
    double top = MIDDLE_TOP[8] * size;
    double bottom = size;
    for (int i = 0; i < 7; i++) {
      top = (top + MIDDLE_TOP[i]) * size;
      bottom = (bottom + MIDDLE_BOTTOM[i]) * size;
    }
    return expHalfSquare(size) * ((top + MIDDLE_TOP[7]) / (bottom + MIDDLE_BOTTOM[7]));
  }

  private static double far(double size) {
    if (size > 38.5) {
      return 0;
    }
    double inverse = 1 / (size * size);
    double top = TAIL_TOP[5] * inverse;
    double bottom = inverse;
    for (int i = 0; i < 4; i++) {
      top = (top + TAIL_TOP[i]) * inverse;
      bottom = (bottom + TAIL_BOTTOM[i]) * inverse;
    }
    double ratio = inverse * (top + TAIL_TOP[4]) / (bottom + TAIL_BOTTOM[4]);
    return expHalfSquare(size) * ((INVERSE_SQRT_2PI - ratio) / size);
  }

  /** exp(-size²/2), the square split so that no bit of it is lost. */
  private static double expHalfSquare(double size) {
    double coarse = Math.floor(size * 16) / 16;
    double rest = (size - coarse) * (size + coarse);
    return Math.exp(-coarse * coarse * 0.5) * Math.exp(-rest * 0.5);
  }

  /**
   * z with {@code lower(z) = p}.
   *
   * @param p in [0, 1]; the ends give the infinities
   */
  public static double quantile(double p) {
    Probability.check(p);
    return p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p);
  }

  /** z with {@code upper(z) = p}: keeps the digits of a tiny p. */
  public static double upperQuantile(double p) {
    Probability.check(p);
    if (p > 0.5) {
      return -upperQuantile(1 - p);
    }
    if (p == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double z = wichura(p);
    double density = density(z);
    if (density < 1e-290) {
      return z;
    }
    double step = (upper(z) - p) / density;
    return z + step / (1 - 0.5 * z * step);
  }

  private static double wichura(double p) {
    double q = 0.5 - p;
    if (q <= 0.425) {
      double r = 0.180625 - q * q;
      return q * polynomial(QUANTILE_CENTER, r) / polynomial(QUANTILE_CENTER_BELOW, r);
    }
    double r = Math.sqrt(-Math.log(p));
    return r <= 5
        ? polynomial(QUANTILE_NEAR, r - 1.6) / polynomial(QUANTILE_NEAR_BELOW, r - 1.6)
        : polynomial(QUANTILE_FAR, r - 5) / polynomial(QUANTILE_FAR_BELOW, r - 5);
  }

  /** Coefficients from the constant upwards. */
  private static double polynomial(double[] coefficients, double x) {
    double sum = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      sum = sum * x + coefficients[i];
    }
    return sum;
  }
}
