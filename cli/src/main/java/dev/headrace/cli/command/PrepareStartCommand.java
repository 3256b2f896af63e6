package dev.headrace.cli.command;

import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.Look;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/**
 * {@code headrace prepare-start}: does once, in a small project of its own, what most commands do,
 * while the JVM writes down which classes that takes. The launcher runs it once per build and JDK.
 */
@Command(
    name = "prepare-start",
    hidden = true,
    description = "used by the launcher to prepare classes for a fast start")
final class PrepareStartCommand implements Action {
  private static final List<List<String>> JOURNEY =
      List.of(
          List.of("plan"),
          List.of("run"),
          List.of("run", "--json"),
          List.of("plan"),
          List.of("plan", "--json"),
          List.of("sql", "select 1 as one"),
          List.of("sql", "select * from spent order by customer", "--format", "json"),
          List.of("ls"),
          List.of("lineage", "spent"),
          List.of("history"),
          List.of("checks"),
          List.of("doctor", "--json"));

  @Override
  public int run(Invocation call) throws Exception {
    RootCommand.parser(Look.plain(true)).usage(new PrintWriter(Writer.nullWriter()));
    Path project =
        Files.createTempDirectory(call.ambient().temporaryDirectory(), "headrace-prepare-start");
    try {
      write(project);
      for (List<String> command : JOURNEY) {
        go(call, project, command);
      }
      return 0;
    } finally {
      delete(project);
    }
  }

  private static void write(Path project) throws IOException {
    for (String folder : List.of("sources", "tables", "data")) {
      Files.createDirectory(project.resolve(folder));
    }
    Files.writeString(project.resolve("headrace.yaml"), "name: prepare-start\n");
    Files.writeString(
        project.resolve("data/orders.csv"),
        """
        order_id,customer,total,ordered_at
        1,Ada,12.50,2026-03-01T10:00:00
        2,Alan,7.00,2026-03-02T11:30:00
        3,Ada,nothing,2026-03-02T12:00:00
        """);
    Files.writeString(
        project.resolve("sources/orders.yaml"),
        """
        files: data/*.csv
        columns: {total: "decimal(12,2)", ordered_at: timestamp}
        key: [order_id]
        time: ordered_at
        max-rejected: 50%
        checks: [{not-null: [order_id]}]
        """);
    Files.writeString(
        project.resolve("tables/spent.sql"),
        """
        /*---
        checks:
          - unique: [customer]
        ---*/
        select customer, sum(total) as total from orders group by customer
        """);
  }

  private static void go(Invocation call, Path project, List<String> command) throws Exception {
    Look look = Look.plain(true);
    Console quiet =
        new Console(OutputStream.nullOutputStream(), look, OutputStream.nullOutputStream(), look);
    quiet.json(command.contains("--json"));
    String[] args =
        Stream.concat(command.stream(), Stream.of("-p", project.toString())).toArray(String[]::new);
    CommandLine parser = RootCommand.parser(look, args);
    ParseResult parsed = parser.parseArgs(args).subcommand();
    RootCommand root = parser.getCommand();
    Action action = parsed.commandSpec().commandLine().getCommand();
    int code = action.run(new Invocation(root.global(), quiet, call.ambient(), call.interrupts()));
    if (code != 0) {
      throw new IllegalStateException(command + " ended with exit code " + code);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(directory)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
