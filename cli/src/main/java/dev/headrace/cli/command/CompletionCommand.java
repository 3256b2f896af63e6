package dev.headrace.cli.command;

import dev.headrace.cli.console.Look;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code headrace completion}: the script that makes the shell complete commands and options. */
@Command(
    name = "completion",
    description = "print a completion script for bash or zsh",
    footer = {
      "",
      "Examples:",
      "  source <(headrace completion bash)",
      "  headrace completion zsh >> ~/.zshrc"
    })
final class CompletionCommand implements Action {
  enum Shell {
    BASH,
    ZSH
  }

  @Parameters(paramLabel = "bash|zsh", description = "the shell")
  private Shell shell = Shell.BASH;

  @Override
  public int run(Invocation call) {
    // The script works in both: it turns on bash completion when it finds itself in zsh.
    call.console()
        .out()
        .write(AutoComplete.bash("headrace", RootCommand.parser(Look.plain(false))));
    return 0;
  }

  /** The shell asked for. */
  Shell shell() {
    return shell;
  }
}
