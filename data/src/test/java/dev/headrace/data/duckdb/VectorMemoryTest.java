package dev.headrace.data.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VectorMemoryTest {
  /** That what is copied is right, the engine's contract says; it would hold without this too. */
  @Test
  void driverThatIsShipped_letsItsMemoryBeRead() {
    assertThat(VectorMemory.isThere())
        .as("this version of the driver is read value by value, several times slower")
        .isTrue();
  }
}
