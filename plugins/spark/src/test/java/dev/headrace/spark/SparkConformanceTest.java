package dev.headrace.spark;

import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.testkit.conformance.SqlConformance;
import java.util.List;

/** The portable subset, kept by Spark. */
class SparkConformanceTest extends SqlConformance {
  @Override
  protected SqlEngine engine() {
    return SparkEngine.open(SharedDriver.get(), SparkAccess.to(List.of()));
  }
}
