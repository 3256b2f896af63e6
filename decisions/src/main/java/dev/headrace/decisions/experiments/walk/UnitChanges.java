package dev.headrace.decisions.experiments.walk;

import dev.headrace.decisions.experiments.scan.Sums;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What units added up to before some of their totals changed, and what they add up to now. What is
 * the same before and after is in neither, but for the number of units: a further day changes a few
 * of a unit's totals, and sums change by what these were and are. For one thread.
 */
public final class UnitChanges {
  /**
   * One unit in so many tells all its values, not only those that changed. The least value of many
   * is often that of units that changed and of others that did not: one of these others shows that
   * it still is, and all of them need not be asked.
   */
  private static final int WITNESS = 64;

  private final UnitSums.Shape shape;
  private final UnitSums before;
  private final UnitSums now;

  UnitChanges(UnitSums.Shape shape) {
    this.shape = shape;
    this.before = new UnitSums(shape);
    this.now = new UnitSums(shape);
  }

  /** The columns that a column is multiplied with, and itself. */
  private static IntStream partners(UnitSums.Shape shape, int column) {
    return IntStream.concat(
            IntStream.of(column),
            shape.pairs().values().stream()
                .filter(pair -> pair.contains(column))
                .flatMap(List::stream)
                .mapToInt(Integer::intValue))
        .distinct();
  }

  /**
   * Compares units with what they were.
   *
   * @param formers the tables in which they were
   */
  public Comparison compare(List<UnitTable> formers, UnitTable table) {
    return new Comparison(formers, table);
  }

  /** Units of one table, and where they were before. */
  public final class Comparison {
    private final UnitTable[] formers;
    private final UnitSums.Located[] formerGroups;
    private final UnitTable table;
    private final UnitSums.Located groups;
    private final WalkedValue[] values;
    private final int[][] partners;
    private final long[] valuesBefore;
    private final long[] valuesNow;
    private final int[] changed;
    private final boolean[] isChanged;
    private int count;

    private Comparison(List<UnitTable> formers, UnitTable table) {
      this.formers = formers.toArray(UnitTable[]::new);
      this.formerGroups =
          formers.stream().map(of -> before.new Located(of)).toArray(UnitSums.Located[]::new);
      this.table = table;
      this.groups = now.new Located(table);
      this.values = shape.values().toArray(WalkedValue[]::new);
      this.partners =
          IntStream.range(0, values.length)
              .mapToObj(c -> partners(shape, c).toArray())
              .toArray(int[][]::new);
      this.valuesBefore = new long[values.length];
      this.valuesNow = new long[values.length];
      this.changed = new int[values.length];
      this.isChanged = new boolean[values.length];
    }

    /** Makes room for what {@link #add} adds. */
    public void make(int former, int formerRow, int row) {
      formerGroups[former].make(formerRow);
      groups.make(row);
    }

    /**
     * Adds a unit whose totals have changed, and nothing else of it. There must be room for it.
     *
     * @param former which of the tables it was in
     */
    public void add(int former, int formerRow, int row) {
      UnitTable was = formers[former];
      count = table.differing(was, formerRow, row, changed);
      for (int i = 0; i < count; i++) {
        isChanged[changed[i]] = true;
        for (int c : partners[changed[i]]) {
          valuesBefore[c] = values[c].of(was.total(formerRow, c));
          valuesNow[c] = values[c].of(table.total(row, c));
        }
      }
      formerGroups[former].each(
          formerRow, sums -> sums.add(valuesBefore, changed, count, isChanged));
      groups.each(row, sums -> sums.add(valuesNow, changed, count, isChanged));
      for (int i = 0; i < count; i++) {
        isChanged[changed[i]] = false;
      }
      if (row % WITNESS == 0) {
        for (int c = 0; c < valuesNow.length; c++) {
          valuesNow[c] = values[c].of(table.total(row, c));
        }
        groups.each(row, sums -> sums.witness(valuesNow));
      }
    }
  }

  /** Adds the changes of other units. */
  public void add(UnitChanges others) {
    before.merge(others.before);
    now.merge(others.now);
  }

  /** Adds units that were not there, and that are now as a table has them. */
  public void addNew(UnitTable table) {
    now.add(table, UnitSums.RowSet.all(table));
  }

  /** What units were that are no more, or are counted among those that are new. */
  public UnitSums former() {
    return before;
  }

  /** As an engine would have told it. */
  public Sums.Change sums() {
    return new Sums.Change(before.sums(), now.sums());
  }
}
