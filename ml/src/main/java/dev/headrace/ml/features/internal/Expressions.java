package dev.headrace.ml.features.internal;

/** Words that the SQL made here uses for itself; no column of a user's begins like them. */
public final class Expressions {
  /** The name under which a user's expression sees the rows of the view's table. */
  public static final String ROWS = "hr_rows";

  private Expressions() {}
}
