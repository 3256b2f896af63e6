package dev.headrace.ml.learn;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why nothing can be learnt, or why a model cannot score. */
public enum LearnError implements ErrorCode {
  /** A feature is computed of columns that are not there, or of another kind. */
  LEARN_TRANSFORM(ErrorKind.INVALID),
  /** A column that is named is not there. */
  LEARN_COLUMN(ErrorKind.INVALID),
  /** A column is of a type that the learner cannot use, or no longer of the type it learnt from. */
  LEARN_TYPE(ErrorKind.INVALID),
  /** A column holds an infinite number. */
  LEARN_NOT_FINITE(ErrorKind.INVALID),
  /** A text column has so many different values that it is a key, not a feature. */
  LEARN_LEVELS(ErrorKind.INVALID),
  /** The label is missing, constant, or has too many classes. */
  LEARN_LABEL(ErrorKind.INVALID),
  /** There are fewer rows than are needed for what is asked. */
  LEARN_TOO_FEW_ROWS(ErrorKind.INVALID),
  /** The columns determine each other, so that no coefficients can be told apart. */
  LEARN_COLLINEAR(ErrorKind.INVALID),
  /** The classes are told apart without error, so that coefficients grow without end. */
  LEARN_SEPARATED(ErrorKind.INVALID),
  /** An iteration did not come to its end. */
  LEARN_NOT_CONVERGED(ErrorKind.INVALID),
  /** A setting is out of its range. */
  LEARN_SETTING(ErrorKind.INVALID),
  /** XGBoost's native library cannot be loaded on this machine. */
  LEARN_NATIVE_MISSING(ErrorKind.EXTERNAL),
  /** XGBoost refused a call. */
  LEARN_NATIVE_FAILED(ErrorKind.INTERNAL),
  /** The data does not fit into memory. */
  LEARN_MEMORY(ErrorKind.LIMIT),
  /** A model, or a row, that cannot be explained. */
  LEARN_EXPLAIN(ErrorKind.INVALID),
  /** An ONNX file that was brought cannot be used: what it is, takes or gives does not fit. */
  LEARN_ONNX(ErrorKind.INVALID),
  /** An ONNX model gave what is no prediction, such as NaN. */
  LEARN_ONNX_OUTPUT(ErrorKind.INVALID),
  /** A saved model cannot be read. */
  LEARN_MODEL_CORRUPT(ErrorKind.INVALID);

  private final ErrorKind kind;

  LearnError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
