package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.ml.features.Feature;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.Window;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace features show}: the features of a view. */
@Command(name = "show", description = "show the features of a view")
final class FeaturesShowCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("feature", Type.Primitive.STRING),
              Field.unassigned("computed", Type.Primitive.STRING),
              Field.unassigned("where", Type.Primitive.STRING),
              Field.unassigned("window", Type.Primitive.STRING)));

  @Parameters(paramLabel = "VIEW", description = "a feature view")
  private String view = "";

  private record FeatureJson(
      String feature, String computed, Optional<String> where, Optional<String> window) {}

  private record ViewJson(
      String view,
      String entity,
      List<String> key,
      String from,
      String time,
      Optional<String> arrival,
      Optional<Duration> ttl,
      Optional<String> description,
      List<FeatureJson> features) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      FeatureView found = FeatureStore.view(headrace.graph(), view);
      List<FeatureJson> features =
          found.features().stream().map(FeaturesShowCommand::json).toList();
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new ViewJson(
                found.name(),
                found.spec().entity(),
                found.spec().keyColumns(),
                found.spec().from(),
                found.spec().time(),
                Optional.ofNullable(found.spec().arrival()),
                Optional.ofNullable(found.spec().ttl()),
                Optional.ofNullable(found.spec().description()),
                features));
        return 0;
      }
      call.console()
          .out()
          .write(
              "%s: features of one %s (%s) from %s by %s%s%n"
                  .formatted(
                      found.name(),
                      found.spec().entity(),
                      String.join(", ", found.spec().keyColumns()),
                      found.spec().from(),
                      found.spec().time(),
                      found.spec().description() == null ? "" : "\n" + found.spec().description()));
      List<List<@Nullable Object>> rows =
          features.stream()
              .map(
                  feature ->
                      Arrays.<@Nullable Object>asList(
                          feature.feature(),
                          feature.computed(),
                          feature.where().orElse(""),
                          feature.window().orElse("")))
              .toList();
      new TextTable(call.console().outLook(), Integer.MAX_VALUE)
          .write(COLUMNS, rows, call.console().out());
      return 0;
    }
  }

  private static FeatureJson json(Feature feature) {
    return new FeatureJson(
        feature.name(),
        feature.computation().words(),
        feature.where(),
        feature.window().map(Window::toString));
  }
}
