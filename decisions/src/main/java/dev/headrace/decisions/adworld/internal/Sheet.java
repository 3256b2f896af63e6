package dev.headrace.decisions.adworld.internal;

import dev.headrace.decisions.adworld.Dirt;

/** Rows on their way into one file, with the count of each kind of dirt among them. */
@SuppressWarnings("EnumOrdinal") // arrays and packed numbers follow the declared order
final class Sheet {
  private static final int KINDS = Dirt.values().length;

  final Text text = new Text(1 << 12);
  final long[] dirt = new long[KINDS];
  long rows;

  /** Adds one row of the given kinds (a set of {@link #bit}s). */
  void add(Text row, int kinds) {
    add(row, row.size(), kinds);
  }

  /** Adds the first {@code length} bytes of a row, and ends the line. */
  void add(Text row, int length, int kinds) {
    text.put(row.array(), length).put('\n');
    rows++;
    for (int rest = kinds; rest != 0; rest &= rest - 1) {
      dirt[Integer.numberOfTrailingZeros(rest)]++;
    }
  }

  void clear() {
    text.clear();
    rows = 0;
    java.util.Arrays.fill(dirt, 0);
  }

  static int bit(Dirt kind) {
    return 1 << kind.ordinal();
  }
}
