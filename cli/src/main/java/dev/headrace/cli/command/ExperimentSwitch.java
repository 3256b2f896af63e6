package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.core.ledger.Stops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code headrace experiment start} and {@code stop} have in common. */
@Command(
    footer = {
      "",
      "It takes effect in every process that serves this project within half a second, without a",
      "restart. NAME may also be the key of a flag."
    })
abstract class ExperimentSwitch implements Action {
  @Parameters(paramLabel = "NAME", description = "an experiment, or the key of a flag")
  private String name = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "why, for those who look later")
  private String reason = "";

  private record ChangeJson(String name, boolean changed) {}

  /** Turns it; false if it stands there already. */
  abstract boolean turn(Stops stops, String name, String reason);

  /** What is said, with the name in place of {@code %s}. */
  abstract String said(boolean changed);

  @Override
  public final int run(Invocation call) {
    try (Headrace headrace = call.open()) {
      headrace.flags().require(name);
      boolean changed = turn(headrace.ledger().stops(), name, reason);
      if (call.console().json()) {
        JsonOut.print(call.console(), new ChangeJson(name, changed));
      } else {
        call.console().out().write(said(changed).replace("%s", name) + System.lineSeparator());
      }
      return 0;
    }
  }
}
