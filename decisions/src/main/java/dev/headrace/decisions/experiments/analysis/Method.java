package dev.headrace.decisions.experiments.analysis;

/**
 * How an effect's uncertainty is judged. Relative effects are besides told as {@link
 * RelativeInterval} says.
 */
public sealed interface Method {
  /**
   * Welch's t with Satterthwaite's degrees of freedom, for one look at a size fixed in advance (B.
   * Welch, Biometrika 34, 1947).
   */
  record WelchT() implements Method {}

  /** The same with normal tails. */
  record NormalZ() implements Method {}

  /**
   * The asymptotic confidence sequence of I. Waudby-Smith et al., "Time-uniform central limit
   * theory and asymptotic confidence sequences" (Annals of Statistics 2024, arXiv 2103.06476): one
   * may look after every unit and stop whenever one likes.
   *
   * @param tunedFor units in both arms at which it is tightest
   */
  record AnyTime(double tunedFor) implements Method {
    public AnyTime {
      positive("tuning", tunedFor);
    }
  }

  /**
   * The mixture sequential probability ratio test with a normal mixture (H. Robbins, Ann. Math.
   * Stat. 41, 1970; R. Johari et al., Operations Research 70, 2022).
   *
   * @param effectSd standard deviation of the mixture: the size of effects one expects
   * @param scale of that; changed to that of the analysis by the baseline's mean
   */
  record MixtureSprt(double effectSd, Scale scale) implements Method {
    public MixtureSprt {
      positive("standard deviation of effects", effectSd);
    }
  }

  /**
   * One look of a group-sequential design.
   *
   * @param criticalZ the bound of this look, from {@code core.stats.sequential.GroupSequential}
   */
  record GroupSequentialLook(double criticalZ) implements Method {
    public GroupSequentialLook {
      positive("critical value", criticalZ);
    }
  }

  /** A posterior of the effect under a normal prior, or a flat one. */
  record Bayes(Prior prior) implements Method {}

  /**
   * What is believed of an effect beforehand.
   *
   * @param sd infinite for no belief at all
   * @param scale of mean and sd; changed to that of the analysis by the baseline's mean
   */
  record Prior(double mean, double sd, Scale scale) {
    /** Every effect is equally likely. */
    public static final Prior FLAT = new Prior(0, Double.POSITIVE_INFINITY, Scale.RELATIVE);

    public Prior {
      if (!(sd > 0) || !Double.isFinite(mean)) {
        throw new IllegalArgumentException("a prior with mean " + mean + " and sd " + sd);
      }
    }
  }

  private static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a " + name + " of " + value);
    }
  }
}
