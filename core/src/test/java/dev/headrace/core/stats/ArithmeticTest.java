package dev.headrace.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Arithmetic.Constant;
import dev.headrace.core.stats.Arithmetic.Operation;
import dev.headrace.core.stats.Arithmetic.Operator;
import dev.headrace.core.stats.Arithmetic.Quantity;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
  private static final double STEP = 1e-6;

  @Test
  void slopes_areThoseOfSmallSteps() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 200; i++) {
      Arithmetic formula = any(random, 4);
      double[] at = random.doubles(3, 1, 3).toArray();
      double[] slopes = formula.slopes(at);
      if (!(Math.abs(formula.at(at)) < 1e3)) {
        continue; // Nearly divided by zero, where no step is small.
      }
      for (int q = 0; q < at.length; q++) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[q] += STEP;
        down[q] -= STEP;
        double step = (formula.at(up) - formula.at(down)) / (2 * STEP);
        assertThat(slopes[q])
            .as("%s at quantity %d", formula, q)
            .isCloseTo(step, within(1e-4 * (1 + Math.abs(step))));
      }
    }
  }

  @Test
  void shifted_isTheSameOverLaterQuantities() {
    Arithmetic profitPerVisit =
        Arithmetic.ratio(
            new Operation(Operator.MINUS, new Quantity(0), new Quantity(1)), new Quantity(2));
    assertThat(profitPerVisit.at(10, 4, 3)).isEqualTo(2);
    assertThat(profitPerVisit.shifted(3).at(9, 9, 9, 10, 4, 3)).isEqualTo(2);
    assertThat(profitPerVisit.slopes(10, 4, 3)).containsExactly(1 / 3.0, -1 / 3.0, -6 / 9.0);
  }

  private static Arithmetic any(SplittableRandom random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return random.nextInt(4) == 0
          ? new Constant(random.nextDouble(0.5, 2))
          : new Quantity(random.nextInt(3));
    }
    Operator operator = Operator.values()[random.nextInt(4)];
    return new Operation(operator, any(random, depth - 1), any(random, depth - 1));
  }
}
