package dev.headrace.cli.command;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.compose.ProjectDirectory;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.Interrupts;
import java.nio.file.Path;

/**
 * One call of a command: everything it may use.
 *
 * @param global options every command takes
 * @param console where it prints
 * @param ambient the machine it runs on
 * @param interrupts how it hears of Ctrl-C
 */
public record Invocation(
    GlobalOptions global, Console console, Ambient ambient, Interrupts interrupts) {

  /** The directory of the project the call is about. */
  public Path projectDirectory() {
    return ProjectDirectory.find(global.project(), ambient.workingDirectory());
  }

  /** A path as the user typed it, from the directory the user is in. */
  public Path resolve(Path typed) {
    return ambient.workingDirectory().resolve(typed).normalize();
  }

  /** Opens the project the call is about; close it. */
  public Headrace open() {
    return Headrace.open(projectDirectory(), ambient, global.debug(), console::say);
  }
}
