package dev.headrace.decisions.experiments.spec;

import dev.headrace.core.project.spec.Doc;

/** What is believed of a metric's value in each variant beforehand: conjugate families. */
@Doc("What is believed of a metric's value in each variant beforehand.")
public sealed interface VariantPrior {
  @Doc(
      "Of a share of units (beta-binomial), as if so many units with it and without it had been seen"
          + " before; 1 and 1 believe nothing, every share is as likely.")
  record Beta(
      @Doc("Units that have it, above 0.") double successes,
      @Doc("Units that have it not, above 0.") double failures)
      implements VariantPrior {
    public Beta {
      positive("successes", successes);
      positive("failures", failures);
    }

    @Override
    public String toString() {
      return "beta(" + number(successes) + ", " + number(failures) + ")";
    }
  }

  @Doc(
      "Of events per unit that come independently of each other (gamma-Poisson), as if so many events"
          + " of so many units had been seen before.")
  record Gamma(
      @Doc("Events, above 0.") double events, @Doc("Of how many units, above 0.") double units)
      implements VariantPrior {
    public Gamma {
      positive("events", events);
      positive("units", units);
    }

    @Override
    public String toString() {
      return "gamma(" + number(events) + ", " + number(units) + ")";
    }
  }

  @Doc("Of any metric's value, of many units.")
  record Normal(
      @Doc("The value that is most likely, in the metric's unit.") double mean,
      @Doc("Its standard deviation, in the metric's unit, above 0.") double sd)
      implements VariantPrior {
    private static final double LEAST_SHARE = 1e-9;

    public Normal {
      positive("sd", sd);
      if (!Double.isFinite(mean)) {
        throw new IllegalArgumentException("must be a number, not " + mean);
      }
      if (sd < LEAST_SHARE * Math.abs(mean)) {
        throw new IllegalArgumentException(
            "must have an sd of %s at least, a billionth of its mean: a number of that size tells no less, not %s"
                .formatted(number(LEAST_SHARE * Math.abs(mean)), number(sd)));
      }
    }

    @Override
    public String toString() {
      return "normal(" + number(mean) + ", " + number(sd) + ")";
    }
  }

  private static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("must have " + name + " above 0, not " + number(value));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
