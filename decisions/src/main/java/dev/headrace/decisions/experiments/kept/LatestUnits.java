package dev.headrace.decisions.experiments.kept;

import dev.headrace.decisions.experiments.kept.Kept.Layer;
import dev.headrace.decisions.experiments.walk.UnitChanges;
import dev.headrace.decisions.experiments.walk.UnitFile;
import dev.headrace.decisions.experiments.walk.UnitIndex;
import dev.headrace.decisions.experiments.walk.UnitSums;
import dev.headrace.decisions.experiments.walk.UnitTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/** The last row of each unit in layers of {@link UnitFile}s, whose rows are numbered through. */
final class LatestUnits implements AutoCloseable {
  /** Units whose rows are fetched at once: they fit into the cache next to a processor. */
  private static final int AT_ONCE = 512;

  private final List<UnitTable> tables = new ArrayList<>();
  private int[] firsts = new int[0];
  private final BitSet replaced = new BitSet();
  private UnitIndex index = new UnitIndex(0);
  private int end;

  /** Where what was read for nothing goes, so that no compiler leaves the reading out. */
  @SuppressWarnings("UnusedVariable")
  private volatile long touched;

  private LatestUnits() {}

  /** Opens files, to be read until this is closed. */
  static LatestUnits open(List<Layer> layers) {
    LatestUnits latest = new LatestUnits();
    try {
      latest.read(layers);
      return latest;
    } catch (Throwable e) {
      latest.close();
      throw e;
    }
  }

  private void read(List<Layer> layers) {
    long rows = layers.stream().mapToLong(Layer::rows).sum();
    if (rows > Integer.MAX_VALUE) {
      throw new ArithmeticException("more rows than can be numbered");
    }
    for (Layer layer : layers) {
      layer.files().forEach(file -> tables.add(UnitFile.open(Path.of(file))));
    }
    index.close();
    index = UnitIndex.of(tables);
    firsts = new int[tables.size()];
    for (int i = 0; i < firsts.length; i++) {
      UnitTable table = tables.get(i);
      firsts[i] = end;
      for (int row = 0; row < table.rows(); row++) {
        int before = index.put(table.key(row), end + row);
        if (before != UnitIndex.NONE) {
          replaced.set(before);
        }
      }
      end += table.rows();
    }
  }

  /** After the last row. */
  int end() {
    return end;
  }

  /**
   * Without a branch that depends on the row: older units are found in the first table, all of a
   * sudden a newer one is not, and a compiler that had left out the second way fell back to the
   * interpreter row by row.
   */
  private int tableOf(int row) {
    int table = -1;
    for (int first : firsts) {
      table += 1 + ((row - first) >> 31); // One more for each that begins at the row or before.
    }
    return table;
  }

  long key(int row) {
    int table = tableOf(row);
    return tables.get(table).key(row - firsts[table]);
  }

  /** The row of a unit, or {@link UnitIndex#NONE} where it takes no part. */
  int rowOf(long key) {
    int row = index.find(key);
    if (row == UnitIndex.NONE) {
      return row;
    }
    int table = tableOf(row);
    return tables.get(table).isGone(row - firsts[table]) ? UnitIndex.NONE : row;
  }

  /** The rows of many units, which are read: {@link Copying} does not wait for them then. */
  void find(long[] keys, int count, int[] rows) {
    index.find(keys, count, rows);
    touch(rows, count);
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (row != UnitIndex.NONE) {
        int table = tableOf(row);
        rows[i] = tables.get(table).isGone(row - firsts[table]) ? UnitIndex.NONE : row;
      }
    }
  }

  private void touch(int[] rows, int count) {
    long read = 0;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (row != UnitIndex.NONE) {
        int table = tableOf(row);
        read += tables.get(table).touch(row - firsts[table]);
      }
    }
    touched = read;
  }

  /** Appends units to another table. */
  Copying copying(UnitTable to) {
    return new Copying(to);
  }

  /** Appends units to one other table. */
  final class Copying {
    private final UnitTable to;
    private final UnitTable.Copying[] copyings;

    private Copying(UnitTable to) {
      this.to = to;
      this.copyings = tables.stream().map(to::copying).toArray(UnitTable.Copying[]::new);
    }

    /**
     * Appends a unit.
     *
     * @return its row there
     */
    int append(int row) {
      int table = tableOf(row);
      return copyings[table].append(row - firsts[table]);
    }

    /**
     * Appends units.
     *
     * @param from the first row to be looked at
     * @param most units to append
     * @return the row after the last that was looked at
     */
    int append(int from, int most) {
      int row = from;
      for (; row < end && to.rows() < most; row++) {
        int table = tableOf(row);
        if (!replaced.get(row) && !tables.get(table).isGone(row - firsts[table])) {
          append(row);
        }
      }
      return row;
    }
  }

  /** Adds the units in some rows. */
  void addTo(UnitSums sums, BitSet rows) {
    if (!rows.isEmpty()) {
      addTo(sums, rows::get);
    }
  }

  /** Adds what has changed of the units in another table, all of which are here. */
  void addChanges(UnitChanges changes, UnitTable others) {
    long[] keys = new long[AT_ONCE];
    int[] rows = new int[AT_ONCE];
    UnitChanges.Comparison comparison = changes.compare(tables, others);
    for (int from = 0; from < others.rows(); from += AT_ONCE) {
      int count = Math.min(AT_ONCE, others.rows() - from);
      others.keys(from, count, keys);
      find(keys, count, rows);
      make(comparison, from, count, rows);
      add(comparison, from, count, rows);
    }
  }

  private void make(UnitChanges.Comparison comparison, int from, int count, int[] rows) {
    for (int i = 0; i < count; i++) {
      int table = tableOf(rows[i]);
      comparison.make(table, rows[i] - firsts[table], from + i);
    }
  }

  private void add(UnitChanges.Comparison comparison, int from, int count, int[] rows) {
    for (int i = 0; i < count; i++) {
      int table = tableOf(rows[i]);
      comparison.add(table, rows[i] - firsts[table], from + i);
    }
  }

  /** Adds the units in all other rows. */
  void addOthersTo(UnitSums sums, IntPredicate rows) {
    addTo(
        sums,
        row -> {
          int table = tableOf(row);
          return !replaced.get(row)
              && !tables.get(table).isGone(row - firsts[table])
              && !rows.test(row);
        });
  }

  private void addTo(UnitSums sums, IntPredicate wanted) {
    for (int i = 0; i < tables.size(); i++) {
      UnitTable table = tables.get(i);
      int first = firsts[i];
      sums.add(
          table,
          new UnitSums.RowSet() {
            @Override
            public int end() {
              return table.rows();
            }

            @Override
            public boolean contains(int row) {
              return wanted.test(first + row);
            }
          });
    }
  }

  @Override
  public void close() {
    tables.forEach(UnitTable::close);
    index.close();
  }
}
