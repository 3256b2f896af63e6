package dev.headrace.decisions.experiments.proof;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import java.util.Optional;

/** What units really did, from which experiments are drawn. */
public sealed interface History permits Population, Observations {
  /** What the metric is made of. */
  MetricShape shape();

  /** The metric over all units; infinite or no number where it divides by 0. */
  double value();

  /** How many units there are. */
  int units();

  /** Whether any two units differ in it. */
  boolean varies();

  /** What a test of means has to cope with; empty for quantiles, which no tail moves. */
  Optional<Population.Tails> tails();
}
