package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.data.metrics.Direction;
import dev.headrace.data.metrics.Metric;
import dev.headrace.data.metrics.MetricPlan;
import dev.headrace.data.metrics.MetricQuery;
import dev.headrace.data.metrics.Metrics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace metrics show}: what a metric is, and what it can be split by. */
@Command(name = "show", description = "show one metric: its statement and what it can be split by")
final class MetricsShowCommand implements Action {
  @Parameters(paramLabel = "NAME", description = "a metric")
  private String name = "";

  @Option(
      names = "--at",
      paramLabel = "RUN|TIME|ENV",
      description = "over the tables as a run left them, at a time, or as in an environment")
  private @Nullable String at;

  private record MetricJson(
      String name,
      String measure,
      Optional<String> description,
      Optional<String> unit,
      Direction direction,
      String file,
      String fingerprint,
      List<String> inputs,
      List<String> readers,
      String sql,
      List<String> dimensions) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Metrics metrics = headrace.metrics(PastState.orNow(at, headrace, call));
      Metric metric = metrics.get(name);
      MetricPlan plan = metrics.plan(MetricQuery.of(name));
      MetricJson document =
          new MetricJson(
              metric.name(),
              metric.measureWord(),
              Optional.ofNullable(metric.spec().description()),
              Optional.ofNullable(metric.spec().unit()),
              metric.spec().direction(),
              metric.asset().declaration().origin().file(),
              metric.asset().fingerprint().hex(),
              metric.asset().definition().inputs(),
              headrace.graph().readers(metric.asset()).stream().map(a -> a.name()).toList(),
              plan.sql(),
              metrics.dimensions(metric).stream().map(MetricPlan.Dimension::source).toList());
      if (call.console().json()) {
        JsonOut.print(call.console(), document);
      } else {
        print(document, call.console().out());
      }
      return 0;
    }
  }

  private static void print(MetricJson metric, PrintWriter out) {
    out.write(metric.name() + ": " + metric.measure() + ", " + metric.file() + "\n");
    metric.description().ifPresent(text -> out.write(text.strip() + "\n"));
    metric.unit().ifPresent(unit -> out.write("unit    " + unit + "\n"));
    out.write("good    " + (metric.direction() == Direction.UP ? "up" : "down") + "\n");
    out.write("reads   " + String.join(", ", metric.inputs()) + "\n");
    if (!metric.readers().isEmpty()) {
      out.write("used by " + String.join(", ", metric.readers()) + "\n");
    }
    out.write("\n" + metric.sql() + "\n");
    Map<String, List<String>> byTable = new LinkedHashMap<>();
    for (String dimension : metric.dimensions()) {
      int dot = dimension.indexOf('.');
      byTable
          .computeIfAbsent(dimension.substring(0, dot), _ -> new ArrayList<>())
          .add(dimension.substring(dot + 1));
    }
    if (!byTable.isEmpty()) {
      out.write(
          "\nCan be split by hour, day, week, month, quarter, year where it has a time, and\n");
      byTable.forEach(
          (table, columns) -> out.write("  " + table + ": " + String.join(", ", columns) + "\n"));
    }
  }
}
