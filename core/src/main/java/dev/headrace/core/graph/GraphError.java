package dev.headrace.core.graph;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a graph could not be made or asked. */
public enum GraphError implements ErrorCode {
  /** Assets read each other in a circle. */
  GRAPH_CYCLE(ErrorKind.INVALID),
  /** An asset reads a table that no asset publishes. */
  GRAPH_UNKNOWN_INPUT(ErrorKind.INVALID),
  /** A name, kind, tag or pattern that fits no asset. */
  GRAPH_UNKNOWN_ASSET(ErrorKind.MISSING),
  /** A selector that is not written as one. */
  GRAPH_BAD_SELECTOR(ErrorKind.INVALID);

  private final ErrorKind kind;

  GraphError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
