package dev.headrace.cli.command;

import dev.headrace.cli.console.Look;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code headrace}: the list of all commands and what they have in common. */
@Command(
    name = "headrace",
    synopsisSubcommandLabel = "<command>",
    description = "From raw events to decisions: one project, one graph, one process.%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  headrace demo                                      a whole project, simulated",
      "  headrace init shop --from orders.csv events.jsonl  a project from your own files",
      "  headrace run -p shop                               build what is stale",
      "  headrace sql -p shop \"select * from orders\"        ask",
      "",
      "Every command explains itself: headrace <command> --help"
    })
public final class RootCommand {
  /** A heading of the help and the commands below it, by name. */
  private record Group(String title, Map<String, Supplier<Action>> commands) {}

  /** Every command there is, as the help shows it. */
  private static final List<Group> GROUPS =
      List.of(
          group(
              "The project",
              Map.entry("check", CheckCommand::new),
              Map.entry("plan", PlanCommand::new),
              Map.entry("run", RunCommand::new),
              Map.entry("sql", SqlCommand::new),
              Map.entry("metrics", MetricsCommand::new),
              Map.entry("ls", LsCommand::new),
              Map.entry("show", ShowCommand::new),
              Map.entry("lineage", LineageCommand::new),
              Map.entry("history", HistoryCommand::new),
              Map.entry("checks", ChecksCommand::new),
              Map.entry("prove", ProveCommand::new),
              Map.entry("experiment", ExperimentCommand::new),
              Map.entry("compact", CompactCommand::new),
              Map.entry("gc", GcCommand::new)),
          group(
              "Features",
              Map.entry("features", FeaturesCommand::new),
              Map.entry("audit", AuditCommand::new)),
          group(
              "Models",
              Map.entry("train", TrainCommand::new),
              Map.entry("models", ModelsCommand::new),
              Map.entry("predict", PredictCommand::new)),
          group("For other programs", Map.entry("serve", ServeCommand::new)),
          group(
              "Environments and the past",
              Map.entry("env", EnvCommand::new),
              Map.entry("diff", DiffCommand::new),
              Map.entry("promote", PromoteCommand::new),
              Map.entry("rollback", RollbackCommand::new)),
          group(
              "Beginning",
              Map.entry("init", InitCommand::new),
              Map.entry("demo", DemoCommand::new),
              Map.entry("simulate", SimulateCommand::new),
              Map.entry("schema", SchemaCommand::new)),
          group(
              "The machine",
              Map.entry("doctor", DoctorCommand::new),
              Map.entry("completion", CompletionCommand::new),
              Map.entry("prepare-start", PrepareStartCommand::new)));

  @SafeVarargs
  private static Group group(String title, Map.Entry<String, Supplier<Action>>... commands) {
    Map<String, Supplier<Action>> inOrder = new LinkedHashMap<>();
    for (Map.Entry<String, Supplier<Action>> command : commands) {
      inOrder.put(command.getKey(), command.getValue());
    }
    return new Group(title, inOrder);
  }

  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Option(names = "--version", order = 95, description = "show the version")
  private boolean version;

  /** What every command takes. */
  public GlobalOptions global() {
    return global;
  }

  /** Whether only the version was asked for. */
  public boolean version() {
    return version;
  }

  /** The parser with all commands. */
  public static CommandLine parser(Look look) {
    return parser(look, GROUPS);
  }

  /**
   * The parser for one command line: where that names a command, with this command only, because
   * reading the annotations of all takes longer than most commands do.
   */
  public static CommandLine parser(Look look, String... args) {
    if (args.length == 1 && args[0].equals("--version")) {
      return parser(look, List.of());
    }
    String word = firstWord(args);
    for (Group group : GROUPS) {
      Supplier<Action> command = group.commands.get(word);
      if (command != null) {
        return parser(look, List.of(new Group(group.title, Map.of(word, command))));
      }
    }
    return parser(look);
  }

  /** The command's name where it is plain to see; with a value before it, the parser decides. */
  private static String firstWord(String... args) {
    for (String word : args) {
      if (!word.startsWith("-")) {
        return word;
      }
      if (!word.equals("--json") && !word.equals("--debug")) {
        break;
      }
    }
    return "";
  }

  private static CommandLine parser(Look look, List<Group> groups) {
    CommandLine root = new CommandLine(new RootCommand());
    Map<String, List<CommandSpec>> byTitle = new LinkedHashMap<>();
    for (Group group : groups) {
      List<CommandSpec> specs = byTitle.computeIfAbsent(group.title, title -> new ArrayList<>());
      group.commands.forEach(
          (name, command) -> {
            CommandLine line = new CommandLine(command.get());
            root.addSubcommand(name, line);
            specs.add(line.getCommandSpec());
          });
    }
    root.setColorScheme(Help.defaultColorScheme(look.colour() ? Help.Ansi.ON : Help.Ansi.OFF));
    root.setUsageHelpWidth(Math.clamp(look.width(), 60, 100));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.registerConverter(LocalDate.class, RootCommand::day);
    // A directory may be named like a command: "-p run".
    root.setAllowSubcommandsAsOptionParameters(true);
    root.getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> commandList(help, byTitle));
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    return root;
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("'" + text + "' is no day such as 2026-01-31");
    }
  }

  private static String commandList(Help help, Map<String, List<CommandSpec>> byTitle) {
    StringBuilder list = new StringBuilder();
    if (help.commandSpec().parent() != null) {
      return list.toString();
    }
    byTitle.forEach(
        (title, specs) -> {
          list.append('\n').append(help.colorScheme().text("@|bold " + title + "|@")).append('\n');
          for (CommandSpec spec : specs) {
            if (spec.usageMessage().hidden()) {
              continue;
            }
            String[] lines = spec.usageMessage().description();
            list.append(
                "  %-12s %s%n"
                    .formatted(spec.name(), lines.length == 0 ? "" : lines[0].formatted()));
          }
        });
    return list.toString();
  }
}
