package dev.headrace.ml.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.spi.error.HeadraceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files of calibrated models as the first release with calibration has written them. */
class CalibratedModelTest {
  private static final String FILE =
      """
      {
        "format" : "headrace-model",
        "format-version" : 1,
        "target" : { "classes" : { "negative" : "no", "positive" : "yes" } },
        "preparation" : [ { "number" : { "column" : "x", "log" : false, "fill" : 0.0,
          "indicator" : false, "centre" : 0.0, "scale" : 1.0 } } ],
        "scorer" : { "logistic" : { "intercept" : 0.0, "columns" : [ "x" ], "coefficients" : [ 2.0 ] } },
        "calibration" : %s,
        "threshold" : 0.25
      }
      """;
  private static final String PLATT = "{ \"platt\" : { \"slope\" : 0.5, \"intercept\" : -1.0 } }";
  private static final String ISOTONIC =
      "{ \"isotonic\" : { \"scores\" : [ 0.25, 0.5 ], \"probabilities\" : [ 0.1, 0.2 ],"
          + " \"nearest\" : 0.15 } }";

  private static Model read(String calibration) {
    return ModelFile.read(
        Map.of(ModelFile.MODEL, FILE.formatted(calibration).getBytes(StandardCharsets.UTF_8)));
  }

  private static final Frame ASKED = new Frame(2, List.of(new Numbers("x", new double[] {0, 1.5})));

  @Test
  void calibratedModels_areReadAndWrittenTheSame() {
    Model platt = read(PLATT);
    assertThat(platt.threshold()).isEqualTo(0.25);
    double first = 1 / (1 + Math.exp(1));
    double second = 1 / (1 + Math.exp(-(0.5 * 3 - 1)));
    assertThat(platt.score(ASKED)[0]).isEqualTo(first);
    assertThat(Math.abs(platt.score(ASKED)[1] - second)).isLessThan(1e-15);
    assertThat(platt.uncalibrated(ASKED)[0][0]).isEqualTo(0.5);
    assertThat(read(ISOTONIC).score(ASKED)).containsExactly(0.2, 0.2);
    for (String one : List.of(PLATT, ISOTONIC)) {
      Model model = read(one);
      Model again = ModelFile.read(ModelFile.write(model));
      assertThat(again.calibration()).isEqualTo(model.calibration());
      assertThat(again.threshold()).isEqualTo(model.threshold());
    }
  }

  @Test
  void damagedCalibration_isRefused() {
    for (String damaged :
        List.of(
            "{}",
            PLATT.replace("0.5", "\"x\""),
            ISOTONIC.replace("0.1, 0.2", "0.2, 0.1"),
            ISOTONIC.replace("0.1, 0.2", "0.2"))) {
      assertThatThrownBy(() -> read(damaged))
          .as(damaged)
          .isInstanceOf(HeadraceException.class)
          .extracting(e -> ((HeadraceException) e).code())
          .isEqualTo(LearnError.LEARN_MODEL_CORRUPT);
    }
  }
}
