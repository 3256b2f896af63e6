package dev.headrace.ml.features.internal.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 128 bits against {@link BigInteger}, and their doubles against DuckDB's. */
class ExactTest {
  private static BigInteger whole(long high, long low) {
    return BigInteger.valueOf(high)
        .shiftLeft(Long.SIZE)
        .add(new BigInteger(Long.toUnsignedString(low)));
  }

  private static BigInteger scaled(double value, int scale) {
    return new BigDecimal(value)
        .multiply(new BigDecimal(BigInteger.TWO.pow(scale)))
        .toBigIntegerExact();
  }

  @Test
  void words_ofFractions_areTheScaledValue() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      double value = Math.scalb(random.nextDouble() - 0.5, random.nextInt(40) - 20);
      if (i % 5 == 0) {
        value = random.nextInt(2_000) / 64.0 - 15; // Few digits: lower words of 0.
      }
      int scale = Math.max(0, 52 - Math.getExponent(value)) + random.nextInt(40);
      assertThat(whole(Exact.high(value, scale), Exact.low(value, scale)))
          .as("%s times 2 to the %s", value, scale)
          .isEqualTo(scaled(value, scale));
    }
    assertThat(whole(Exact.high(0, 90), Exact.low(0, 90))).isZero();
    assertThat(whole(Exact.high(-1, 64), Exact.low(-1, 64)))
        .isEqualTo(BigInteger.ONE.shiftLeft(64).negate());
  }

  @Test
  void toDouble_isWhatDuckDbCastsTo() throws Exception {
    Random random = new Random(5);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement cast =
            connection.prepareStatement("select cast(cast(? as hugeint) as double)")) {
      for (int i = 0; i < 3_000; i++) {
        int bits = random.nextInt(126);
        BigInteger value = new BigInteger(bits, random);
        value = random.nextBoolean() ? value.negate() : value;
        cast.setString(1, value.toString());
        try (ResultSet row = cast.executeQuery()) {
          assertThat(row.next()).isTrue();
          long high = value.shiftRight(Long.SIZE).longValueExact();
          assertThat(Exact.toDouble(high, value.longValue()))
              .as(value.toString())
              .isEqualTo(row.getDouble(1));
        }
      }
    }
  }
}
