package dev.headrace.data.lake;

/** How freely the columns of a version may change in a commit. */
public enum Evolution {
  /** Rows stay: columns may be added and types widened, anything else is a conflict. */
  WIDEN,
  /** No row stays: a column whose type does not fit the old one becomes a new column. */
  REPLACE
}
