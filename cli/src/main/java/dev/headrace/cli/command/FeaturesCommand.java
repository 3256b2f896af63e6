package dev.headrace.cli.command;

import dev.headrace.cli.process.CliError;
import dev.headrace.spi.error.HeadraceException;
import picocli.CommandLine.Command;

/** {@code headrace features}: what can be asked of feature views. */
@Command(
    name = "features",
    description = "read features as they are served",
    subcommands = FeaturesGetCommand.class)
final class FeaturesCommand implements Action {
  @Override
  public int run(Invocation call) {
    throw new HeadraceException(
        CliError.CLI_USAGE,
        "Cannot run 'headrace features': what to do is missing.",
        "See: headrace features --help");
  }
}
