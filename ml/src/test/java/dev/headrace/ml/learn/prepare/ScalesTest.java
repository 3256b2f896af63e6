package dev.headrace.ml.learn.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.prepare.PreparationFit.Taste;
import dev.headrace.ml.learn.prepare.PrepareSpec.Missing;
import dev.headrace.ml.learn.prepare.PrepareSpec.Scale;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Every fill with every scale, held to scikit-learn's: {@code learn/preparation.json}. */
class ScalesTest {
  private static final int ROWS = 997;

  private static double[] lcg(long seed) {
    double[] made = new double[ROWS];
    long state = seed;
    for (int i = 0; i < ROWS; i++) {
      state = (1103515245L * state + 12345) % (1L << 31);
      made[i] = (double) state / (1L << 31);
    }
    return made;
  }

  /** Skewed, with ties, numbers below zero and gaps. */
  private static double[] column() {
    double[] x = lcg(5);
    double[] gaps = lcg(6);
    for (int i = 0; i < ROWS; i++) {
      x[i] = gaps[i] < 0.2 ? Double.NaN : Math.floor(40 * x[i] * x[i]) / 4 - 3;
    }
    return x;
  }

  @Test
  void fillsAndScales_areScikitLearns() {
    JsonNode told = Reference.figures("preparation.json");
    double[] asked =
        Arrays.copyOf(Reference.numbers(told.path("asked")), told.path("asked").size() + 1);
    asked[asked.length - 1] = Double.NaN;
    for (Missing missing : Missing.values()) {
      for (Scale scale : Scale.values()) {
        if (missing == Missing.LEAVE) {
          continue;
        }
        String name = word(missing) + " " + word(scale);
        PrepareSpec spec = new PrepareSpec(missing, false, scale, null, 1, List.of());
        Taste other = new Taste(Missing.LEAVE, Scale.NONE, PrepareSpec.Categories.ONE_HOT, false);
        Preparation learnt =
            new PreparationFit(spec, other)
                .fit(new Frame(ROWS, List.of(new Numbers("x", column()))));
        double[] made =
            learnt
                .apply(new Frame(asked.length, List.of(new Numbers("x", asked))))
                .columns()
                .getFirst()
                .values();
        double[] expected = Reference.numbers(told.path("made").required(name));
        assertThat(made).as(name).containsExactly(expected, within(1e-12));
      }
    }
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
