package dev.headrace.cli.command;

import dev.headrace.cli.console.Look;
import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code headrace prepare-start}: walks through what most commands do first, while the JVM writes
 * down which classes that takes. The launcher runs it once per build and JDK.
 */
@Command(
    name = "prepare-start",
    hidden = true,
    description = "used by the launcher to prepare classes for a fast start")
final class PrepareStartCommand implements Action {
  @Override
  public int run(Invocation call) {
    CommandLine parser = RootCommand.parser(Look.plain(true));
    parser.parseArgs("doctor", "--json");
    parser.usage(new PrintWriter(Writer.nullWriter()));
    return new DoctorCommand().run(call);
  }
}
