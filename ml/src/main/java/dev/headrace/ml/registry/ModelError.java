package dev.headrace.ml.registry;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a model cannot be built, found or used. */
public enum ModelError implements ErrorCode {
  /** No model of that name is declared. */
  MODEL_UNKNOWN(ErrorKind.MISSING),
  /** The model has no such version or alias. */
  MODEL_VERSION_UNKNOWN(ErrorKind.MISSING),
  /** There is no table of that name to predict or explain. */
  MODEL_TABLE_UNKNOWN(ErrorKind.MISSING),
  /** The table that the model reads has no such column. */
  MODEL_COLUMN(ErrorKind.INVALID),
  /** The model did not pass its gate, and readers keep the version before. */
  MODEL_GATE(ErrorKind.INVALID),
  /** The files of a version are not those that were registered. */
  MODEL_CORRUPT(ErrorKind.INVALID),
  /** What a version was trained on is no longer in the lake. */
  MODEL_INPUT_GONE(ErrorKind.MISSING),
  /** Training from the recorded snapshots gave another model. */
  MODEL_NOT_REPRODUCED(ErrorKind.CONFLICT),
  /** A feature view is computed otherwise than when the model learnt from it. */
  MODEL_FEATURES_CHANGED(ErrorKind.CONFLICT),
  /** Predictions cannot be written to a table of that name. */
  MODEL_TARGET(ErrorKind.CONFLICT),
  /** An alias is no word, or one that is given by itself. */
  MODEL_ALIAS(ErrorKind.INVALID);

  private final ErrorKind kind;

  ModelError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
