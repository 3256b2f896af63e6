package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code headrace features}: lists the feature views, and what can be done with them. */
@Command(
    name = "features",
    description = "features of users, ads, customers: exact in time",
    subcommands = {
      FeaturesShowCommand.class,
      FeaturesBuildCommand.class,
      FeaturesJoinCommand.class,
      FeaturesStatsCommand.class,
      FeaturesGetCommand.class,
      FeaturesAuditCommand.class
    },
    footer = {
      "",
      "Without a command, the feature views are listed.",
      "Commands:",
      "  show VIEW         the features of a view",
      "  build [VIEW...]   bring the latest values up to date, with all they need",
      "  join TABLE        labels with the features of their own moment: a training set",
      "  stats VIEW        how the latest values are distributed, and how that changed",
      "  get NAME KEY      the features of one entity, as they are served",
      "  audit [VIEW...]   what was served against the lake: 'headrace audit skew'"
    })
final class FeaturesCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("view", Type.Primitive.STRING),
              Field.unassigned("entity", Type.Primitive.STRING),
              Field.unassigned("from", Type.Primitive.STRING),
              Field.unassigned("features", Type.Primitive.LONG),
              Field.unassigned("entities", Type.Primitive.LONG),
              Field.unassigned("built", Type.Primitive.TIMESTAMPTZ)));

  private record ViewJson(
      String view,
      String entity,
      List<String> key,
      String from,
      List<String> features,
      Optional<Long> entities,
      Optional<Instant> builtAt) {}

  private record ListJson(List<ViewJson> views) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Published published = headrace.published(call.global().environment());
      List<ViewJson> views =
          FeatureStore.views(headrace.graph()).stream()
              .map(view -> json(view, published.table(view.name())))
              .toList();
      if (call.console().json()) {
        JsonOut.print(call.console(), new ListJson(views));
      } else if (views.isEmpty()) {
        call.console().out().write("The project has no feature view. Declare one in features/.\n");
      } else {
        List<List<@Nullable Object>> rows =
            views.stream()
                .map(
                    view ->
                        Arrays.<@Nullable Object>asList(
                            view.view(),
                            view.entity(),
                            view.from(),
                            (long) view.features().size(),
                            view.entities().orElse(null),
                            view.builtAt().orElse(null)))
                .toList();
        new TextTable(call.console().outLook(), Integer.MAX_VALUE)
            .write(COLUMNS, rows, call.console().out());
      }
      return 0;
    }
  }

  private static ViewJson json(FeatureView view, Optional<Publication> publication) {
    return new ViewJson(
        view.name(),
        view.spec().entity(),
        view.spec().keyColumns(),
        view.spec().from(),
        view.names(),
        publication
            .map(shown -> shown.content().data())
            .filter(Publication.Stored.class::isInstance)
            .map(data -> ((Publication.Stored) data).rows()),
        publication.map(Publication::publishedAt));
  }
}
