package dev.headrace.decisions.adworld.internal;

import java.util.Arrays;

/** Sums per campaign. "Clean" leaves out bots; nothing here counts a copy. */
final class Tally {
  private static final int N = Catalog.CAMPAIGNS.size();

  final long[] budgetMicros = new long[N];
  final long[] cleanImpressions = new long[N];
  final long[] cleanSpendMicros = new long[N];
  final long[] cleanGhosts = new long[N];
  final long[] cleanClicks = new long[N];
  final long[] attributedOrders = new long[N];

  /** In ten-thousandths of a USD. */
  final long[] attributedRevenue = new long[N];

  final long[] causedOrders = new long[N];
  final long[] causedRevenue = new long[N];
  final long[] withheldOrders = new long[N];
  final long[] withheldRevenue = new long[N];

  private long[][] all() {
    return new long[][] {
      budgetMicros,
      cleanImpressions,
      cleanSpendMicros,
      cleanGhosts,
      cleanClicks,
      attributedOrders,
      attributedRevenue,
      causedOrders,
      causedRevenue,
      withheldOrders,
      withheldRevenue
    };
  }

  void clear() {
    for (long[] sums : all()) {
      Arrays.fill(sums, 0);
    }
  }

  void add(Tally other) {
    long[][] mine = all();
    long[][] theirs = other.all();
    for (int i = 0; i < mine.length; i++) {
      for (int c = 0; c < N; c++) {
        mine[i][c] += theirs[i][c];
      }
    }
  }
}
