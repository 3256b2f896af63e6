package dev.headrace.data.lake;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why the lake refuses or fails. */
public enum LakeError implements ErrorCode {
  /** Another writer kept committing to the same version at the same moment. */
  LAKE_COMMIT_CONFLICT(ErrorKind.CONFLICT),
  /** The catalog did not answer: the commit may or may not have happened. */
  LAKE_COMMIT_UNKNOWN(ErrorKind.UNKNOWN_OUTCOME),
  /** No such table version. */
  LAKE_VERSION_MISSING(ErrorKind.MISSING),
  /** No such snapshot in the version. */
  LAKE_SNAPSHOT_MISSING(ErrorKind.MISSING),
  /** A file that a commit removes is not part of its base. */
  LAKE_FILE_MISSING(ErrorKind.MISSING),
  /** No such column in the snapshot. */
  LAKE_COLUMN_MISSING(ErrorKind.MISSING),
  /** Two columns whose names differ by case only, or not at all. */
  LAKE_DUPLICATE_COLUMN(ErrorKind.INVALID),
  /** A type that the column's existing rows cannot take. */
  LAKE_TYPE_CONFLICT(ErrorKind.INVALID),
  /** Field ids that do not fit the base snapshot. */
  LAKE_SCHEMA_CONFLICT(ErrorKind.CONFLICT),
  /** Files that are not divided as the version's layout says. */
  LAKE_LAYOUT_CONFLICT(ErrorKind.INVALID),
  /** Rows outside the days that the commit replaces. */
  LAKE_INTERVAL_MISMATCH(ErrorKind.INVALID),
  /** Delete files, made by another tool: a list of data files would show deleted rows. */
  LAKE_DELETE_FILES(ErrorKind.INVALID),
  /** The catalog's database cannot be reached. */
  LAKE_CATALOG_UNAVAILABLE(ErrorKind.EXTERNAL),
  /** The catalog is about another directory than the project names. */
  LAKE_ELSEWHERE(ErrorKind.CONFLICT),
  /** A file cannot be read, written or deleted. */
  LAKE_STORAGE(ErrorKind.EXTERNAL);

  private final ErrorKind kind;

  LakeError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
