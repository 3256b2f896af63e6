package dev.headrace.decisions.experiments.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtremesTest {
  /** Whatever is told is what all values tell; and often enough something is. */
  @Test
  void replacing_tellsWhatAllValuesTell_orNothing() {
    Random random = new Random(5);
    int told = 0;
    for (int world = 0; world < 2_000; world++) {
      double[] values = random.ints(10, 0, 30).asDoubleStream().toArray();
      int changed = 1 + random.nextInt(4);
      double[] now = values.clone();
      for (int i = 0; i < changed; i++) {
        now[i] += random.nextInt(9) - 4;
      }
      var replaced =
          of(values).replacing(of(Arrays.copyOf(values, changed)), of(Arrays.copyOf(now, changed)));
      if (replaced.isPresent()) {
        told++;
        assertThat(replaced.get()).isEqualTo(of(now));
      }
    }
    assertThat(told).isBetween(1_000, 1_999);
  }

  private static Extremes of(double[] values) {
    return new Extremes(
        Arrays.stream(values).min().orElseThrow(), Arrays.stream(values).max().orElseThrow());
  }
}
