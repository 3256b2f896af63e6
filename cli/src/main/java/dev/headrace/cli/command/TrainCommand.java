package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.BuildOptions.Extent;
import dev.headrace.core.run.RunReport;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace train}: trains a model, stale or not. */
@Command(
    name = "train",
    description = "train a model now, and tell how good it is",
    footer = {
      "",
      "'headrace run' trains what is stale; this trains in any case. What the model reads is taken",
      "as it is built. A version that its gate refuses is registered, and readers keep theirs.",
      "Examples:",
      "  headrace train churn",
      "  headrace train churn --env try_more_trees"
    })
final class TrainCommand implements Action {
  @Parameters(paramLabel = "MODEL", description = "the model")
  private String model = "";

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Models.require(headrace.graph(), model);
      RunReport report = train(call, headrace, model);
      return RunCommand.exitCode(call, report);
    }
  }

  /** Trains a model in any case, and shows what came of it. */
  static RunReport train(Invocation call, Headrace headrace, String model) {
    RunReport report =
        RunCommand.carryOut(
            call,
            headrace,
            Duration.ZERO,
            published ->
                headrace
                    .planner()
                    .plan(
                        Set.of(model),
                        published,
                        new BuildOptions(Extent.FULL_REFRESH, Optional.empty())),
            false);
    if (call.console().json()) {
      JsonOut.print(call.console(), RunCommand.json(report));
    } else {
      RunCommand.print(report, call.console());
      registered(headrace, model, report).forEach(card -> print(call, card));
    }
    return report;
  }

  /** The versions that a run has registered. */
  static Stream<ModelCard> registered(Headrace headrace, String model, RunReport report) {
    return headrace.models().registry().versions(model).stream()
        .filter(card -> card.run() == report.runId());
  }

  private static void print(Invocation call, ModelCard card) {
    call.console().out().write("\n");
    CardText.print(card, call.console());
  }
}
