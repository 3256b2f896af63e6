package dev.headrace.decisions.assignment.hash;

import java.nio.charset.StandardCharsets;

/** Whether a unit is among the share that a gradual rollout has reached, as others compute it. */
public final class Rollout {
  private Rollout() {}

  /**
   * Unleash's place of a unit, in hundredths: it takes part when this is below the share. {@code
   * murmur3(group + ":" + unit, seed 0) mod 100 / 100}.
   */
  public static double unleash(String group, String unit) {
    int hash = Murmur3.hash32((group + ":" + unit).getBytes(StandardCharsets.UTF_8), 0);
    return Integer.remainderUnsigned(hash, 100) / 100.0;
  }
}
