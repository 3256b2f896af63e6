package dev.headrace.data.ingest;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons for which raw files cannot be loaded. */
public enum IngestError implements ErrorCode {
  /** A path or glob matches no file. */
  INGEST_NO_FILES(ErrorKind.MISSING),
  /** A file cannot be opened or read. */
  INGEST_UNREADABLE(ErrorKind.EXTERNAL),
  /** A file is cut, or its compressed content is damaged: reading it again will not help. */
  INGEST_DAMAGED(ErrorKind.INVALID),
  /** A file changed or disappeared while it was being loaded. */
  INGEST_FILE_MOVED(ErrorKind.CONFLICT),
  /** A file that was loaded earlier has other content now. */
  INGEST_FILE_CHANGED(ErrorKind.CONFLICT),
  /** Formats are mixed, or the format cannot be told. */
  INGEST_FORMAT(ErrorKind.INVALID),
  /** The text is not in the declared encoding. */
  INGEST_ENCODING(ErrorKind.INVALID),
  /** Column names are missing, doubled, or differ by case only. */
  INGEST_COLUMN_NAMES(ErrorKind.INVALID),
  /** A type in {@code columns} is not one we know. */
  INGEST_TYPE_UNKNOWN(ErrorKind.INVALID),
  /** A file's column does not fit the type that the table has. */
  INGEST_TYPE_CONFLICT(ErrorKind.CONFLICT),
  /** More rows were rejected than {@code max-rejected} allows. */
  INGEST_TOO_MANY_REJECTED(ErrorKind.LIMIT),
  /** A file has more columns than a table may have. */
  INGEST_TOO_WIDE(ErrorKind.LIMIT),
  /** The disk is full, or the staging directory cannot be written. */
  INGEST_NO_SPACE(ErrorKind.LIMIT),
  /** The declaration does not fit together. */
  INGEST_SPEC(ErrorKind.INVALID),
  /** Rows read, loaded and rejected do not add up: a defect. */
  INGEST_MISCOUNT(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  IngestError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
