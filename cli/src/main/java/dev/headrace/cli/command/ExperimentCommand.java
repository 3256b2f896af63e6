package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.graph.Asset;
import dev.headrace.decisions.experiments.ExperimentSpec;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code headrace experiment}: lists the experiments of the project. */
@Command(
    name = "experiment",
    description = "list the experiments, or analyze one",
    subcommands = {ExperimentAnalyzeCommand.class},
    footer = {
      "", "Examples:", "  headrace experiment", "  headrace experiment analyze new_checkout"
    })
final class ExperimentCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("name", Type.Primitive.STRING),
              Field.unassigned("variants", Type.Primitive.STRING),
              Field.unassigned("goal", Type.Primitive.STRING),
              Field.unassigned("description", Type.Primitive.STRING)));

  private record ExperimentJson(String name, List<String> variants, List<String> goal) {}

  private record ListJson(List<ExperimentJson> experiments) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      List<Asset> experiments = Experiments.of(headrace.graph());
      if (call.console().json()) {
        JsonOut.print(
            call.console(),
            new ListJson(
                experiments.stream()
                    .map(
                        asset ->
                            new ExperimentJson(
                                asset.name(),
                                List.copyOf(spec(asset).variants().keySet()),
                                spec(asset).metrics().goal()))
                    .toList()));
        return 0;
      }
      List<List<@Nullable Object>> rows =
          experiments.stream()
              .map(
                  asset ->
                      Arrays.<@Nullable Object>asList(
                          asset.name(),
                          String.join(", ", spec(asset).variants().keySet()),
                          String.join(", ", spec(asset).metrics().goal()),
                          spec(asset).description()))
              .toList();
      new TextTable(call.console().outLook(), Integer.MAX_VALUE)
          .write(COLUMNS, rows, call.console().out());
      return 0;
    }
  }

  private static ExperimentSpec spec(Asset asset) {
    return (ExperimentSpec) asset.declaration().spec();
  }
}
