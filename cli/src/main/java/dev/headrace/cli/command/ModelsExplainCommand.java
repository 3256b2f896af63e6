package dev.headrace.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunLock;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.explain.PartialDependence;
import dev.headrace.ml.registry.Explanation;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.ml.registry.Predictions;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace models explain}: which features move a prediction, and how far. */
@Command(
    name = "explain",
    description = "which features move predictions, of all rows or of one",
    footer = {
      "",
      "Contributions are Shapley values: with the base they sum to the score of the row. Without",
      "--row the rows the version was trained on are explained, a sample of 1,000.",
      "Examples:",
      "  headrace models explain churn",
      "  headrace models explain churn --column monthly_charge",
      "  headrace models explain churn --from customers --to churn_reasons",
      "  headrace models explain churn:2 --row '{\"plan\": \"basic\", \"monthly_charge\": 29.9}'"
    })
final class ModelsExplainCommand implements Action {
  private static final int BAR = 30;

  @Parameters(paramLabel = "MODEL[:VERSION]", description = "the version")
  private String reference = "";

  @Option(names = "--row", paramLabel = "JSON", description = "a row: every feature by its name")
  private @Nullable String row;

  @Option(
      names = "--column",
      paramLabel = "FEATURE",
      description = "how the mean prediction goes with it")
  private @Nullable String column;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description =
          "of several classes or components the one to explain; else all, of a row the likeliest")
  private @Nullable String of;

  @Option(
      names = "--from",
      paramLabel = "TABLE",
      description = "rows of a table as it is now, instead of those it was trained on")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TABLE",
      description = "write every row of --from with its prediction and what moved it")
  private @Nullable String to;

  private record WrittenJson(
      String model, int version, String table, long run, long snapshotId, long rows) {}

  @Override
  public int run(Invocation call) {
    if ((row != null && from != null) || (to != null && (from == null || column != null))) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot explain with these options together: --row stands alone, and --to needs --from.",
          "Write --from TABLE, or --from TABLE --to TABLE, or --row '{…}'.");
    }
    if (from != null && to != null) {
      return write(call, from, to);
    }
    try (Headrace headrace = call.open()) {
      Models models = headrace.models();
      Published published = headrace.published(call.global().environment());
      ModelCard card = models.find(reference, published);
      Watch watch = Watch.none();
      Explanation.Question question = new Explanation.Question(json(row), column, of);
      Explanation told;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        told =
            from == null
                ? models.explain(card, question, watch)
                : models.explain(
                    card, question, from, published, call.ambient().clock().instant(), watch);
      }
      if (call.console().json()) {
        JsonOut.print(call.console(), told);
      } else {
        print(told, call);
      }
      return 0;
    }
  }

  private int write(Invocation call, String rows, String table) {
    String environment = call.global().environment();
    try (Headrace headrace = call.open();
        RunLock lock = headrace.lock(Reach.of(environment), Duration.ZERO)) {
      headrace.runner().recover(lock);
      Published published = headrace.published(environment);
      Models models = headrace.models();
      ModelCard card = models.find(reference, published);
      Watch watch = Watch.none();
      Predictions.Written written;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        written =
            models.explainAll(
                card,
                new Explanation.Question(null, null, of),
                rows,
                table,
                published,
                call.ambient().clock().instant(),
                watch);
      }
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new WrittenJson(
                card.model(),
                card.version(),
                written.table(),
                written.run(),
                written.snapshotId(),
                written.rows()));
      } else {
        call.console()
            .out()
            .write(
                "%s: %s explained by %s:%d as run %d.%n"
                    .formatted(
                        written.table(),
                        Quantity.count(written.rows(), "row"),
                        card.model(),
                        card.version(),
                        written.run()));
      }
      return 0;
    }
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return new JsonMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new HeadraceException(
          LearnError.LEARN_EXPLAIN,
          "Cannot explain the row: '%s' is no JSON.".formatted(text),
          "Write --row '{\"feature\": 1.5, \"other\": \"text\"}'.",
          e);
    }
  }

  private static void print(Explanation told, Invocation call) {
    PrintWriter out = call.console().out();
    Explanation.Row row = told.row();
    out.write(
        "%s:%d%s, contributions in %s; base %s%s\n\n"
            .formatted(
                told.model(),
                told.version(),
                told.of() == null ? "" : ", of " + told.of(),
                told.unit(),
                CardText.number(told.base()),
                told.from() == null
                    ? ""
                    : "; %s of %s"
                        .formatted(Quantity.count(told.explained(), "row"), told.from())));
    if (row == null) {
      double most = told.features().isEmpty() ? 1 : told.features().getFirst().meanSize();
      CardText.table(
          call.console(),
          List.of("feature", "mean size", ""),
          told.features().stream()
              .map(
                  one ->
                      Arrays.<@Nullable Object>asList(
                          one.feature(),
                          CardText.number(one.meanSize()),
                          bar(one.meanSize(), most)))
              .toList());
    } else {
      CardText.table(
          call.console(),
          List.of("feature", "given", "contribution"),
          row.contributions().stream()
              .map(
                  one ->
                      Arrays.<@Nullable Object>asList(
                          one.feature(),
                          one.given(),
                          String.format(Locale.ROOT, "%+.6g", one.contribution())))
              .toList());
      out.write(
          "score %s, prediction %s\n"
              .formatted(CardText.number(row.score()), CardText.number(row.prediction())));
    }
    if (told.dependence() != null) {
      dependence(told.dependence(), told.sample(), call);
    }
  }

  private static void dependence(PartialDependence told, int sample, Invocation call) {
    call.console()
        .out()
        .write(
            String.format(
                Locale.ROOT,
                "\nmean prediction where all of %,d rows had this %s\n",
                sample,
                told.feature()));
    CardText.table(
        call.console(),
        List.of(told.feature(), "prediction", "rows near"),
        told.points().stream()
            .map(
                point ->
                    Arrays.<@Nullable Object>asList(
                        point.value(),
                        CardText.number(point.prediction()),
                        Integer.toString(point.rows())))
            .toList());
  }

  private static String bar(double size, double most) {
    return "#".repeat(most > 0 ? (int) Math.round(BAR * size / most) : 0);
  }
}
