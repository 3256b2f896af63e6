package dev.headrace.data.metrics;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons why a metric cannot be asked. */
public enum MetricError implements ErrorCode {
  /** The project declares no metric of that name. */
  METRIC_UNKNOWN(ErrorKind.MISSING),
  /** A column that neither the table nor one that it is joined to has. */
  METRIC_UNKNOWN_COLUMN(ErrorKind.INVALID),
  /** A column that several joined tables have, or that means different things for the metrics. */
  METRIC_AMBIGUOUS(ErrorKind.INVALID),
  /** A join that would count rows of the measured table more than once. */
  METRIC_FAN_OUT(ErrorKind.INVALID),
  /** A question about time to a metric that has none, or a grain that its time does not have. */
  METRIC_NO_TIME(ErrorKind.INVALID),
  /** A measure that is not made of what units add up to. */
  METRIC_PER_UNIT(ErrorKind.INVALID),
  /** A question that does not fit together. */
  METRIC_QUESTION(ErrorKind.INVALID);

  private final ErrorKind kind;

  MetricError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
