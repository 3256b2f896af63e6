package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.decisions.assignment.FlagSet;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code headrace experiment}: lists experiments and whether they run. */
@Command(
    name = "experiment",
    description = "list the experiments, stop one, or explain an assignment",
    subcommands = {
      ExplainBucketCommand.class,
      StopExperimentCommand.class,
      StartExperimentCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  headrace experiment",
      "  headrace experiment explain-bucket checkout_test user-17",
      "  headrace experiment stop checkout_test --reason \"errors since noon\""
    })
final class ExperimentCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("experiment", Type.Primitive.STRING),
              Field.unassigned("state", Type.Primitive.STRING)));

  private record ExperimentJson(String experiment, String state) {}

  private record ListJson(List<ExperimentJson> experiments) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      FlagSet flags = headrace.flags();
      Set<String> stopped = headrace.ledger().stops().now();
      List<ExperimentJson> experiments =
          flags.experiments().stream()
              .map(
                  name -> new ExperimentJson(name, stopped.contains(name) ? "stopped" : "running"))
              .toList();
      if (call.console().json()) {
        JsonOut.print(call.console(), new ListJson(experiments));
        return 0;
      }
      List<List<@Nullable Object>> rows =
          experiments.stream()
              .map(one -> Arrays.<@Nullable Object>asList(one.experiment(), one.state()))
              .toList();
      new TextTable(call.console().outLook(), Integer.MAX_VALUE)
          .write(COLUMNS, rows, call.console().out());
      return 0;
    }
  }
}
