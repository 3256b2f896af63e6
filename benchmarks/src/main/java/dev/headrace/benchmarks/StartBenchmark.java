package dev.headrace.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A whole cold command that asks the engine something. */
final class StartBenchmark implements Benchmark {
  private static final double ASKED_SECONDS = 0.8;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path project = workspace.fresh("start");
    Files.writeString(project.resolve("headrace.yaml"), "name: start\ntimezone: UTC\n");
    Launcher launcher = Launcher.prepare(workspace);
    String[] question = {"sql", "-p", project.toString(), "--format", "csv", "select 41 + 1 as n"};
    if (!launcher.loadsLibrary("duckdb", question)) {
      throw new IllegalStateException("the engine has not been asked");
    }
    Samples samples = launcher.time(Math.max(workspace.rounds(), 11), "\r\n42\r\n", question);
    return List.of(
        new Result(
            "`headrace sql \"select 1\"` cold",
            "<= 0.8 s",
            samples.text(),
            Result.NONE,
            Result.NONE,
            samples.median() <= ASKED_SECONDS,
            List.of(
                String.format(
                    Locale.ROOT,
                    "processor time of all its processes: %.2f s",
                    samples.medianCpu()))));
  }
}
