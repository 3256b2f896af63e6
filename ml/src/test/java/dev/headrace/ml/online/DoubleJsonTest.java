package dev.headrace.ml.online;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DoubleJsonTest {
  private final DoubleJson doubles = new DoubleJson();

  private String written(double... values) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.writeStartArray();
      for (double value : values) {
        doubles.write(out, value);
      }
      out.writeEndArray();
    }
    return text.toString();
  }

  @Test
  void write_extremeNumbers_areAsJavaWritesThem() throws IOException {
    assertThat(
            written(0, -0.0, 1, 0.1 + 0.2, -Double.MIN_NORMAL, Double.MIN_VALUE, -Double.MAX_VALUE))
        .isEqualTo(
            "[0.0,-0.0,1.0,0.30000000000000004,-2.2250738585072014E-308,4.9E-324,"
                + "-1.7976931348623157E308]");
  }

  @Test
  void write_noNumbers_areTexts() throws IOException {
    assertThat(written(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))
        .isEqualTo("[\"NaN\",\"Infinity\",\"-Infinity\"]");
  }

  @Test
  void write_anyNumber_comesBackAsItWas() throws IOException {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      String text = written(value);
      assertThat(text).hasSizeLessThanOrEqualTo(26);
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(text.substring(1, text.length() - 1))).isEqualTo(value);
      }
    }
  }
}
