package dev.headrace.core.stats.distribution;

/**
 * The standard normal distribution.
 *
 * <p>Probabilities by the rational approximations of W. J. Cody, "Rational Chebyshev approximations
 * for the error function", Math. Comp. 23 (1969); quantiles by M. J. Wichura, "Algorithm AS 241",
 * Appl. Stat. 37 (1988), with one step of Halley.
 */
public final class Normal {
  private static final double LOG_SQRT_2PI = 0.9189385332046728;
  private static final double INVERSE_SQRT_2PI = 0.3989422804014327;
  private static final double SQRT_32 = 5.656854249492381;

  private static final double[] CENTER_TOP = {
    2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356,
    0.06568233791820745
  };
  private static final double[] CENTER_BOTTOM = {
    47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673
  };
  private static final double[] MIDDLE_TOP = {
    0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002,
    2494.5375852903726, 6848.190450536283, 11602.65143764735, 9842.714838383978,
    1.0765576773720192e-08
  };
  private static final double[] MIDDLE_BOTTOM = {
    22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761,
    18615.571640885097, 34900.95272114598, 38912.00328609327, 19685.429676859992
  };
  private static final double[] TAIL_TOP = {
    0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934,
    2.9112874951168793e-05, 0.023073441764940174
  };
  private static final double[] TAIL_BOTTOM = {
    1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824,
    7.297515550839662e-05
  };

  private static final double[] QUANTILE_CENTER = {
    3.3871328727963665, 133.14166789178438, 1971.5909503065513,
    13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227
  };
  private static final double[] QUANTILE_CENTER_BELOW = {
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751,
    21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852854
  };
  private static final double[] QUANTILE_NEAR = {
    1.4234371107496835, 4.630337846156546, 5.769497221460691,
    3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414
  };
  private static final double[] QUANTILE_NEAR_BELOW = {
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851,
    0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-09
  };
  private static final double[] QUANTILE_FAR = {
    6.657904643501103, 5.463784911164114, 1.7848265399172913,
    0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-05, 2.0103343992922881e-07
  };
  private static final double[] QUANTILE_FAR_BELOW = {
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615,
    0.0007868691311456133, 1.8463183175100548e-05, 1.421511758316446e-07,
    2.0442631033899397e-15
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
