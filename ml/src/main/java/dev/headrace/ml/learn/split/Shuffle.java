package dev.headrace.ml.learn.split;

import java.util.SplittableRandom;

/** Random orders that a seed gives again. */
public final class Shuffle {
  private Shuffle() {}

  /** The numbers below {@code n} in random order (Fisher, Yates). */
  public static int[] of(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
