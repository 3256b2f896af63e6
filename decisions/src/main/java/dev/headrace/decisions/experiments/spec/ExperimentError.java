package dev.headrace.decisions.experiments.spec;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons why an experiment cannot be analysed. */
public enum ExperimentError implements ErrorCode {
  /** The project declares no experiment of that name. */
  EXPERIMENT_UNKNOWN(ErrorKind.MISSING),
  /** The assignments lack a column that the experiment names. */
  EXPERIMENT_COLUMN(ErrorKind.INVALID),
  /** A metric that is named as a covariate is no number of each unit before its exposure. */
  EXPERIMENT_COVARIATE(ErrorKind.INVALID),
  /** A prior is of another family than the metric's values. */
  EXPERIMENT_PRIOR(ErrorKind.INVALID),
  /** Values of a metric cannot be added up, such as whole numbers of too many digits. */
  EXPERIMENT_VALUE(ErrorKind.INVALID),
  /** The past that a plan or a proof would need is not there. */
  EXPERIMENT_HISTORY(ErrorKind.INVALID);

  private final ErrorKind kind;

  ExperimentError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
