package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.console.ValueText;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.core.project.Names;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.online.KeyText;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace features get}: the features of one entity, as a request would get them. */
@Command(
    name = "get",
    description = "show the features of one entity, as they are served",
    footer = {
      "",
      "NAME is a feature view, or an entity: then all its views are shown. A key of several"
          + " columns",
      "is written as several words. The online store is brought to what the environment shows"
          + " first.",
      "Examples:",
      "  headrace features get user 42",
      "  headrace features get user_ad 42 a-17 --json"
    })
final class FeaturesGetCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("feature", Type.Primitive.STRING),
              Field.unassigned("value", Type.Primitive.STRING),
              Field.unassigned("status", Type.Primitive.STRING)));

  @Parameters(index = "0", paramLabel = "NAME", description = "a feature view or an entity")
  private String name = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY", description = "the entity's key")
  private List<String> key = List.of();

  private record ValueJson(String feature, @Nullable Object value, String status) {}

  private record ViewJson(
      String view,
      String build,
      String status,
      Optional<Instant> eventTime,
      Optional<Instant> completeTo,
      Optional<Double> stalenessSeconds,
      Optional<Instant> rememberedAt,
      List<ValueJson> features) {}

  private record GetJson(List<String> key, List<ViewJson> views) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      List<String> views = views(FeatureStore.views(headrace.graph()));
      Watch watch = Watch.none();
      try (Interrupts.Registration _ = call.interrupts().onInterrupt(watch::cancel)) {
        headrace.online().refresh(call.global().environment(), watch);
      }
      List<OnlineRows> all = new ArrayList<>();
      for (String view : views) {
        all.add(read(headrace.online().features(), view));
      }
      if (call.console().json()) {
        JsonOut.print(
            call.console(), new GetJson(key, all.stream().map(FeaturesGetCommand::json).toList()));
      } else {
        all.forEach(rows -> print(call, rows));
      }
      return 0;
    }
  }

  /** The views that a name means: one, or all of an entity. */
  private List<String> views(List<FeatureView> declared) {
    List<String> ofEntity =
        declared.stream()
            .filter(view -> view.spec().entity().equals(name))
            .map(FeatureView::name)
            .sorted()
            .toList();
    if (declared.stream().anyMatch(view -> view.name().equals(name))) {
      return List.of(name);
    }
    if (ofEntity.isEmpty()) {
      TreeSet<String> known = new TreeSet<>();
      for (FeatureView view : declared) {
        known.add(view.name());
        known.add(view.spec().entity());
      }
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot read features of '%s': the project has no feature view or entity of that name."
              .formatted(name),
          known.isEmpty()
              ? "Declare a view in features/" + name + ".yaml."
              : Names.suggest(name, known));
    }
    return ofEntity;
  }

  private OnlineRows read(OnlineFeatures features, String view) {
    ViewLayout layout = features.layout(view);
    EntityKey entity = KeyText.read(layout, key);
    return features.read(layout, List.of(entity));
  }

  private static ViewJson json(OnlineRows rows) {
    List<Field> fields = rows.layout().features().fields();
    List<ValueJson> values = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      if (rows.layout().isTold(i)) {
        values.add(new ValueJson(fields.get(i).name(), rows.value(0, i), rows.status(0, i).name()));
      }
    }
    return new ViewJson(
        rows.layout().id().view(),
        rows.layout().id().build(),
        rows.status(0).name(),
        rows.eventTime(0),
        rows.completeTo(),
        rows.staleness().map(age -> age.toMillis() / 1_000.0),
        rows.rememberedAt(),
        values);
  }

  private void print(Invocation call, OnlineRows rows) {
    call.console()
        .out()
        .write(
            "%s %s: %s%n".formatted(rows.layout().id().view(), String.join(" ", key), state(rows)));
    List<Field> fields = rows.layout().features().fields();
    List<List<@Nullable Object>> lines = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      if (!rows.layout().isTold(i)) {
        continue;
      }
      Object value = rows.value(0, i);
      lines.add(
          Arrays.<@Nullable Object>asList(
              fields.get(i).name(),
              value == null ? null : ValueText.of(value),
              rows.status(0, i).name()));
    }
    new TextTable(call.console().outLook(), Integer.MAX_VALUE)
        .write(COLUMNS, lines, call.console().out());
  }

  private static String state(OnlineRows rows) {
    StringBuilder text = new StringBuilder(rows.status(0).name());
    rows.eventTime(0).ifPresent(time -> text.append(", newest row at ").append(time));
    rows.staleness().ifPresent(age -> text.append(", complete up to ").append(age(age)));
    rows.rememberedAt()
        .ifPresent(
            time ->
                text.append("; the store does not answer, this is what it said at ").append(time));
    return text.toString();
  }

  private static String age(Duration age) {
    return Quantity.seconds(age.toMillis() / 1_000.0) + " ago";
  }
}
