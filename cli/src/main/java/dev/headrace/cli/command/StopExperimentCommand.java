package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace experiment stop}. */
@Command(
    name = "stop",
    description = "stop an experiment: everybody gets what comes without it",
    footer = {
      "",
      "It takes effect in every process that serves this project within half a second, without a",
      "restart. NAME may also be the key of a flag."
    })
final class StopExperimentCommand implements Action {
  @Parameters(paramLabel = "NAME", description = "an experiment, or the key of a flag")
  private String name = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "why, for those who look later")
  private String reason = "";

  private record ChangeJson(String name, boolean changed) {}

  @Override
  public int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      headrace.flags().require(name);
      boolean changed = headrace.ledger().stops().stop(name, reason);
      if (call.console().json()) {
        JsonOut.print(call.console(), new ChangeJson(name, changed));
      } else {
        call.console()
            .out()
            .write((changed ? "Stopped %s.%n" : "%s was stopped already.%n").formatted(name));
      }
      return 0;
    }
  }
}
