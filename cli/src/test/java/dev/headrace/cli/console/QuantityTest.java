package dev.headrace.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantityTest {
  @Test
  void rounded_atTheEdgesOfAUnit_neverShowsFourDigits() {
    assertThat(Quantity.rounded(0)).isEqualTo("0");
    assertThat(Quantity.rounded(999.4)).isEqualTo("999");
    assertThat(Quantity.rounded(999.5)).isEqualTo("1.00k");
    assertThat(Quantity.rounded(9_995)).isEqualTo("10.0k");
    assertThat(Quantity.rounded(45_600_000)).isEqualTo("45.6M");
    assertThat(Quantity.rounded(7.89e11)).isEqualTo("789G");
    assertThat(Quantity.rounded(-1_230)).isEqualTo("-1.23k");
  }

  @Test
  void seconds_growing_changesItsUnit() {
    assertThat(Quantity.seconds(0.4)).isEqualTo("0.40 s");
    assertThat(Quantity.seconds(9.996)).isEqualTo("10.0 s");
    assertThat(Quantity.seconds(59.96)).isEqualTo("1 min 00 s");
    assertThat(Quantity.seconds(245)).isEqualTo("4 min 05 s");
    assertThat(Quantity.seconds(7_380)).isEqualTo("2 h 03 min");
  }

  @Test
  void bytes_growing_changesItsUnit() {
    assertThat(Quantity.bytes(512)).isEqualTo("512 B");
    assertThat(Quantity.bytes(1_536)).isEqualTo("1.5 KiB");
    assertThat(Quantity.bytes(1L << 30)).isEqualTo("1.0 GiB");
  }

  @Test
  void count_one_isSingular() {
    assertThat(Quantity.count(1, "row")).isEqualTo("1 row");
    assertThat(Quantity.count(1234, "row")).isEqualTo("1,234 rows");
  }
}
