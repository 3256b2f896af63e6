package dev.headrace.decisions.experiments.walk;

/** Says where units are in a table. */
@FunctionalInterface
public interface RowFinder {
  /**
   * Finds many at once.
   *
   * @param count how many keys there are, at the front
   * @param rows gets their rows; below 0 for units whose rows do not count
   */
  void find(long[] keys, int count, int[] rows);
}
