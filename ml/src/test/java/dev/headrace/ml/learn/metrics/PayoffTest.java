package dev.headrace.ml.learn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayoffTest {
  @Test
  void expressions_areReadFromLeftToRight() {
    Confusion counts = new Confusion(7, 3, 2, 88);
    Map.of(
            "tp*5 - fp*1", 32.0,
            "tp - fp - fn", 2.0,
            "-(fp + fn*2) * 3", -21.0,
            "tp / (tp + fp) / 2", 0.35,
            " 2*TP/(2*tp+fp+fn) ", 14.0 / 19,
            "tn*.5", 44.0,
            "--tp", 7.0)
        .forEach(
            (text, value) ->
                assertThat(Payoff.parse(text).function().applyAsDouble(counts))
                    .as(text)
                    .isCloseTo(value, within(1e-12)));
  }

  @Test
  void whatIsNoExpression_saysWhy() {
    Map.of(
            "",
            "ends too early",
            "5",
            "must say what tp, fp, tn or fn are worth",
            "tp*",
            "ends too early",
            "tp fp",
            "cannot go on with 'f'",
            "(tp",
            "a parenthesis is open",
            "tp)",
            "cannot go on with ')'",
            "tq*5",
            "'tq' is none of them",
            "tp*1.2.3",
            "not '1.2.3'",
            "tp^2",
            "cannot go on with '^'",
            "(".repeat(600),
            "at most 500 characters")
        .forEach(
            (text, reason) ->
                assertThatThrownBy(() -> Payoff.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(reason));
  }

  /** All thresholds are tried by brute force. */
  @Test
  void best_isTheGreatestOfAllThresholds() {
    Random random = new Random(3);
    for (String text : List.of("tp*5 - fp", "tp - fp*9", "2*tp/(2*tp+fp+fn)", "tn", "-fn*3 - fp")) {
      Payoff payoff = Payoff.parse(text);
      for (int round = 0; round < 50; round++) {
        int rows = 1 + random.nextInt(40);
        double[] labels = new double[rows];
        double[] told = new double[rows];
        double[] weights = new double[rows];
        for (int i = 0; i < rows; i++) {
          labels[i] = random.nextInt(2);
          told[i] = random.nextInt(12) / 11.0;
          weights[i] = 1 + random.nextInt(3);
        }
        Scored scored = Scored.of(labels, told).weighted(weights);
        double brute = Double.NEGATIVE_INFINITY;
        for (int step = 0; step <= 12; step++) {
          double at = (step - 0.5) / 11;
          double worth = payoff.of(scored.at(at));
          brute = Double.isNaN(worth) ? brute : Math.max(brute, worth);
        }
        ThresholdSearch.Choice found = ThresholdSearch.best(payoff, scored).orElseThrow();
        assertThat(found.payoffPerRow() * scored.weight()).as(text).isCloseTo(brute, within(1e-9));
        assertThat(payoff.of(scored.at(found.threshold()))).isCloseTo(brute, within(1e-9));
      }
    }
  }

  @Test
  void best_whereEverythingDividesByZero_isNone() {
    Scored none = Scored.of(new double[] {0, 0}, new double[] {0.2, 0.3});
    assertThat(ThresholdSearch.best(Payoff.parse("tp/(tp+fn)"), none)).isEmpty();
  }
}
