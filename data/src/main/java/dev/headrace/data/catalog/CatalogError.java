package dev.headrace.data.catalog;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons for which nothing can be said of a table. */
public enum CatalogError implements ErrorCode {
  /** No asset publishes a table of this name, and none is left from earlier. */
  CATALOG_UNKNOWN_TABLE(ErrorKind.MISSING),
  /** The table has no column of this name. */
  CATALOG_UNKNOWN_COLUMN(ErrorKind.MISSING);

  private final ErrorKind kind;

  CatalogError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
