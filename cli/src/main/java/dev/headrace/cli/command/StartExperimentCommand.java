package dev.headrace.cli.command;

import dev.headrace.core.ledger.Stops;
import picocli.CommandLine.Command;

/** {@code headrace experiment start}. */
@Command(
    name = "start",
    description = "let a stopped experiment run again, with the same variants for everybody")
final class StartExperimentCommand extends ExperimentSwitch {
  @Override
  boolean turn(Stops stops, String name, String reason) {
    return stops.start(name, reason);
  }

  @Override
  String said(boolean changed) {
    return changed ? "Started %s." : "%s was not stopped.";
  }
}
