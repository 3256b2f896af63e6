package dev.headrace.cli.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes, before or after its name. */
public final class GlobalOptions {
  @Option(
      names = {"-p", "--project"},
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      order = 90,
      description = "project directory (default: the nearest above with a headrace.yaml)")
  private @Nullable Path project;

  @Option(
      names = "--env",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      order = 91,
      defaultValue = "prod",
      description = "environment to read and publish (default: prod)")
  private String environment = "prod";

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      order = 92,
      description = "print exactly one JSON document")
  private boolean json;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      order = 93,
      description = "show stack traces and what libraries log")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      order = 94,
      description = "show this help")
  private boolean help;

  /** The project directory as typed; null when it was not. */
  public @Nullable Path project() {
    return project;
  }

  /** The environment's name. */
  public String environment() {
    return environment;
  }

  /** Whether exactly one JSON document is wanted. */
  public boolean json() {
    return json;
  }

  /** Whether stack traces are wanted. */
  public boolean debug() {
    return debug;
  }

  /** Whether only the help was asked for. */
  public boolean help() {
    return help;
  }
}
