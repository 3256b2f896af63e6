package dev.headrace.cli.command;

import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.decisions.experiments.report.ExperimentReport.Slice;
import dev.headrace.decisions.experiments.report.ExperimentReport.Split;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Effects by dimension in text: those that differ between levels, with their levels. */
final class ExperimentSplitsText {
  private ExperimentSplitsText() {}

  static void write(ExperimentReport report, PrintWriter out) {
    List<String> dimensions = report.splits().stream().map(Split::dimension).distinct().toList();
    for (String dimension : dimensions) {
      List<Split> different =
          report.splits().stream()
              .filter(split -> split.dimension().equals(dimension))
              .filter(split -> split.adjustedP().orElse(1.0) <= report.alpha())
              .toList();
      out.write("\nBy " + dimension + "\n");
      if (different.isEmpty()) {
        out.write("  No effect was shown to differ between levels.\n");
      }
      different.forEach(split -> write(split, out));
    }
  }

  private static void write(Split split, PrintWriter out) {
    out.write(
        String.format(
            Locale.ROOT,
            "  The effect of %s on %s differs (p = %.3g):\n",
            split.variant(),
            split.metric(),
            split.adjustedP().orElseThrow()));
    for (Slice slice : split.levels()) {
      out.write(
          "    %s (%d units): %s\n"
              .formatted(
                  slice.level(),
                  slice.units(),
                  slice
                      .estimate()
                      .map(
                          estimate ->
                              String.format(
                                  Locale.ROOT,
                                  "%+.4g, %s to %s",
                                  estimate,
                                  slice.lower().map(ExperimentSplitsText::signed).orElse("…"),
                                  slice.upper().map(ExperimentSplitsText::signed).orElse("…")))
                      .orElseGet(() -> slice.reason().orElse("no effect"))));
    }
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4g", value);
  }
}
