package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.TextTable;
import dev.headrace.core.graph.Asset;
import dev.headrace.decisions.experiments.Experiments;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code headrace experiment}: lists the experiments, those analyzed and those that flags run. */
@Command(
    name = "experiment",
    description = "list the experiments; plan, prove, analyze, compare or stop one",
    subcommands = {
      ExperimentAnalyzeCommand.class,
      ExperimentDiffCommand.class,
      ExperimentInterleaveCommand.class,
      ExperimentPlanCommand.class,
      ExperimentProveCommand.class,
      ExplainBucketCommand.class,
      StopExperimentCommand.class,
      StartExperimentCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  headrace experiment",
      "  headrace experiment plan new_checkout",
      "  headrace experiment prove revenue --unit user_id",
      "  headrace experiment analyze new_checkout",
      "  headrace experiment explain-bucket checkout_test user-17",
      "  headrace experiment stop checkout_test --reason \"errors since noon\""
    })
final class ExperimentCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("experiment", Type.Primitive.STRING),
              Field.unassigned("variants", Type.Primitive.STRING),
              Field.unassigned("goal", Type.Primitive.STRING),
              Field.unassigned("state", Type.Primitive.STRING),
              Field.unassigned("description", Type.Primitive.STRING)));

  /**
   * One line.
   *
   * @param state {@code running} or {@code stopped} where a flag of this project assigns its units
   */
  private record ExperimentJson(
      String experiment,
      List<String> variants,
      List<String> goal,
      @Nullable String state,
      @Nullable String description) {}

  private record ListJson(List<ExperimentJson> experiments) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      List<ExperimentJson> experiments = list(headrace);
      if (call.console().json()) {
        JsonOut.print(call.console(), new ListJson(experiments));
        return 0;
      }
      List<List<@Nullable Object>> rows =
          experiments.stream()
              .map(
                  one ->
                      Arrays.<@Nullable Object>asList(
                          one.experiment(),
                          String.join(", ", one.variants()),
                          String.join(", ", one.goal()),
                          one.state(),
                          one.description()))
              .toList();
      new TextTable(call.console().outLook(), Integer.MAX_VALUE)
          .write(COLUMNS, rows, call.console().out());
      return 0;
    }
  }

  private static List<ExperimentJson> list(Headrace headrace) {
    Set<String> assigned = new TreeSet<>(headrace.flags().experiments());
    Set<String> stopped = headrace.ledger().stops().now();
    List<ExperimentJson> found = new ArrayList<>();
    for (Asset asset : Experiments.of(headrace.graph())) {
      ExperimentSpec spec = (ExperimentSpec) asset.declaration().spec();
      found.add(
          new ExperimentJson(
              asset.name(),
              List.copyOf(spec.variants().keySet()),
              spec.metrics().goal(),
              assigned.remove(asset.name()) ? state(asset.name(), stopped) : null,
              spec.description()));
    }
    for (String name : assigned) {
      found.add(new ExperimentJson(name, List.of(), List.of(), state(name, stopped), null));
    }
    return found;
  }

  private static String state(String name, Set<String> stopped) {
    return stopped.contains(name) ? "stopped" : "running";
  }
}
