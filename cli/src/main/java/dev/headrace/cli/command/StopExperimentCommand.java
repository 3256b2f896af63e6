package dev.headrace.cli.command;

import dev.headrace.core.ledger.Stops;
import picocli.CommandLine.Command;

/** {@code headrace experiment stop}. */
@Command(name = "stop", description = "stop an experiment: everybody gets what comes without it")
final class StopExperimentCommand extends ExperimentSwitch {
  @Override
  boolean turn(Stops stops, String name, String reason) {
    return stops.stop(name, reason);
  }

  @Override
  String said(boolean changed) {
    return changed ? "Stopped %s." : "%s was stopped already.";
  }
}
