package dev.headrace.cli;

import dev.headrace.cli.console.Console;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.Interrupts;
import java.util.Locale;

/** The process: asks the machine for everything ambient, runs one command line, exits. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Libraries that forget to name a locale must not change what they do with the user's.
    Locale.setDefault(Locale.ROOT);
    Ambient ambient = Ambient.ofProcess();
    Console console = Console.ofProcess(ambient);
    Interrupts interrupts =
        new Interrupts(
            () -> console.say("Stopping; what is finished is kept. Once more to stop at once."),
            Runtime.getRuntime()::halt);
    interrupts.install();
    // Threads of libraries may linger; the command is over when it says so.
    System.exit(new CommandRunner(ambient, console, interrupts).run(args));
  }
}
