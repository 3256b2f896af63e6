package dev.headrace.decisions.experiments.walk;

import dev.headrace.decisions.experiments.walk.WalkedPass.Target;
import dev.headrace.spi.engine.Columns;

/**
 * One walk through the rows of a pass: each is added to its unit. Done for a vector of rows at a
 * time, step by step, so that what has to be fetched from memory for one row is fetched while that
 * of others is on its way.
 */
final class RowWalk {
  private final WalkedPass pass;
  private final UnitTable table;
  private final RowFinder finder;
  private final long lookbackMicros;
  private final Target[][] after;
  private final Target[][] before;
  private long[] units = new long[0];

  /** When rows took place; once their units are found, how long after exposure. */
  private long[] moments = new long[0];

  private int[] rows = new int[0];
  private final long[][] masks;
  private final long[][] arguments;

  /**
   * @param finder where units are in the table
   * @param lookbackMicros how long before exposure rows count
   */
  RowWalk(WalkedPass pass, UnitTable table, RowFinder finder, long lookbackMicros) {
    this.pass = pass;
    this.table = table;
    this.finder = finder;
    this.lookbackMicros = lookbackMicros;
    this.after = pass.targets(false);
    this.before = pass.targets(true);
    this.masks = new long[pass.masks()][0];
    this.arguments = new long[pass.arguments().size()][0];
  }

  void run(Columns columns) {
    for (int n = columns.next(); n > 0; n = columns.next()) {
      read(columns, n);
      finder.find(units, n, rows);
      if (pass.isTimed()) {
        sinceExposure(n);
      }
      for (int i = 0; i < n; i++) {
        if (rows[i] >= 0) {
          add(i, rows[i]);
        }
      }
    }
  }

  /** Moments become the time since exposure. */
  private void sinceExposure(int n) {
    for (int i = 0; i < n; i++) {
      if (rows[i] >= 0) {
        moments[i] -= table.exposed(rows[i]);
      }
    }
  }

  private void read(Columns columns, int n) {
    if (units.length < n) {
      units = new long[n];
      moments = new long[n];
      rows = new int[n];
      for (int m = 0; m < masks.length; m++) {
        masks[m] = new long[n];
      }
      for (int a = 0; a < arguments.length; a++) {
        arguments[a] = new long[n];
      }
    }
    int column = 0;
    columns.longs(column++, units, 0);
    columns.longs(column++, moments, 0);
    for (long[] mask : masks) {
      columns.longs(column++, mask, 0);
    }
    for (long[] argument : arguments) {
      columns.longs(column++, argument, 0);
    }
  }

  private void add(int i, int row) {
    Target[][] targets = after;
    if (pass.isTimed() && moments[i] < 0) {
      if (moments[i] < -lookbackMicros) {
        return;
      }
      targets = before;
    }
    for (int m = 0; m < masks.length; m++) {
      for (long holds = masks[m][i]; holds != 0; holds &= holds - 1) {
        int condition = m * WalkedPass.BITS + Long.numberOfTrailingZeros(holds);
        for (Target target : targets[condition]) {
          switch (target.argument()) {
            case Target.COUNTED -> table.add(row, target.column(), 1);
            case Target.ANY -> table.set(row, target.column(), 1);
            default -> table.add(row, target.column(), arguments[target.argument()][i]);
          }
        }
      }
    }
  }
}
