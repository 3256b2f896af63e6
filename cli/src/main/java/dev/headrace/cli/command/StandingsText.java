package dev.headrace.cli.command;

import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.TextTable;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which variant is best, by posteriors. */
final class StandingsText {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("metric", Type.Primitive.STRING),
              Field.unassigned("variant", Type.Primitive.STRING),
              Field.unassigned("prior", Type.Primitive.STRING),
              Field.unassigned("credible interval", Type.Primitive.STRING),
              Field.unassigned("P best", Type.Primitive.STRING),
              Field.unassigned("expected loss", Type.Primitive.STRING)));

  private StandingsText() {}

  static void write(ExperimentReport report, Look look, PrintWriter out) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (ExperimentReport.Metric metric : report.metrics()) {
      for (ExperimentReport.Standing standing : metric.standings()) {
        rows.add(
            Arrays.<@Nullable Object>asList(
                metric.metric(),
                standing.variant(),
                standing.prior(),
                number(standing.lower()) + " to " + number(standing.upper()),
                String.format(Locale.ROOT, "%.3g", standing.probabilityBest()),
                String.format(Locale.ROOT, "%.3g", standing.expectedLoss())
                    + metric.unit().map(unit -> " " + unit).orElse("")));
      }
    }
    if (!rows.isEmpty()) {
      out.write("\nWhich variant is best\n");
      new TextTable(look, Integer.MAX_VALUE).write(COLUMNS, rows, out);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.5g", value);
  }
}
