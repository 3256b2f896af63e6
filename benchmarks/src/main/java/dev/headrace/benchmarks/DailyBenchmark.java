package dev.headrace.benchmarks;

import java.util.List;

/** Whether bringing features forward by a day costs what the day costs. */
final class DailyBenchmark implements Benchmark {
  @Override
  public String name() {
    return "daily";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    return List.of(DailyFeatures.measure(workspace, Math.min(workspace.rounds(), 5)));
  }
}
