package dev.headrace.cli.process;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** What can go wrong with a command before or beside the work it asks for. */
public enum CliError implements ErrorCode {
  /** A command, option or argument that does not exist, is missing or has the wrong form. */
  CLI_USAGE(ErrorKind.INVALID),
  /** No directory with a {@code headrace.yaml} here or above. */
  CLI_NO_PROJECT(ErrorKind.MISSING),
  /** Standard output refuses what is written to it, for example because the disk is full. */
  CLI_OUTPUT_FAILED(ErrorKind.EXTERNAL),
  /** A path that cannot be read or written. */
  CLI_FILE(ErrorKind.EXTERNAL),
  /** An engine that does not exist, or cannot be used for what was asked. */
  CLI_ENGINE(ErrorKind.INVALID),
  /** The heap is too small for what was asked. */
  CLI_OUT_OF_MEMORY(ErrorKind.LIMIT),
  /** A defect of Headrace. */
  CLI_INTERNAL(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  CliError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
