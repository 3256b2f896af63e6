package dev.headrace.ml.features.internal;

/** Lets the room's tests see how fractions are scaled. */
public final class FactsProbe {
  private FactsProbe() {}

  /** Bits to scale by; -1 where fractions cannot be scaled. */
  public static int bits(long count, double greatest, double smallest) {
    return Facts.scale(count, greatest, smallest).map(Facts.Scale::bits).orElse(-1);
  }
}
