package dev.headrace.benchmarks;

import java.util.List;

/** One thing that is measured, with the peer it races. */
interface Benchmark {
  /** The word that chooses it on the command line. */
  String name();

  /** Measures; takes seconds to a few minutes. */
  List<Result> measure(Workspace workspace) throws Exception;
}
