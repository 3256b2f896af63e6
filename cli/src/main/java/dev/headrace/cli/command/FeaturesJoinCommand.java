package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunLock;
import dev.headrace.ml.features.FeatureError;
import dev.headrace.ml.features.FeatureSelection;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.Labels;
import dev.headrace.ml.features.TrainingSets;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace features join}: makes a training set. */
@Command(
    name = "join",
    description = "join labels with the features of their own moment",
    footer = {
      "",
      "TABLE has a row per label: the key columns of the entities, the moment, and whatever else",
      "is to be kept. Features become columns VIEW__FEATURE, with the values that were known then.",
      "Examples:",
      "  headrace features join orders_labelled --features customer_activity.* --to churn_set",
      "  headrace features join clicks --time clicked_at --features user.ctr_7d,ad.* --to ctr_set"
    })
final class FeaturesJoinCommand implements Action {
  @Parameters(paramLabel = "TABLE", description = "the labels")
  private String labels = "";

  @Option(
      names = "--features",
      required = true,
      split = ",",
      paramLabel = "VIEW.FEATURE",
      description = "features, or VIEW.* for all of a view")
  private List<String> features = List.of();

  @Option(names = "--to", required = true, paramLabel = "TABLE", description = "the training set")
  private String target = "";

  @Option(
      names = "--time",
      paramLabel = "COLUMN",
      description = "the labels' moment (default: the time column that the table declares)")
  private @Nullable String time;

  @Option(names = "--sql", description = "show the query, and run nothing")
  private boolean sql;

  private record JoinJson(
      String table,
      long run,
      long snapshot,
      long rows,
      List<String> columns,
      java.util.Map<String, String> inputs,
      double seconds) {}

  private record SqlJson(String sql) {}

  @Override
  public int run(Invocation call) {
    String environment = call.global().environment();
    try (Headrace headrace = call.open();
        RunLock lock = headrace.lock(Reach.of(environment), Duration.ZERO)) {
      long started = System.nanoTime();
      Published published = headrace.published(environment);
      TrainingSets sets = headrace.trainingSets();
      sets.requireFree(target, published);
      FeatureStore store = headrace.features();
      FeatureSelection selection = store.select(features);
      Labels from =
          new Labels(labels, headrace.relations().of(published, labels), timeColumn(published));
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        Instant now = call.ambient().clock().instant();
        if (sql) {
          Query query = store.joinInSql(from, selection, published, now, watch);
          if (call.console().json()) {
            JsonOut.print(call.console(), new SqlJson(query.sql()));
          } else {
            call.console().out().write(query.sql() + "\n");
          }
          return 0;
        }
        Query query = store.join(from, selection, published, now, watch);
        headrace.runner().recover(lock);
        Set<String> reads = new LinkedHashSet<>(List.of(labels));
        selection.byView().keySet().forEach(view -> reads.add(view.spec().from()));
        TrainingSets.Written written = sets.write(target, query, reads, published, watch);
        print(call, written, (System.nanoTime() - started) / 1e9);
      }
      return 0;
    }
  }

  private static void print(Invocation call, TrainingSets.Written written, double seconds) {
    if (call.console().json()) {
      JsonOut.print(
          call.console(),
          new JoinJson(
              written.table(),
              written.run(),
              written.snapshotId(),
              written.rows(),
              written.columns(),
              written.inputs(),
              seconds));
    } else {
      call.console()
          .out()
          .write(
              "%s: %s, %s, in %s as run %d.%n"
                  .formatted(
                      written.table(),
                      Quantity.count(written.rows(), "row"),
                      Quantity.count(written.columns().size(), "column"),
                      Quantity.seconds(seconds),
                      written.run()));
    }
  }

  private String timeColumn(Published published) {
    if (time != null) {
      return time;
    }
    return published
        .timeColumn(labels)
        .orElseThrow(
            () ->
                new HeadraceException(
                    FeatureError.FEATURES_LABELS,
                    "Cannot join features to '%s': it declares no time column.".formatted(labels),
                    "Name the column with the moment of each label: --time COLUMN."));
  }
}
