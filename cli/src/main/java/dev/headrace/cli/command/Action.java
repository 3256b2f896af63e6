package dev.headrace.cli.command;

/** What a command does. */
public interface Action {
  /**
   * Does it.
   *
   * @return the exit code, 0 when all is well; failures that have a code are thrown
   */
  int run(Invocation call) throws Exception;
}
