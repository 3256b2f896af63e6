package dev.headrace.decisions.experiments.walk;

import dev.headrace.decisions.experiments.scan.Sums;
import java.util.IdentityHashMap;
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
  private final IdentityHashMap<UnitTable, UnitSums.Located> formerTables = new IdentityHashMap<>();
  private final IdentityHashMap<UnitTable, UnitSums.Located> tables = new IdentityHashMap<>();
  private final long[] valuesBefore;
  private final long[] valuesNow;
  private final int[] changed;
  private final boolean[] isChanged;
  private final int[][] partners;
  private int count;

  UnitChanges(UnitSums.Shape shape) {
    this.shape = shape;
    this.before = new UnitSums(shape);
    this.now = new UnitSums(shape);
    int columns = shape.values().size();
    this.valuesBefore = new long[columns];
    this.valuesNow = new long[columns];
    this.changed = new int[columns];
    this.isChanged = new boolean[columns];
    this.partners =
        IntStream.range(0, columns)
            .mapToObj(c -> partners(shape, c).toArray())
            .toArray(int[][]::new);
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
   * Adds a unit whose totals have changed, and nothing else of it.
   *
   * @param former the table in which it was
   */
  public void add(UnitTable former, int formerRow, UnitTable table, int row) {
    count = table.differing(former, formerRow, row, changed);
    for (int i = 0; i < count; i++) {
      isChanged[changed[i]] = true;
      for (int c : partners[changed[i]]) {
        valuesBefore[c] = shape.values().get(c).of(former.total(formerRow, c));
        valuesNow[c] = shape.values().get(c).of(table.total(row, c));
      }
    }
    formerTables
        .computeIfAbsent(former, of -> before.new Located(of))
        .each(formerRow, sums -> sums.add(valuesBefore, changed, count, isChanged));
    UnitSums.Located here = tables.computeIfAbsent(table, of -> now.new Located(of));
    here.each(row, sums -> sums.add(valuesNow, changed, count, isChanged));
    for (int i = 0; i < count; i++) {
      isChanged[changed[i]] = false;
    }
    if (row % WITNESS == 0) {
      for (int c = 0; c < valuesNow.length; c++) {
        valuesNow[c] = shape.values().get(c).of(table.total(row, c));
      }
      here.each(row, sums -> sums.witness(valuesNow));
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
