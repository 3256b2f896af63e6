package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.data.metrics.Direction;
import dev.headrace.data.metrics.Metric;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code headrace metrics}: lists the metrics of the project. */
@Command(
    name = "metrics",
    description = "list the metrics, show one, or ask them",
    subcommands = {MetricsQueryCommand.class, MetricsShowCommand.class},
    footer = {
      "",
      "Examples:",
      "  headrace metrics",
      "  headrace metrics show revenue",
      "  headrace metrics query revenue,orders --by month --where \"country = 'France'\"",
      "  headrace metrics query revenue --by day --sql"
    })
final class MetricsCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("name", Type.Primitive.STRING),
              Field.unassigned("measure", Type.Primitive.STRING),
              Field.unassigned("of", Type.Primitive.STRING),
              Field.unassigned("unit", Type.Primitive.STRING),
              Field.unassigned("good", Type.Primitive.STRING),
              Field.unassigned("description", Type.Primitive.STRING)));

  private record MetricJson(
      String name,
      String measure,
      List<String> inputs,
      Optional<String> unit,
      Direction direction,
      Optional<String> description,
      String file) {}

  private record ListJson(List<MetricJson> metrics) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      List<Metric> metrics = Metrics.of(headrace.graph());
      if (call.console().json()) {
        JsonOut.print(
            call.console(), new ListJson(metrics.stream().map(MetricsCommand::json).toList()));
        return 0;
      }
      List<List<@Nullable Object>> rows =
          metrics.stream()
              .map(
                  metric ->
                      Arrays.<@Nullable Object>asList(
                          metric.name(),
                          metric.measureWord(),
                          String.join(", ", metric.asset().definition().inputs()),
                          metric.spec().unit(),
                          metric.spec().direction() == Direction.UP ? "up" : "down",
                          metric.spec().description()))
              .toList();
      new TextTable(call.console().outLook(), Integer.MAX_VALUE)
          .write(COLUMNS, rows, call.console().out());
      return 0;
    }
  }

  private static MetricJson json(Metric metric) {
    return new MetricJson(
        metric.name(),
        metric.measureWord(),
        metric.asset().definition().inputs(),
        Optional.ofNullable(metric.spec().unit()),
        metric.spec().direction(),
        Optional.ofNullable(metric.spec().description()),
        metric.asset().declaration().origin().file());
  }
}
