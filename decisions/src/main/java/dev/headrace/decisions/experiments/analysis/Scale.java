package dev.headrace.decisions.experiments.analysis;

/** In what an effect is told. */
public enum Scale {
  /** Treatment minus baseline, in the metric's unit. */
  ABSOLUTE,
  /** The difference as a share of the baseline's size: 0.05 is five per cent up. */
  RELATIVE
}
