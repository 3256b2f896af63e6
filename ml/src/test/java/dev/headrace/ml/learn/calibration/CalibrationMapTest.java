package dev.headrace.ml.learn.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.ml.learn.Reference;
import dev.headrace.ml.learn.calibration.CalibrationMap.Isotonic;
import dev.headrace.ml.learn.calibration.CalibrationMap.Platt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationMapTest {
  private static final int ROWS = 997;
  private static final JsonNode TOLD = Reference.figures("calibration.json");

  /** The same numbers as the script beside the figures makes. */
  private static double[] lcg(long seed) {
    double[] made = new double[ROWS];
    long state = seed;
    for (int i = 0; i < ROWS; i++) {
      state = (1103515245L * state + 12345) % (1L << 31);
      made[i] = (double) state / (1L << 31);
    }
    return made;
  }

  private final double[] scores =
      Arrays.stream(lcg(1)).map(x -> Math.clamp(Math.rint(x * 100) / 100, 0.01, 0.99)).toArray();
  private final double[] labels = labels();

  private double[] labels() {
    double[] draws = lcg(2);
    double[] made = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      made[i] = draws[i] < 0.2 + 0.5 * scores[i] ? 1 : 0;
    }
    return made;
  }

  private static double[] weights(String name) {
    double[] draws = lcg(3);
    return name.equals("plain")
        ? Arrays.stream(draws).map(_ -> 1).toArray()
        : Arrays.stream(draws).map(x -> 0.5 + x).toArray();
  }

  /** Each class against the rest, then divided by their sum, as scikit-learn does it. */
  @Test
  void severalClasses_areCalibratedOneAgainstTheRest() {
    double[][] shares = {lcg(6), lcg(7), lcg(8)};
    double[] draw = lcg(10);
    double[] labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double all = 0;
      for (double[] share : shares) {
        share[i] = 0.05 + Math.rint(20 * share[i]) / 20;
        all += share[i];
      }
      for (double[] share : shares) {
        share[i] = Math.rint(share[i] / all * 1e6) / 1e6; // Equal ones are equal.
      }
      labels[i] =
          draw[i] < shares[0][i] * shares[0][i] ? 0 : draw[i] < 0.5 + 0.3 * shares[1][i] ? 1 : 2;
    }
    List<CalibrationMap> maps = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      double place = k;
      maps.add(
          Calibrate.ISOTONIC.fit(
              shares[k],
              Arrays.stream(labels).map(label -> label == place ? 1 : 0).toArray(),
              weights("plain")));
    }
    double[][] calibrated = CalibrationMap.of(maps, shares);
    for (int i = 0; i < 60; i++) {
      double[] theirs = Reference.numbers(TOLD.path("several").get(i));
      for (int k = 0; k < 3; k++) {
        assertThat(calibrated[k][i]).as("row %d", i).isCloseTo(theirs[k], within(1e-12));
      }
      assertThat(calibrated[0][i] + calibrated[1][i] + calibrated[2][i])
          .isCloseTo(1, within(1e-15));
    }
    assertThat(CalibrationMap.of(List.of(), shares)).isSameAs(shares);
  }

  /** scikit-learn stops at a gradient of 1e-6; the minimum itself is held to ten digits. */
  @Test
  void platt_isScikitLearns() {
    for (String name : List.of("plain", "weighted")) {
      Platt fitted = PlattScaling.fit(scores, labels, weights(name));
      double[] exact = Reference.numbers(TOLD.path(name).path("platt"));
      assertThat(fitted.slope()).isCloseTo(exact[0], within(1e-9));
      assertThat(fitted.intercept()).isCloseTo(exact[1], within(1e-9));
      double[] sklearn = Reference.numbers(TOLD.path(name).path("sklearn"));
      assertThat(fitted.slope()).isCloseTo(sklearn[0], within(1e-6));
      assertThat(fitted.intercept()).isCloseTo(sklearn[1], within(1e-6));
      assertThat(fitted.of(Reference.numbers(TOLD.path("asked"))))
          .containsExactly(Reference.numbers(TOLD.path(name).path("platt-of")), within(1e-9));
    }
  }

  @Test
  void isotonic_isScikitLearns() {
    for (String name : List.of("plain", "weighted")) {
      Isotonic fitted = IsotonicRegression.fit(scores, labels, weights(name));
      double[] expected = Reference.numbers(TOLD.path(name).path("isotonic-of"));
      double[] asked = Reference.numbers(TOLD.path("asked"));
      for (int i = 0; i < asked.length; i++) {
        double kept = Math.clamp(expected[i], fitted.nearest(), 1 - fitted.nearest());
        assertThat(fitted.of(asked[i]))
            .as("%s at %s", name, asked[i])
            .isCloseTo(kept, within(1e-12));
      }
    }
  }

  /** With few rows a block of one class is likely, and no row is certain for it. */
  @Test
  void isotonic_ofOneClassAbove_isNotCertain() {
    double[] few = {0.1, 0.2, 0.8, 0.9};
    Isotonic fitted =
        IsotonicRegression.fit(few, new double[] {0, 0, 1, 1}, new double[] {1, 1, 1, 1});
    assertThat(fitted.of(0.05)).isEqualTo(1.0 / 6);
    assertThat(fitted.of(0.95)).isEqualTo(5.0 / 6);
    assertThat(fitted.of(0.5)).isCloseTo(0.5, within(1e-12));
  }

  /** Probabilities that are too bold by a factor of two in the log odds get their slope back. */
  @Test
  void platt_ofOverconfidentScores_findsHowMuch() {
    SplittableRandom random = new SplittableRandom(4);
    double[] told = new double[20_000];
    double[] truth = new double[told.length];
    double[] ones = new double[told.length];
    for (int i = 0; i < told.length; i++) {
      double z = random.nextGaussian();
      truth[i] = random.nextDouble() < 1 / (1 + Math.exp(-(z - 0.5))) ? 1 : 0;
      told[i] = 1 / (1 + Math.exp(-2 * z));
      ones[i] = 1;
    }
    Platt fitted = PlattScaling.fit(told, truth, ones);
    // Standard errors are near 0.01 and 0.02.
    assertThat(fitted.slope()).isCloseTo(0.5, within(0.04));
    assertThat(fitted.intercept()).isCloseTo(-0.5, within(0.07));
  }

  @Test
  void certainScores_stayFinite() {
    Platt fitted =
        PlattScaling.fit(
            new double[] {0, 0, 1, 1}, new double[] {0, 1, 1, 1}, new double[] {1, 1, 1, 1});
    assertThat(fitted.of(0)).isBetween(0.0, 1.0);
    assertThat(fitted.of(1)).isBetween(fitted.of(0), 1.0);
  }

  @Test
  void pointsThatFall_areNoCalibration() {
    assertThatThrownBy(() -> new Isotonic(List.of(0.1, 0.2), List.of(0.5, 0.4), 0.01))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Isotonic(List.of(), List.of(), 0.01))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
