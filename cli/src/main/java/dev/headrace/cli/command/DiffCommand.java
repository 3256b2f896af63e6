package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.plan.Published;
import dev.headrace.data.diff.EnvironmentDiff;
import dev.headrace.data.diff.TableDiff;
import dev.headrace.spi.engine.Watch;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace diff}: what an environment would change in another. */
@Command(
    name = "diff",
    description = "show how the tables of an environment differ from prod's",
    footer = {
      "",
      "Both may be an environment, the number of a run, or a time, as for sql --at. Rows are told",
      "apart by the table's declared key, or by --key; without one, equal rows are paired.",
      "Examples:",
      "  headrace diff my-change            against prod",
      "  headrace diff prod 12              prod now against what run 12 left",
      "  headrace diff my-change --no-rows  names, columns and counts only"
    })
final class DiffCommand implements Action {
  @Parameters(index = "0", paramLabel = "ENV", description = "what is looked at")
  private String subject = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "BASE",
      defaultValue = "prod",
      description = "what it is compared with (default: prod)")
  private String base = "prod";

  @Option(names = "--no-rows", description = "do not compare rows, only count them")
  private boolean noRows;

  @Option(
      names = "--key",
      split = ",",
      paramLabel = "COLUMN",
      description = "what tells rows apart")
  private List<String> key = List.of();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "5",
      description = "differing rows to show of each table (default: 5)")
  private int samples = 5;

  private record TableJson(
      String table,
      String kind,
      String change,
      List<DiffText.ColumnJson> columns,
      @Nullable Long rowsBefore,
      @Nullable Long rowsAfter,
      Optional<DiffText.RowsJson> rows) {}

  private record DiffJson(String before, String after, List<TableJson> tables) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Published after = state(headrace, subject, call);
      Published before = state(headrace, base, call);
      Watch watch = Watch.none();
      List<TableDiff> tables;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        tables =
            headrace
                .diff()
                .between(
                    before,
                    after,
                    new EnvironmentDiff.RowTerms(!noRows, key, Math.max(0, samples)),
                    watch);
      }
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new DiffJson(base, subject, tables.stream().map(DiffCommand::json).toList()));
      } else {
        print(tables, call.console());
      }
      return 0;
    }
  }

  private static Published state(Headrace headrace, String name, Invocation call) {
    return PastState.parse(name, headrace.timezone())
        .of(headrace.ledger(), call.global().environment());
  }

  private void print(List<TableDiff> tables, Console console) {
    PrintWriter out = console.out();
    Look look = console.outLook();
    for (TableDiff table : tables) {
      Look.Paint paint =
          switch (table.change()) {
            case ADDED -> Look.Paint.GOOD;
            case REMOVED -> Look.Paint.BAD;
            default -> Look.Paint.BOLD;
          };
      out.write(
          "%s  %s %s%n"
              .formatted(look.paint(paint, table.table()), table.kind(), table.change().words()));
      for (TableDiff.ColumnChange column : table.columns()) {
        out.write("    column %s: %s%n".formatted(column.name(), DiffText.types(column)));
      }
      out.write("    rows %s%n".formatted(counts(table)));
      table.rows().ifPresent(rows -> DiffText.print(rows, out));
    }
    out.write(
        tables.isEmpty()
            ? "%s shows just what %s shows.%n".formatted(subject, base)
            : "%s of %s differ from %s.%n"
                .formatted(Quantity.count(tables.size(), "table"), subject, base));
  }

  private static String counts(TableDiff table) {
    String before = number(table.rowsBefore());
    String after = number(table.rowsAfter());
    return before.equals(after) ? after : before + " -> " + after;
  }

  private static String number(OptionalLong rows) {
    return rows.isEmpty() ? "none" : "%,d".formatted(rows.getAsLong());
  }

  private static TableJson json(TableDiff table) {
    return new TableJson(
        table.table(),
        table.kind(),
        table.change().words().replace(' ', '-'),
        table.columns().stream().map(DiffText::json).toList(),
        table.rowsBefore().isPresent() ? table.rowsBefore().getAsLong() : null,
        table.rowsAfter().isPresent() ? table.rowsAfter().getAsLong() : null,
        table.rows().map(DiffText::json));
  }
}
