package dev.headrace.ml.features.internal;

import dev.headrace.spi.schema.Type;

/** Lets the room's tests see how fractions are scaled. */
public final class FactsProbe {
  private FactsProbe() {}

  /** Bits to scale by; -1 where fractions cannot be scaled. */
  public static int bits(long count, double greatest, double smallest) {
    return WholeNumbers.of(Type.Primitive.DOUBLE, count, false, greatest, smallest)
        .map(WholeNumbers::scale)
        .orElse(-1);
  }
}
