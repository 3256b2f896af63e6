package dev.headrace.cli.command;

import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.decisions.experiments.report.ExperimentReport.CrossCheck;
import java.io.PrintWriter;
import java.util.Locale;

/** Tests beside the effects, a line each. */
final class CrossChecksText {
  private CrossChecksText() {}

  static void write(ExperimentReport report, PrintWriter out) {
    if (report.crossChecks().isEmpty()) {
      return;
    }
    out.write("\nCross-checks (they decide nothing)\n");
    for (CrossCheck check : report.crossChecks()) {
      out.write(
          "  %s, %s, %s: %s\n"
              .formatted(
                  check.metric(),
                  check.variant().orElse("all variants"),
                  check.test().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                  check.reason().orElseGet(() -> words(check))));
    }
  }

  private static String words(CrossCheck check) {
    if (check.statistic().isEmpty()) {
      return "odds without bound, p " + number(check.pValue().orElseThrow());
    }
    double figure = check.statistic().get();
    return switch (check.test()) {
      case MANN_WHITNEY ->
          "a unit of it has more than one of the baseline with a chance of %s, p %s"
              .formatted(number(figure), number(check.pValue().orElseThrow()));
      case KOLMOGOROV_SMIRNOV ->
          "the distributions are %s apart, p %s"
              .formatted(number(figure), number(check.pValue().orElseThrow()));
      case PERMUTATION ->
          "effect %s, p %s".formatted(signed(figure), number(check.pValue().orElseThrow()));
      case FISHER ->
          "odds %s times the baseline's, p %s"
              .formatted(number(figure), number(check.pValue().orElseThrow()));
      case CHI_SQUARED ->
          "chi-squared %s, p %s that all are alike"
              .formatted(number(figure), number(check.pValue().orElseThrow()));
      case ANOVA ->
          "F %s, p %s that all are alike"
              .formatted(number(figure), number(check.pValue().orElseThrow()));
      case KRUSKAL_WALLIS ->
          "H %s, p %s that all are alike"
              .formatted(number(figure), number(check.pValue().orElseThrow()));
      case BROWN_FORSYTHE ->
          "F %s, p %s that values spread alike"
              .formatted(number(figure), number(check.pValue().orElseThrow()));
      case BOOTSTRAP ->
          "effect %s, %s to %s"
              .formatted(
                  signed(figure),
                  signed(check.lower().orElseThrow()),
                  signed(check.upper().orElseThrow()));
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4g", value);
  }
}
