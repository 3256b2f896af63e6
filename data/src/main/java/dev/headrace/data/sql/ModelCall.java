package dev.headrace.data.sql;

/**
 * {@code ml.FUNCTION(model REFERENCE[, ROWS])} in the text of a statement.
 *
 * @param reference of the model, such as {@code churn}, {@code churn:3} or {@code churn@candidate}
 * @param rows what it is asked of
 * @param start offset of {@code ml}
 * @param end offset behind the closing parenthesis
 */
public record ModelCall(
    ModelFunction function, String reference, Rows rows, int start, int end, Position position) {

  /** The second argument. */
  public sealed interface Rows {}

  /** There is none. */
  public record Own() implements Rows {}

  /** {@code table NAME}. */
  public record OfTable(String name) implements Rows {}

  /**
   * {@code (select …)}.
   *
   * @param start offset of the opening parenthesis
   * @param end offset behind the closing one
   */
  public record OfQuery(int start, int end) implements Rows {}

  /** The model's name. */
  public String model() {
    int end = versionAt();
    return end < 0 ? reference : reference.substring(0, end);
  }

  /** What stands behind the name: a number or an alias; empty for the version that is shown. */
  public String version() {
    int at = versionAt();
    return at < 0 ? "" : reference.substring(at + 1);
  }

  private int versionAt() {
    int colon = reference.indexOf(':');
    return colon < 0 ? reference.indexOf('@') : colon;
  }

  /** As a person would write its beginning. */
  public String shown() {
    return "ml." + function.word() + "(model " + reference;
  }
}
