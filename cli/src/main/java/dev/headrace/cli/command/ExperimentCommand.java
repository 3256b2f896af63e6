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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code headrace experiment}: lists experiments, those that flags assign and those analysed. */
@Command(
    name = "experiment",
    description = "list the experiments, analyze or stop one, or explain an assignment",
    subcommands = {
      ExperimentAnalyzeCommand.class,
      ExplainBucketCommand.class,
      StopExperimentCommand.class,
      StartExperimentCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  headrace experiment",
      "  headrace experiment analyze checkout_test",
      "  headrace experiment explain-bucket checkout_test user-17",
      "  headrace experiment stop checkout_test --reason \"errors since noon\""
    })
final class ExperimentCommand implements Action {
  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.unassigned("experiment", Type.Primitive.STRING),
              Field.unassigned("state", Type.Primitive.STRING),
              Field.unassigned("variants", Type.Primitive.STRING),
              Field.unassigned("goal", Type.Primitive.STRING)));

  /**
   * @param state running or stopped where a flag of the project assigns it
   */
  private record ExperimentJson(
      String experiment, Optional<String> state, List<String> variants, List<String> goal) {}

  private record ListJson(List<ExperimentJson> experiments) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      List<ExperimentJson> experiments = experiments(headrace);
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
                          one.state().orElse(null),
                          String.join(", ", one.variants()),
                          String.join(", ", one.goal())))
              .toList();
      new TextTable(call.console().outLook(), Integer.MAX_VALUE)
          .write(COLUMNS, rows, call.console().out());
      return 0;
    }
  }

  private static List<ExperimentJson> experiments(Headrace headrace) {
    Set<String> assigned = Set.copyOf(headrace.flags().experiments());
    Set<String> stopped = headrace.ledger().stops().now();
    Map<String, ExperimentSpec> declared = new LinkedHashMap<>();
    for (Asset asset : Experiments.of(headrace.graph())) {
      declared.put(asset.name(), (ExperimentSpec) asset.declaration().spec());
    }
    Set<String> names = new TreeSet<>(assigned);
    names.addAll(declared.keySet());
    List<ExperimentJson> experiments = new ArrayList<>();
    for (String name : names) {
      Optional<ExperimentSpec> spec = Optional.ofNullable(declared.get(name));
      experiments.add(
          new ExperimentJson(
              name,
              assigned.contains(name)
                  ? Optional.of(stopped.contains(name) ? "stopped" : "running")
                  : Optional.empty(),
              spec.map(one -> List.copyOf(one.variants().keySet())).orElse(List.of()),
              spec.map(one -> one.metrics().goal()).orElse(List.of())));
    }
    return experiments;
  }
}
