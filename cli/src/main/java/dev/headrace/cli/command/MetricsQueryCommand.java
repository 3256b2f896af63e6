package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.CsvRows;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.JsonRows;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.data.metrics.Grain;
import dev.headrace.data.metrics.MetricPlan;
import dev.headrace.data.metrics.MetricQuery;
import dev.headrace.data.metrics.MetricQuery.Order;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace metrics query}: asks metrics by dimensions. */
@Command(
    name = "query",
    description = "ask metrics: by dimensions, over some days, under a condition",
    footer = {
      "",
      "Dimensions are columns of the measured table and of those that it can be joined to, and the",
      "periods hour, day, week, month, quarter and year of its time.",
      "Examples:",
      "  headrace metrics query revenue,orders --by country --order -revenue --limit 10",
      "  headrace metrics query ctr --by dim_campaign.vertical,week --where \"country = 'DE'\"",
      "  headrace metrics query revenue --by day --from 2026-03-01 --to 2026-03-07 --sql"
    })
final class MetricsQueryCommand implements Action {
  /** How a result is written. */
  enum Format {
    TABLE,
    CSV,
    JSON
  }

  @Parameters(
      paramLabel = "METRIC[,METRIC]",
      split = ",",
      arity = "1",
      description = "what is asked")
  private List<String> names = new ArrayList<>();

  @Option(names = "--by", paramLabel = "DIM", split = ",", description = "dimensions to split by")
  private List<String> by = new ArrayList<>();

  @Option(names = "--grain", paramLabel = "GRAIN", description = "the same as --by GRAIN, first")
  private @Nullable Grain grain;

  @Option(names = "--where", paramLabel = "SQL", description = "condition over dimensions")
  private @Nullable String where;

  @Option(names = "--from", paramLabel = "DAY", description = "first day")
  private @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "DAY", description = "last day, included")
  private @Nullable LocalDate to;

  @Option(
      names = "--order",
      paramLabel = "COL",
      split = ",",
      description = "columns of the result, -COL from the greatest")
  private List<String> order = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "N", description = "rows at most")
  private @Nullable Long limit;

  @Option(names = "--sql", description = "show the statement instead of running it")
  private boolean sql;

  @Option(names = "--format", paramLabel = "FORMAT", description = "table, csv or json")
  private @Nullable Format format;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100",
      description = "rows to show as a table (default: 100)")
  private int rows;

  @Option(
      names = "--at",
      paramLabel = "RUN|TIME|ENV",
      description = "every table as a run left it, as it was at a time, or as in an environment")
  private @Nullable String at;

  private record ColumnJson(String name, String role, Optional<String> unit) {}

  private record PlanJson(String sql, List<String> tables, List<ColumnJson> columns) {}

  @Override
  public int run(Invocation call) {
    Console console = call.console();
    try (Headrace headrace = call.open()) {
      Metrics metrics = headrace.metrics(PastState.orNow(at, headrace, call));
      MetricPlan plan = metrics.plan(question());
      if (sql) {
        if (console.json()) {
          JsonOut.print(console, json(plan));
        } else {
          console.out().write(plan.sql() + "\n");
        }
        return 0;
      }
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel);
          Rows result = headrace.engine().execute(metrics.query(plan), watch)) {
        switch (format != null ? format : console.json() ? Format.JSON : Format.TABLE) {
          case TABLE ->
              new TextTable(console.outLook(), Math.max(1, rows)).write(result, console.out());
          case CSV -> CsvRows.write(result, console.out());
          case JSON -> JsonRows.write(result, console.out());
        }
      }
      return 0;
    }
  }

  private MetricQuery question() {
    List<String> dimensions = new ArrayList<>();
    if (grain != null && !by.contains(grain.word())) {
      dimensions.add(grain.word());
    }
    dimensions.addAll(by);
    return new MetricQuery(
        names,
        dimensions,
        Optional.ofNullable(where),
        Optional.ofNullable(from),
        Optional.ofNullable(to),
        order.stream().map(Order::parse).toList(),
        limit == null ? OptionalLong.empty() : OptionalLong.of(limit));
  }

  private static PlanJson json(MetricPlan plan) {
    return new PlanJson(
        plan.sql(),
        plan.tables(),
        plan.columns().stream()
            .map(
                column ->
                    switch (column) {
                      case MetricPlan.Dimension dimension ->
                          new ColumnJson(dimension.name(), "dimension", Optional.empty());
                      case MetricPlan.Value value ->
                          new ColumnJson(value.name(), "metric", value.unit());
                    })
            .toList());
  }
}
