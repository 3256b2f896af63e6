package dev.headrace.cli.command;

import dev.headrace.cli.process.CliError;
import dev.headrace.spi.error.HeadraceException;
import picocli.CommandLine.Option;

/** How far apart two floating-point numbers may lie and count as the same. */
final class Tolerance {
  @Option(
      names = "--tolerance",
      paramLabel = "X",
      defaultValue = "1e-9",
      description =
          "relative difference of floating-point numbers that counts as none (default: 1e-9)")
  private double relative = 1e-9;

  /**
   * From 0 to below 1.
   *
   * @throws HeadraceException CLI_USAGE
   */
  double checked() {
    if (!(relative >= 0 && relative < 1)) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot compare with a tolerance of %s: it is relative, from 0 to below 1."
              .formatted(relative),
          "Leave it away for 1e-9.");
    }
    return relative;
  }
}
