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
  private final List<UnitTable> tables = new ArrayList<>();
  private int[] firsts = new int[0];
  private final BitSet replaced = new BitSet();
  private UnitIndex index = new UnitIndex(0);
  private int end;

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

  /** Whether a unit takes part. */
  boolean contains(long key) {
    return rowOf(key) != UnitIndex.NONE;
  }

  private int rowOf(long key) {
    int row = index.find(key);
    if (row == UnitIndex.NONE) {
      return row;
    }
    int table = tableOf(row);
    return tables.get(table).isGone(row - firsts[table]) ? UnitIndex.NONE : row;
  }

  /**
   * Appends a unit to another table.
   *
   * @return its row there, or {@link UnitIndex#NONE} where it takes no part
   */
  int copyTo(UnitTable other, long key) {
    int row = rowOf(key);
    if (row == UnitIndex.NONE) {
      return row;
    }
    int table = tableOf(row);
    return other.append(tables.get(table), row - firsts[table]);
  }

  /**
   * Appends units to another table.
   *
   * @param from the first row to be looked at
   * @param most units to append
   * @return the row after the last that was looked at
   */
  int copyTo(UnitTable other, int from, int most) {
    int row = from;
    for (; row < end && other.rows() < most; row++) {
      int table = tableOf(row);
      int own = row - firsts[table];
      if (!replaced.get(row) && !tables.get(table).isGone(own)) {
        other.append(tables.get(table), own);
      }
    }
    return row;
  }

  /** Adds the units that another table has, too, as they are here. */
  void addTo(UnitSums sums, UnitTable others) {
    BitSet wanted = new BitSet(end);
    for (int row = 0; row < others.rows(); row++) {
      int own = rowOf(others.key(row));
      if (own != UnitIndex.NONE) {
        wanted.set(own);
      }
    }
    addTo(sums, wanted::get);
  }

  /** Adds what has changed of the units in another table, all of which are here. */
  void addChanges(UnitChanges changes, UnitTable others) {
    for (int row = 0; row < others.rows(); row++) {
      int own = rowOf(others.key(row));
      int table = tableOf(own);
      changes.add(tables.get(table), own - firsts[table], others, row);
    }
  }

  /** Adds the units that are in no index. */
  void addOthersTo(UnitSums sums, List<UnitIndex> others) {
    addTo(
        sums,
        row -> {
          int table = tableOf(row);
          UnitTable of = tables.get(table);
          int own = row - firsts[table];
          return !replaced.get(row)
              && !of.isGone(own)
              && others.stream().allMatch(index -> index.find(of.key(own)) == UnitIndex.NONE);
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
