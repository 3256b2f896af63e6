package dev.headrace.decisions.experiments.walk;

import dev.headrace.decisions.experiments.walk.WalkedPass.Target;
import dev.headrace.spi.engine.Columns;
import java.util.function.LongToIntFunction;

/** One walk through the rows of a pass: each is added to its unit. */
final class RowWalk {
  private final WalkedPass pass;
  private final UnitTable table;
  private final LongToIntFunction rowOf;
  private final long lookbackMicros;
  private final Target[][] after;
  private final Target[][] before;
  private long[] units = new long[0];
  private long[] moments = new long[0];
  private final long[][] masks;
  private final long[][] arguments;

  /**
   * @param rowOf where a unit is in the table; below 0 where its rows do not count
   * @param lookbackMicros how long before exposure rows count
   */
  RowWalk(WalkedPass pass, UnitTable table, LongToIntFunction rowOf, long lookbackMicros) {
    this.pass = pass;
    this.table = table;
    this.rowOf = rowOf;
    this.lookbackMicros = lookbackMicros;
    this.after = pass.targets(false);
    this.before = pass.targets(true);
    this.masks = new long[pass.masks()][0];
    this.arguments = new long[pass.arguments().size()][0];
  }

  void run(Columns columns) {
    for (int n = columns.next(); n > 0; n = columns.next()) {
      read(columns, n);
      for (int i = 0; i < n; i++) {
        int row = rowOf.applyAsInt(units[i]);
        if (row >= 0) {
          add(i, row);
        }
      }
    }
  }

  private void read(Columns columns, int n) {
    if (units.length < n) {
      units = new long[n];
      moments = new long[n];
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
    if (pass.isTimed()) {
      long since = moments[i] - table.exposed(row);
      if (since < 0) {
        if (since < -lookbackMicros) {
          return;
        }
        targets = before;
      }
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
