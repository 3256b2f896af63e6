package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.run.RunReport;
import dev.headrace.ml.features.FeatureStore;
import dev.headrace.ml.features.FeatureView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace features build}: brings the latest values up to date. */
@Command(
    name = "build",
    description = "bring the latest values up to date, with all they need",
    footer = {
      "",
      "A view's latest values are a table of its name, which a plain 'headrace run' builds too.",
      "Examples:",
      "  headrace features build",
      "  headrace features build customer_activity --full-refresh"
    })
final class FeaturesBuildCommand implements Action {
  @Parameters(
      arity = "0..*",
      paramLabel = "VIEW",
      description = "feature views (default: all of them)")
  private List<String> views = List.of();

  @Option(names = "--full-refresh", description = "build from all rows, whatever is there")
  private boolean fullRefresh;

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      List<String> names =
          views.isEmpty()
              ? FeatureStore.views(headrace.graph()).stream().map(FeatureView::name).toList()
              : views;
      names.forEach(name -> FeatureStore.view(headrace.graph(), name));
      if (names.isEmpty()) {
        call.console().out().write("The project has no feature view. Declare one in features/.\n");
        return 0;
      }
      String selector = names.stream().map(name -> "+" + name).collect(Collectors.joining(","));
      BuildOptions options =
          fullRefresh
              ? new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty())
              : BuildOptions.STALE;
      RunReport report =
          RunCommand.carryOut(
              call,
              headrace,
              Duration.ZERO,
              published ->
                  headrace
                      .planner()
                      .plan(
                          headrace.select(fullRefresh ? String.join(",", names) : selector),
                          published,
                          options),
              false);
      if (call.console().json()) {
        JsonOut.print(call.console(), RunCommand.json(report));
      } else {
        RunCommand.print(report, call.console());
      }
      return RunCommand.exitCode(call, report);
    }
  }
}
