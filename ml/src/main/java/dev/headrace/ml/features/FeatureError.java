package dev.headrace.ml.features;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why features cannot be computed. */
public enum FeatureError implements ErrorCode {
  /** No view of that name is declared. */
  FEATURES_UNKNOWN_VIEW(ErrorKind.MISSING),
  /** The view has no feature of that name. */
  FEATURES_UNKNOWN_FEATURE(ErrorKind.MISSING),
  /** The text does not say which features are meant. */
  FEATURES_SELECTION(ErrorKind.INVALID),
  /** A column that the view names is not in its table. */
  FEATURES_UNKNOWN_COLUMN(ErrorKind.INVALID),
  /** An aggregation does not fit the type of what it is given. */
  FEATURES_TYPE(ErrorKind.INVALID),
  /** An expression of the view cannot be computed. */
  FEATURES_EXPRESSION(ErrorKind.INVALID),
  /** Two views of one entity tell it apart by different keys. */
  FEATURES_ENTITY_CONFLICT(ErrorKind.INVALID),
  /** The labels lack a column that is needed, or it has another type. */
  FEATURES_LABELS(ErrorKind.INVALID),
  /** There is no label to join features to. */
  FEATURES_LABELS_EMPTY(ErrorKind.INVALID),
  /** Labels lie in the future, where nothing is known. */
  FEATURES_LABELS_FUTURE(ErrorKind.INVALID),
  /** The table to write is one that the project declares. */
  FEATURES_TARGET(ErrorKind.CONFLICT),
  /** Nothing has been built that could be described. */
  FEATURES_NOT_BUILT(ErrorKind.MISSING);

  private final ErrorKind kind;

  FeatureError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
