package dev.headrace.cli;

import dev.headrace.cli.command.Action;
import dev.headrace.cli.command.GlobalOptions;
import dev.headrace.cli.command.Invocation;
import dev.headrace.cli.command.RootCommand;
import dev.headrace.cli.command.Version;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.compose.ProjectDirectory;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.ErrorText;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.OutputClosed;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.CliError;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.cli.process.LogFile;
import dev.headrace.cli.process.LogSetup;
import dev.headrace.spi.error.HeadraceException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs one command line; every way it can end becomes text and an exit code here, and only here.
 */
public final class CommandRunner {
  private static final int CANCELLED = 130;

  /** What the shell reports for any program whose reader went away: 128 + SIGPIPE. */
  private static final int READER_GONE = 141;

  private final Ambient ambient;
  private final Console console;
  private final Interrupts interrupts;

  public CommandRunner(Ambient ambient, Console console, Interrupts interrupts) {
    this.ambient = ambient;
    this.console = console;
    this.interrupts = interrupts;
  }

  /**
   * Runs the command that {@code args} spell.
   *
   * @return the exit code of the process
   */
  public int run(String... args) {
    List<String> options = Arrays.asList(args).subList(0, endOfOptions(args));
    boolean debug = options.contains("--debug");
    console.json(options.contains("--json"));
    try {
      int code = runUnguarded(args);
      console.flush();
      return code;
    } catch (OutputClosed e) {
      return READER_GONE;
    } catch (Throwable e) { // Whatever it is, the user is told by the rules.
      try {
        int code = told(rootOf(e), debug);
        console.flush();
        return code;
      } catch (OutputClosed closed) {
        return READER_GONE;
      } catch (HeadraceException unwritable) {
        console.json(false); // Standard output itself is broken: standard error is left.
        new ErrorText(console, debug).print(unwritable);
        return unwritable.code().kind().exitCode();
      }
    }
  }

  private static int endOfOptions(String[] args) {
    int end = Arrays.asList(args).indexOf("--");
    return end < 0 ? args.length : end;
  }

  private int runUnguarded(String... args) throws Exception {
    CommandLine parser = RootCommand.parser(console.outLook(), args);
    ParseResult parsed = parser.parseArgs(args);
    RootCommand root = parser.getCommand();
    GlobalOptions global = root.global();
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    if (root.version()) {
      printVersion();
      return 0;
    }
    if (global.help()) {
      command.usage(console.out());
      return 0;
    }
    if (command.getCommand() instanceof Action action) {
      LogSetup.prepare(null, global.debug());
      return action.run(new Invocation(global, console, ambient, interrupts));
    }
    if (args.length == 0) {
      command.usage(console.out());
      return 0;
    }
    throw new HeadraceException(
        CliError.CLI_USAGE,
        "Cannot run '%s': a command is missing."
            .formatted(command.getCommandSpec().qualifiedName()),
        "See: %s --help".formatted(command.getCommandSpec().qualifiedName()));
  }

  private void printVersion() {
    if (console.json()) {
      JsonOut.print(console, Map.of("version", Version.current()));
    } else {
      console.out().write("headrace " + Version.current() + "\n");
    }
  }

  /**
   * Tells the user how the command ended.
   *
   * @return the exit code
   */
  int told(Throwable end, boolean debug) {
    ErrorText text = new ErrorText(console, debug);
    return switch (end) {
      case HeadraceException e -> {
        text.print(e);
        yield e.code().kind().exitCode();
      }
      case ParameterException e -> {
        text.print(usage(e));
        yield CliError.CLI_USAGE.kind().exitCode();
      }
      case CancellationException e -> cancelled();
      case InterruptedException e -> cancelled();
      case OutOfMemoryError e -> {
        text.print(
            new HeadraceException(
                CliError.CLI_OUT_OF_MEMORY,
                "Cannot go on: the Java heap of %d MiB is full (%s)."
                    .formatted(Runtime.getRuntime().maxMemory() >> 20, e.getMessage()),
                "Give it more, for example: HEADRACE_OPTS=-Xmx4g headrace ...",
                e));
        yield CliError.CLI_OUT_OF_MEMORY.kind().exitCode();
      }
      case FileSystemException e -> told(e, text);
      case UncheckedIOException e when e.getCause() instanceof FileSystemException file ->
          told(file, text);
      default -> {
        text.print(defect(end));
        yield CliError.CLI_INTERNAL.kind().exitCode();
      }
    };
  }

  /** A path that cannot be written, or has gone, is no defect. */
  private static int told(FileSystemException e, ErrorText text) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> "it, or its directory, is not there";
          case AccessDeniedException _ -> "access is denied";
          case NotDirectoryException _ -> "a part of its path is a file";
          case FileAlreadyExistsException _ -> "a file of that name is in the way";
          default -> e.getReason() == null ? "the system refuses it" : e.getReason();
        };
    text.print(
        new HeadraceException(
            CliError.CLI_FILE,
            "Cannot use '%s': %s.".formatted(e.getFile(), reason),
            "Check the path, its rights, and whether the file system may be written.",
            e));
    return CliError.CLI_FILE.kind().exitCode();
  }

  private int cancelled() {
    if (console.takeBackResult() && !console.json()) {
      console.say("Stopped. The same command goes on from here.");
    }
    return interrupts.exitCode() == 0 ? CANCELLED : interrupts.exitCode();
  }

  private HeadraceException defect(Throwable thrown) {
    Path log =
        ProjectDirectory.nearest(ambient.workingDirectory())
            .map(project -> Headrace.logFile(project, ambient))
            .orElse(ambient.homeDirectory().resolve(".local/state/headrace/headrace.log"));
    String hint;
    try {
      new LogFile(log).append(ambient.clock().instant(), "headrace " + Version.current(), thrown);
      hint = "This is a defect of Headrace; please report it with the stack trace in " + log;
    } catch (UncheckedIOException e) {
      hint = "This is a defect of Headrace; please report it with the output of --debug";
    }
    return new HeadraceException(
        CliError.CLI_INTERNAL, "Cannot finish the command: %s.".formatted(thrown), hint, thrown);
  }

  private static HeadraceException usage(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String hint = "See: " + command + " --help";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      boolean option = word.startsWith("-");
      if (!option && e.getCommandLine().getCommandSpec().optionsMap().containsKey("--select")) {
        hint = "To choose an asset: %s --select %s".formatted(command, word);
      }
      List<String> nearest = unmatched.getSuggestions();
      return new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot understand '%s': there is no such %s."
              .formatted(
                  word,
                  option
                      ? "option"
                      : e.getCommandLine().getSubcommands().isEmpty() ? "argument" : "command"),
          nearest.isEmpty() ? hint : "Did you mean '%s'? %s".formatted(nearest.getFirst(), hint),
          e);
    }
    String reason = String.valueOf(e.getMessage());
    return new HeadraceException(
        CliError.CLI_USAGE,
        "Cannot run '%s': %s.".formatted(command, reason.replaceFirst("\\.$", "")),
        hint,
        e);
  }

  /** What was thrown, without the wrappers that carry it between threads. */
  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root instanceof CompletionException || root instanceof ExecutionException) {
      @Nullable Throwable cause = root.getCause();
      if (cause == null) {
        break;
      }
      root = cause;
    }
    return root;
  }
}
