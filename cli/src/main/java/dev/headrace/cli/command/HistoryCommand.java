package dev.headrace.cli.command;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.RunRecord;
import dev.headrace.core.ledger.StepRecord;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace history}: runs, or the steps of one asset. */
@Command(
    name = "history",
    description = "show past runs, or how one asset fared in them",
    footer = {
      "",
      "Rows per second are rows written by the time a step took; the error rate of an asset is the",
      "share of its steps that failed."
    })
final class HistoryCommand implements Action {
  private static final Schema RUNS =
      new Schema(
          List.of(
              Field.unassigned("run", Type.Primitive.LONG),
              Field.unassigned("env", Type.Primitive.STRING),
              Field.unassigned("action", Type.Primitive.STRING),
              Field.unassigned("started", Type.Primitive.TIMESTAMPTZ),
              Field.unassigned("status", Type.Primitive.STRING),
              Field.unassigned("seconds", Type.Primitive.DOUBLE),
              Field.unassigned("built", Type.Primitive.LONG),
              Field.unassigned("failed", Type.Primitive.LONG),
              Field.unassigned("rows_out", Type.Primitive.LONG),
              Field.unassigned("rejected", Type.Primitive.LONG)));
  private static final Schema STEPS =
      new Schema(
          List.of(
              Field.unassigned("run", Type.Primitive.LONG),
              Field.unassigned("started", Type.Primitive.TIMESTAMPTZ),
              Field.unassigned("status", Type.Primitive.STRING),
              Field.unassigned("seconds", Type.Primitive.DOUBLE),
              Field.unassigned("rows_in", Type.Primitive.LONG),
              Field.unassigned("rows_out", Type.Primitive.LONG),
              Field.unassigned("rejected", Type.Primitive.LONG),
              Field.unassigned("rows_per_second", Type.Primitive.LONG),
              Field.unassigned("reason", Type.Primitive.STRING)));

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "an asset")
  private @Nullable String asset;

  @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "how many")
  private int limit;

  private record StepJson(
      long run,
      String asset,
      String kind,
      String status,
      String reason,
      Instant startedAt,
      @Nullable Double seconds,
      long rowsIn,
      long rowsOut,
      long rejected,
      @Nullable Long rowsPerSecond,
      int attempts,
      Optional<StepRecord.Failure> error) {}

  private record RunJson(
      long run,
      String environment,
      String action,
      String note,
      Instant startedAt,
      String status,
      @Nullable Double seconds,
      List<StepJson> steps) {}

  private record RunsJson(List<RunJson> runs) {}

  private record AssetJson(String asset, double errorRate, List<StepJson> steps) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      if (asset == null) {
        runs(call, headrace.ledger());
      } else {
        String name = headrace.requireAsset(asset).name();
        steps(call, name, headrace.ledger().stepsOf(name, limit));
      }
      return 0;
    }
  }

  private void runs(Invocation call, Ledger ledger) {
    List<RunJson> runs =
        ledger.runs(limit).stream().map(run -> json(run, ledger.steps(run.id()))).toList();
    if (call.console().json()) {
      JsonOut.print(call.console(), new RunsJson(runs));
      return;
    }
    List<List<@Nullable Object>> rows =
        runs.stream()
            .map(
                run ->
                    Arrays.<@Nullable Object>asList(
                        run.run(),
                        run.environment(),
                        run.note().isEmpty() ? run.action() : run.action() + " " + run.note(),
                        run.startedAt().truncatedTo(SECONDS),
                        run.status(),
                        rounded(run.seconds()),
                        count(run, StepRecord.Status.BUILT),
                        count(run, StepRecord.Status.FAILED),
                        run.steps().stream().mapToLong(StepJson::rowsOut).sum(),
                        run.steps().stream().mapToLong(StepJson::rejected).sum()))
            .toList();
    new TextTable(call.console().outLook(), limit).write(RUNS, rows, call.console().out());
  }

  private static void steps(Invocation call, String name, List<StepRecord> records) {
    List<StepJson> steps = records.stream().map(HistoryCommand::json).toList();
    if (call.console().json()) {
      JsonOut.print(call.console(), new AssetJson(name, errorRate(records), steps));
      return;
    }
    List<List<@Nullable Object>> rows =
        steps.stream()
            .map(
                step ->
                    Arrays.<@Nullable Object>asList(
                        step.run(),
                        step.startedAt().truncatedTo(SECONDS),
                        step.status(),
                        rounded(step.seconds()),
                        step.rowsIn(),
                        step.rowsOut(),
                        step.rejected(),
                        step.rowsPerSecond(),
                        step.reason()))
            .toList();
    new TextTable(call.console().outLook(), Math.max(1, rows.size()))
        .write(STEPS, rows, call.console().out());
    call.console()
        .out()
        .write(String.format(Locale.ROOT, "error rate %.1f %%%n", 100 * errorRate(records)));
  }

  private static double errorRate(List<StepRecord> steps) {
    long tried = steps.stream().filter(step -> step.attempts() > 0).count();
    long failed = steps.stream().filter(step -> step.status() == StepRecord.Status.FAILED).count();
    return tried == 0 ? 0 : (double) failed / tried;
  }

  private static long count(RunJson run, StepRecord.Status status) {
    String word = status.name().toLowerCase(Locale.ROOT);
    return run.steps().stream().filter(step -> step.status().equals(word)).count();
  }

  private static RunJson json(RunRecord run, List<StepRecord> steps) {
    return new RunJson(
        run.id(),
        run.environment(),
        run.action().name().toLowerCase(Locale.ROOT),
        run.note(),
        run.startedAt(),
        run.status().name().toLowerCase(Locale.ROOT),
        run.finishedAt().map(end -> seconds(run.startedAt(), end)).orElse(null),
        steps.stream().map(HistoryCommand::json).toList());
  }

  private static StepJson json(StepRecord step) {
    Double seconds = step.finishedAt().map(end -> seconds(step.startedAt(), end)).orElse(null);
    return new StepJson(
        step.runId(),
        step.asset(),
        step.kind(),
        step.status().name().toLowerCase(Locale.ROOT),
        step.reason(),
        step.startedAt(),
        seconds,
        step.rowsIn(),
        step.rowsOut(),
        step.rejected(),
        seconds == null || seconds <= 0 || step.rowsOut() == 0
            ? null
            : Math.round(step.rowsOut() / seconds),
        step.attempts(),
        step.failure());
  }

  private static @Nullable Double rounded(@Nullable Double seconds) {
    return seconds == null ? null : Math.round(seconds * 100) / 100.0;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
