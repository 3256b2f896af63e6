package dev.headrace.cli.command;

import dev.headrace.cli.compose.Engines;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.Quantity;
import dev.headrace.data.portability.PortabilityReport;
import dev.headrace.data.portability.PortabilityReport.Finding;
import dev.headrace.data.portability.PortabilityRule.Level;
import dev.headrace.data.tables.TableColumns;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.error.Problem;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headrace check}: whether the project's files are right, without running anything. */
@Command(
    name = "check",
    description = "check the project's files, and whether they suit another engine",
    footer = {
      "",
      "Reads declarations and SQL, no row. Statements, checks and metrics are bound to the columns of",
      "what they read as far as the sources were loaded before. With --engine it names the tables",
      "that leave the SQL that is the same on every engine, with place and remedy.",
      "Exit code 2 when a file is wrong or a table leaves that SQL."
    })
final class CheckCommand implements Action {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "engine that the tables shall suit: duckdb, spark")
  private @Nullable String engine;

  private record ProblemJson(String file, int line, int column, String message, String hint) {}

  private record FindingJson(
      String table,
      String file,
      int line,
      int column,
      String construct,
      Level level,
      String why,
      String instead) {}

  private record PortabilityJson(
      String engine, List<String> leaving, List<FindingJson> findings, List<String> untyped) {}

  private record CheckJson(
      int assets, List<ProblemJson> problems, @Nullable PortabilityJson portability) {}

  @Override
  public int run(Invocation call) {
    if (engine != null) {
      Engines.require(engine);
    }
    try (Headrace headrace = call.open()) {
      int assets = headrace.graph().assets().size();
      TableColumns columns = headrace.engineChange().columns(call.global().environment());
      List<Problem> problems = new ArrayList<>();
      // What another engine runs may call functions that DuckDB does not have.
      if (headrace.engineName().equals(Engines.DUCKDB)) {
        problems.addAll(columns.problems());
        problems.addAll(
            headrace
                .metrics(headrace.publishedOrNew(call.global().environment()))
                .problems(columns.byTable()));
      }
      PortabilityReport portability =
          engine == null || engine.equals(Engines.DUCKDB)
              ? null
              : headrace.engineChange().portability(columns);
      if (call.console().json()) {
        JsonOut.print(call.console(), json(assets, problems, portability));
      } else {
        print(assets, problems, portability, call.console());
      }
      boolean right = problems.isEmpty() && (portability == null || portability.isPortable());
      return right ? 0 : ErrorKind.INVALID.exitCode();
    }
  }

  private void print(
      int assets,
      List<Problem> problems,
      @Nullable PortabilityReport portability,
      Console console) {
    PrintWriter out = console.out();
    Look look = console.outLook();
    for (Problem problem : problems) {
      out.write(
          "%s %s: %s%n%s"
              .formatted(
                  look.paint(Look.Paint.BAD, "wrong"),
                  problem.location(),
                  problem.message(),
                  problem.hint().isEmpty() ? "" : "    " + problem.hint() + "\n"));
    }
    if (portability != null) {
      print(portability, out, look);
    }
    out.write(
        problems.isEmpty()
            ? "%s, nothing wrong.%n".formatted(Quantity.count(assets, "asset"))
            : "%s, %s.%n"
                .formatted(
                    Quantity.count(assets, "asset"), Quantity.count(problems.size(), "problem")));
  }

  private void print(PortabilityReport portability, PrintWriter out, Look look) {
    for (Finding finding : portability.findings()) {
      boolean leaves = finding.level() == Level.LEAVES;
      out.write(
          "%s %s: %s. %s%n%s"
              .formatted(
                  look.paint(
                      leaves ? Look.Paint.BAD : Look.Paint.DIM, leaves ? "leaves " : "depends"),
                  finding.location(),
                  finding.construct(),
                  finding.why(),
                  finding.instead().isEmpty() ? "" : "    write " + finding.instead() + "\n"));
    }
    if (!portability.untyped().isEmpty()) {
      out.write(
          "Types were not looked at in %s, whose sources were never loaded: %s%n"
              .formatted(
                  Quantity.count(portability.untyped().size(), "table"),
                  String.join(", ", portability.untyped())));
    }
    List<String> leaving = portability.leaving();
    long depends = portability.findings().stream().filter(f -> f.level() == Level.DEPENDS).count();
    out.write(
        (leaving.isEmpty()
                ? "%d of %s leave the SQL that DuckDB and %s share"
                : "%d of %s leave the SQL that DuckDB and %s share: " + String.join(", ", leaving))
            .formatted(leaving.size(), Quantity.count(portability.tables(), "table"), engine));
    out.write(
        depends == 0
            ? ".\n"
            : "; %s on what the data hold.%n"
                .formatted(
                    depends == 1 ? "1 place depends" : "%d places depend".formatted(depends)));
  }

  private CheckJson json(
      int assets, List<Problem> problems, @Nullable PortabilityReport portability) {
    return new CheckJson(
        assets,
        problems.stream()
            .map(
                problem -> {
                  Location at = problem.location();
                  return new ProblemJson(
                      at.file(), at.line(), at.column(), problem.message(), problem.hint());
                })
            .toList(),
        portability == null || engine == null
            ? null
            : new PortabilityJson(
                engine,
                portability.leaving(),
                portability.findings().stream()
                    .map(
                        finding ->
                            new FindingJson(
                                finding.table(),
                                finding.location().file(),
                                finding.location().line(),
                                finding.location().column(),
                                finding.construct(),
                                finding.level(),
                                finding.why(),
                                finding.instead()))
                    .toList(),
                portability.untyped()));
  }
}
