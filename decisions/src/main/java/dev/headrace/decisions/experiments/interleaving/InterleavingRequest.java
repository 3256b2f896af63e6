package dev.headrace.decisions.experiments.interleaving;

/**
 * Two rankings whose results were mixed into one list, to be compared.
 *
 * @param table rows of credits; several of a unit are added up
 * @param unit column that says whose a row is: what is independent, a user or a session
 * @param a column with the credit of the one ranking, such as clicks on its results
 * @param b column with the credit of the other
 * @param alpha of the test, in (0, 1)
 */
public record InterleavingRequest(String table, String unit, String a, String b, double alpha) {
  public InterleavingRequest {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha);
    }
  }
}
