package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunLock;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.ml.registry.Predictions;
import dev.headrace.spi.engine.Watch;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace predict}: the rows of a table with what a model predicts of them. */
@Command(
    name = "predict",
    description = "predict the rows of a table, and keep them with the predictions",
    footer = {
      "",
      "The written table has the columns of the one that is read, then prediction, for classes",
      "predicted, and model_version; several classes have p_CLASS each in place of prediction.",
      "It is kept until the same name is written again.",
      "Examples:",
      "  headrace predict churn --from customers --to customers_scored",
      "  headrace predict churn@candidate --from customers --to candidate_scored"
    })
final class PredictCommand implements Action {
  @Parameters(paramLabel = "MODEL[:VERSION]", description = "the version")
  private String reference = "";

  @Option(names = "--from", required = true, paramLabel = "TABLE", description = "what to predict")
  private String from = "";

  @Option(names = "--to", required = true, paramLabel = "TABLE", description = "what to write")
  private String to = "";

  private record PredictedJson(
      String model,
      int version,
      String table,
      long run,
      long snapshot,
      long rows,
      double seconds) {}

  @Override
  public int run(Invocation call) {
    String environment = call.global().environment();
    try (Headrace headrace = call.open();
        RunLock lock = headrace.lock(Reach.of(environment), Duration.ZERO)) {
      long started = System.nanoTime();
      headrace.runner().recover(lock);
      Published published = headrace.published(environment);
      Models models = headrace.models();
      ModelCard card = models.find(reference, published);
      Watch watch = Watch.none();
      Predictions.Written written;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        written =
            models.predict(card, from, to, published, call.ambient().clock().instant(), watch);
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new PredictedJson(
                card.model(),
                card.version(),
                written.table(),
                written.run(),
                written.snapshotId(),
                written.rows(),
                seconds));
      } else {
        call.console()
            .out()
            .write(
                "%s: %s predicted by %s:%d in %s as run %d.%n"
                    .formatted(
                        written.table(),
                        Quantity.count(written.rows(), "row"),
                        card.model(),
                        card.version(),
                        Quantity.seconds(seconds),
                        written.run()));
      }
      return 0;
    }
  }
}
