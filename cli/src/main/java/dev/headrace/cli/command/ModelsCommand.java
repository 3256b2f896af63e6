package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.graph.Asset;
import dev.headrace.core.plan.Published;
import dev.headrace.ml.registry.ModelBuilder;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.ml.registry.Registry;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code headrace models}: lists the versions of all models. */
@Command(
    name = "models",
    description = "list versions of models and their past; show, explain, compare, name, reproduce",
    subcommands = {
      ModelsShowCommand.class,
      ModelsHistoryCommand.class,
      ModelsExplainCommand.class,
      ModelsCurveCommand.class,
      ModelsDiffCommand.class,
      ModelsReproduceCommand.class,
      ModelsAliasCommand.class
    },
    footer = {
      "",
      "MODEL is the version that is shown, MODEL:3 a number, MODEL@latest the newest, MODEL@ALIAS",
      "one that was given a name.",
      "Examples:",
      "  headrace models",
      "  headrace models show churn",
      "  headrace models history churn",
      "  headrace models explain churn",
      "  headrace models curve churn",
      "  headrace models diff churn churn@latest",
      "  headrace models reproduce churn:3"
    })
final class ModelsCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("model", Type.Primitive.STRING),
              Field.unassigned("version", Type.Primitive.LONG),
              Field.unassigned("names", Type.Primitive.STRING),
              Field.unassigned("metric", Type.Primitive.STRING),
              Field.unassigned("trained", Type.Primitive.STRING),
              Field.unassigned("state", Type.Primitive.STRING)));

  private record VersionJson(
      String model,
      int version,
      List<String> names,
      String metric,
      @Nullable Double estimate,
      String trainedAt,
      String state) {}

  private record ListJson(List<VersionJson> versions) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Published published = headrace.published(call.global().environment());
      List<VersionJson> all = new ArrayList<>();
      for (Asset model : Models.of(headrace.graph())) {
        all.addAll(versions(model.name(), headrace.models().registry(), published));
      }
      if (call.console().json()) {
        JsonOut.print(call.console(), new ListJson(all));
      } else if (all.isEmpty()) {
        call.console()
            .out()
            .write("No model has been trained. Declare one in models/, then: headrace run\n");
      } else {
        new TextTable(call.console().outLook(), Integer.MAX_VALUE)
            .write(
                COLUMNS,
                all.stream()
                    .map(
                        one ->
                            Arrays.<@Nullable Object>asList(
                                one.model(),
                                (long) one.version(),
                                String.join(", ", one.names()),
                                one.metric() + " " + CardText.number(one.estimate()),
                                one.trainedAt(),
                                one.state()))
                    .toList(),
                call.console().out());
      }
      return 0;
    }
  }

  private static List<VersionJson> versions(String model, Registry registry, Published published) {
    Map<String, Integer> aliases = registry.aliases(model);
    Long shown = ModelBuilder.shown(published, model);
    List<VersionJson> versions = new ArrayList<>();
    for (ModelCard card : registry.versions(model)) {
      List<String> names = new ArrayList<>();
      boolean champion = shown != null && shown.equals(card.predictions());
      if (champion) {
        names.add(Registry.CHAMPION);
      }
      aliases.forEach(
          (alias, version) -> {
            if (version == card.version()) {
              names.add(alias);
            }
          });
      ModelCard.Score first = card.metrics().getFirst();
      versions.add(
          new VersionJson(
              model,
              card.version(),
              names,
              first.metric().word(),
              first.estimate(),
              card.createdAt(),
              champion ? "shown" : card.accepted() ? "kept" : "refused"));
    }
    return versions;
  }
}
