package dev.headrace.cli.command;

import dev.headrace.cli.process.CliError;
import dev.headrace.spi.error.HeadraceException;
import picocli.CommandLine.Command;

/** {@code headrace audit}: whether what was told is what the lake gives. */
@Command(
    name = "audit",
    description = "compare what was served with what the lake gives",
    subcommands = AuditSkewCommand.class,
    footer = {
      "",
      "Commands:",
      "  skew [VIEW...]   served features against the point-in-time join, as of their moment"
    })
final class AuditCommand implements Action {
  @Override
  public int run(Invocation call) {
    throw new HeadraceException(
        CliError.CLI_USAGE, "Cannot audit: it is not said what.", "Write: headrace audit skew");
  }
}
