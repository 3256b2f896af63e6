package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.ml.features.FeatureStatistics;
import dev.headrace.ml.features.FeatureStatistics.OfFeature;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace features stats}: how the latest values are distributed. */
@Command(
    name = "stats",
    description = "show how the latest values of a view are distributed, and how that changed",
    footer = {
      "",
      "drift is the population stability index against the build before, over ten classes and one",
      "for null: below 0.1 hardly any, above 0.25 much. Fresh is the time since an entity's newest",
      "row, at the moment of the values."
    })
final class FeaturesStatsCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("feature", Type.Primitive.STRING),
              Field.unassigned("nulls", Type.Primitive.STRING),
              Field.unassigned("distinct", Type.Primitive.LONG),
              Field.unassigned("min", Type.Primitive.STRING),
              Field.unassigned("median", Type.Primitive.STRING),
              Field.unassigned("max", Type.Primitive.STRING),
              Field.unassigned("mean", Type.Primitive.DOUBLE),
              Field.unassigned("drift", Type.Primitive.STRING)));

  @Parameters(paramLabel = "VIEW", description = "a feature view")
  private String view = "";

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      FeatureStore.view(headrace.graph(), view);
      Watch watch = Watch.none();
      FeatureStatistics found;
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        found =
            headrace
                .features()
                .statistics(
                    view, headrace.published(call.global().environment()), headrace.lake(), watch);
      }
      if (call.console().json()) {
        JsonOut.print(call.console(), found);
        return 0;
      }
      call.console()
          .out()
          .write(
              "%s: %d entities as of %s; newest row %s, half of the entities within %s%n"
                  .formatted(
                      found.view(),
                      found.entities(),
                      found.asOf().map(Object::toString).orElse("never"),
                      found.newestEvent().map(Object::toString).orElse("none"),
                      found.medianAge().map(Object::toString).orElse("none")));
      List<List<@Nullable Object>> rows =
          found.features().stream().map(FeaturesStatsCommand::row).toList();
      new TextTable(call.console().outLook(), Integer.MAX_VALUE)
          .write(COLUMNS, rows, call.console().out());
      return 0;
    }
  }

  private static List<@Nullable Object> row(OfFeature feature) {
    return Arrays.<@Nullable Object>asList(
        feature.feature(),
        "%.1f %%".formatted(100 * feature.nullShare()),
        feature.distinct(),
        feature.min().orElse(null),
        feature.median().orElse(null),
        feature.max().orElse(null),
        feature.mean().orElse(null),
        feature.drift().map("%.3f"::formatted).orElse("–"));
  }
}
