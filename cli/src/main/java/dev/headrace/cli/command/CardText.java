package dev.headrace.cli.command;

import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.TextTable;
import dev.headrace.ml.learn.LearnReport;
import dev.headrace.ml.learn.linear.Diagnostics;
import dev.headrace.ml.learn.transform.RowExpression;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The card of a version, for a person. */
final class CardText {
  private static final int GAINS = 10;

  /** More classes than fit side by side. */
  private static final int CLASSES = 12;

  private CardText() {}

  static void print(ModelCard card, Console console) {
    PrintWriter out = console.out();
    out.write(
        "%s:%d, %s, run %d, release %s%s%s\n"
            .formatted(
                card.model(),
                card.version(),
                card.createdAt(),
                card.run(),
                card.headrace(),
                card.machine() == null ? "" : " on " + card.machine(),
                card.accepted() ? "" : ", refused by its gate"));
    out.write(
        "%s the %s\nlearnt from %,d of %,d rows, tested on %,d; %d features\n\n"
            .formatted(
                card.findsWithoutLabel() ? "finds" : "predicts",
                card.task(),
                card.trainedOn(),
                card.rows(),
                card.testedOn(),
                card.features().size()));
    table(
        console,
        List.of("metric", "estimate", "95% interval", "baseline", "folds"),
        card.metrics().stream().map(CardText::row).toList());
    if (card.confusion() != null) {
      confusion(card.confusion(), console);
    }
    card.gate()
        .forEach(
            one ->
                out.write(
                    "gate %s: %s (%s)\n"
                        .formatted(
                            one.holds() ? "holds" : "fails", one.condition(), one.figures())));
    if (card.judgement() != null) {
      JudgementText.print(card.judgement(), card.metrics(), console);
    }
    card.warnings().forEach(warning -> out.write("warning: " + warning + "\n"));
    LearnReport report = card.report();
    if (report.leastSquares() != null) {
      out.write("\n");
      leastSquares(report.leastSquares(), console);
    }
    if (report.coefficients() != null) {
      out.write("\n");
      coefficients(report.coefficients(), console);
    }
    if (report.trees() != null) {
      trees(report.trees(), out);
    }
    FoundText.print(report, console);
    computed(card, out);
    out.write("\nRead\n");
    card.inputs().forEach(input -> read(input, "  ", out));
  }

  private static void computed(ModelCard card, PrintWriter out) {
    Map<String, RowExpression> computed = Models.spec(card).computed();
    if (!computed.isEmpty()) {
      out.write("\nComputed of each row\n");
      computed.forEach((name, of) -> out.write("  %s  %s\n".formatted(name, of)));
    }
  }

  /** A table by its snapshot; what has none, by what it reads. */
  private static void read(ModelCard.Input input, String indent, PrintWriter out) {
    out.write(
        "%s%s  %s\n"
            .formatted(
                indent,
                input.table(),
                input.snapshot() == null ? "a view of" : "snapshot " + input.snapshot()));
    input.reads().forEach(read -> read(read, indent + "  ", out));
  }

  private static List<@Nullable Object> row(ModelCard.Score score) {
    return Arrays.<@Nullable Object>asList(
        score.metric().word(),
        score.estimate() == null ? score.unknown() : number(score.estimate()),
        score.lower95() == null ? null : number(score.lower95()) + " to " + number(score.upper95()),
        number(score.baseline()),
        score.folds().size() < 2 ? null : spread(score.folds()));
  }

  /** Rows are true classes, columns predicted ones. */
  private static void confusion(ModelCard.Confusion told, Console console) {
    if (told.classes().size() > CLASSES) {
      console.out().write("the confusion of %d classes: --json\n".formatted(told.classes().size()));
      return;
    }
    List<String> columns = new ArrayList<>(List.of("is \\ predicted"));
    columns.addAll(told.classes());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int t = 0; t < told.classes().size(); t++) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(told.classes().get(t));
      told.rows().get(t).forEach(weight -> row.add(number(weight)));
      rows.add(row);
    }
    console.out().write("\n");
    table(console, columns, rows);
  }

  private static String spread(List<Double> folds) {
    double least = folds.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double most = folds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    return "%d: %s to %s".formatted(folds.size(), number(least), number(most));
  }

  private static void leastSquares(Diagnostics told, Console console) {
    table(
        console,
        List.of("column", "coefficient", "std. error", "t", "p", "interval", "HC3", "VIF"),
        told.coefficients().stream()
            .map(
                one ->
                    Arrays.<@Nullable Object>asList(
                        one.name(),
                        number(one.estimate()),
                        number(one.standardError()),
                        number(one.t()),
                        small(one.tails()),
                        number(one.interval().lower()) + " to " + number(one.interval().upper()),
                        number(one.robust().get(3)),
                        number(one.varianceInflation())))
            .toList());
    PrintWriter out = console.out();
    out.write(
        "R2 %s, adjusted %s; F(%d, %d) %s, p %s; AIC %s, BIC %s; residual error %s\n"
            .formatted(
                number(told.determination()),
                number(told.adjusted()),
                told.fTest().columns(),
                told.fTest().degreesOfFreedom(),
                number(told.fTest().statistic()),
                small(told.fTest().pValue()),
                number(told.aic()),
                number(told.bic()),
                number(told.residualError())));
    out.write(
        "Breusch-Pagan %s, p %s; Durbin-Watson %s; Jarque-Bera %s, p %s; Shapiro-Wilk %s\n"
            .formatted(
                number(told.breuschPagan().statistic()),
                small(told.breuschPagan().pValue()),
                number(told.durbinWatson()),
                number(told.jarqueBera().statistic()),
                small(told.jarqueBera().pValue()),
                told.shapiroWilk() == null
                    ? "not defined for more than 5000 rows"
                    : number(told.shapiroWilk().statistic())
                        + ", p "
                        + small(told.shapiroWilk().pValue())));
  }

  private static void coefficients(List<LearnReport.Coefficient> all, Console console) {
    table(
        console,
        List.of("column", "coefficient", "std. error", "z", "p"),
        all.stream()
            .map(
                one ->
                    Arrays.<@Nullable Object>asList(
                        one.name(),
                        number(one.estimate()),
                        number(one.standardError()),
                        number(one.z()),
                        one.pValue() == null ? null : small(one.pValue())))
            .toList());
  }

  private static void trees(LearnReport.Trees trees, PrintWriter out) {
    out.write("\n%d trees, %d nodes; gain".formatted(trees.trees(), trees.nodes()));
    trees.gains().stream()
        .limit(GAINS)
        .forEach(
            gain ->
                out.write(
                    String.format(Locale.ROOT, "  %s %.1f%%", gain.column(), 100 * gain.share())));
    out.write("\n");
  }

  static void table(Console console, List<String> columns, List<List<@Nullable Object>> rows) {
    Schema schema =
        new Schema(
            columns.stream().map(name -> Field.unassigned(name, Type.Primitive.STRING)).toList());
    new TextTable(console.outLook(), Integer.MAX_VALUE).write(schema, rows, console.out());
  }

  static @Nullable String number(@Nullable Double value) {
    return value == null ? null : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String small(double p) {
    return String.format(Locale.ROOT, "%.3g", p);
  }
}
