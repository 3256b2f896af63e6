package dev.headrace.decisions.experiments.scan;

import java.util.Optional;

/** The least and the greatest value of a unit. */
public record Extremes(double least, double most) {
  /** Of both together. */
  Extremes or(Extremes other) {
    return new Extremes(Math.min(least, other.least), Math.max(most, other.most));
  }

  /**
   * What these become when some units get other values; empty where the units that are left would
   * have to be asked.
   *
   * @param old of the units that get other values, before; one of these
   * @param fresh of the same units, now
   */
  Optional<Extremes> replacing(Extremes old, Extremes fresh) {
    boolean leastIsKnown = fresh.least <= least || old.least > least;
    boolean mostIsKnown = fresh.most >= most || old.most < most;
    return leastIsKnown && mostIsKnown ? Optional.of(or(fresh)) : Optional.empty();
  }
}
