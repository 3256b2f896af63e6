package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Look;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Plan;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headrace plan}: says what a run would build, and why. */
@Command(
    name = "plan",
    description = "say what a run would build, and why",
    footer = {"", "Runs no query and changes nothing."})
final class PlanCommand implements Action {
  @Mixin private final BuildSelection selection = new BuildSelection();

  @Option(names = "--all", description = "list the assets that are up to date too")
  private boolean all;

  private record StepJson(
      String asset, String kind, String action, String reason, List<String> warnings) {}

  private record PlanJson(List<StepJson> steps, List<String> withdrawn) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      Plan plan = selection.plan(headrace, headrace.publishedOrNew(call.global().environment()));
      if (call.console().json()) {
        JsonOut.print(call.console(), json(plan));
      } else {
        print(plan, call.console());
      }
      return 0;
    }
  }

  private static PlanJson json(Plan plan) {
    return new PlanJson(
        plan.steps().stream()
            .map(
                step ->
                    new StepJson(
                        step.asset().name(),
                        step.asset().kind().name(),
                        step.builds() ? "build" : "skip",
                        step.decision().reason(),
                        warnings(step)))
            .toList(),
        plan.realignment().withdraw().stream().sorted().toList());
  }

  private static List<String> warnings(Plan.Step step) {
    return step.decision() instanceof Decision.Build build ? build.warnings() : List.of();
  }

  private void print(Plan plan, Console console) {
    PrintWriter out = console.out();
    Look look = console.outLook();
    int width =
        plan.steps().stream().mapToInt(step -> step.asset().name().length()).max().orElse(0);
    for (Plan.Step step : plan.steps()) {
      String name = step.asset().name() + " ".repeat(width - step.asset().name().length());
      switch (step.decision()) {
        case Decision.Build build ->
            out.write(
                "%s  %s  %-8s %s  %s%n"
                    .formatted(
                        look.paint(Look.Paint.GOOD, "build"),
                        name,
                        step.asset().kind().name(),
                        build.reason(),
                        look.paint(Look.Paint.DIM, "(" + build.work() + ")")));
        case Decision.Skip skip -> {
          if (all) {
            out.write(
                look.paint(
                        Look.Paint.DIM,
                        "skip   %s  %-8s %s"
                            .formatted(name, step.asset().kind().name(), skip.reason()))
                    + "\n");
          }
        }
      }
    }
    plan.realignment().withdraw().stream()
        .sorted()
        .forEach(
            table ->
                out.write(
                    "%s  %s: nothing declares it any more%n"
                        .formatted(look.paint(Look.Paint.BAD, "withdraw"), table)));
    plan.steps().forEach(step -> RunCommand.warn(warnings(step), console));
    long skips = plan.steps().size() - plan.builds();
    out.write("%d to build, %d up to date.%n".formatted(plan.builds(), skips));
  }
}
