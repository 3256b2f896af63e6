package dev.headrace.benchmarks;

import java.util.List;

/** One thing that is measured, with the peer it races. */
interface Benchmark {
  /** The word that chooses it on the command line. */
  String name();

  /** Whether it takes many minutes, so that it is only run by name or with all. */
  default boolean isLong() {
    return false;
  }

  /** Measures. */
  List<Result> measure(Workspace workspace) throws Exception;
}
