package dev.headrace.cli.command;

import dev.headrace.cli.compose.ExampleFiles;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.compose.ProjectDirectory;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.JsonOut;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.console.Quantity;
import dev.headrace.cli.console.TextTable;
import dev.headrace.cli.process.CliError;
import dev.headrace.core.run.RunReport;
import dev.headrace.decisions.adworld.AdWorldReport;
import dev.headrace.decisions.adworld.AdWorldSpec;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace demo}: a whole project, from simulated raw files to figures that are true. */
@Command(
    name = "demo",
    description = "simulate an ad world, run a whole project on it, show the result",
    footer = {
      "",
      "The same command again keeps what is there: it builds what is stale and shows the figures.",
      "Examples:",
      "  headrace demo",
      "  headrace demo big --people 20000 --days 28"
    })
final class DemoCommand implements Action {
  private static final List<String> FIGURES =
      List.of("impressions", "clicks", "conversions", "revenue_usd", "spend_usd");

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "headrace-demo",
      description = "where the project goes (default: headrace-demo)")
  private Path directory = Path.of("headrace-demo");

  @Option(names = "--people", paramLabel = "N", defaultValue = "2000", description = "inhabitants")
  private long people;

  @Option(names = "--days", paramLabel = "D", defaultValue = "14", description = "UTC days")
  private int days;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "7", description = "which world")
  private long seed;

  /** One figure as the tables have it and as the simulator knows it. */
  private record Figure(String name, BigDecimal tables, BigDecimal truth) {
    boolean agrees() {
      return tables.compareTo(truth) == 0;
    }
  }

  private record DemoJson(String directory, Record run, List<Figure> figures) {}

  @Override
  public int run(Invocation call) throws IOException {
    Path project = call.resolve(directory);
    requireDemo(project);
    ExampleFiles.copyTo(project);
    if (!Files.exists(project.resolve("data"))) {
      AdWorldReport world =
          SimulateCommand.simulate(
              call, AdWorldSpec.of(people, days, seed), project.resolve("data"));
      tell(
          call,
          "Simulated %s in %s files, %s."
              .formatted(
                  Quantity.count(world.events(), "event"),
                  world.files().size(),
                  Quantity.bytes(world.bytes())));
    }
    try (Headrace headrace =
        Headrace.open(project, call.ambient(), call.global().debug(), call.console()::say)) {
      RunReport report =
          RunCommand.carryOut(
              call,
              headrace,
              Duration.ZERO,
              published ->
                  headrace
                      .planner()
                      .plan(headrace.select(null), published, new BuildSelection().options()),
              false);
      if (!report.succeeded()) {
        if (call.console().json()) {
          JsonOut.print(
              call.console(), new DemoJson(project.toString(), RunCommand.json(report), List.of()));
        } else {
          RunCommand.print(report, call.console());
        }
        return RunCommand.exitCode(call, report);
      }
      List<Figure> figures = figures(call, headrace, project.resolve("data/truth/totals.csv"));
      if (call.console().json()) {
        JsonOut.print(
            call.console(), new DemoJson(project.toString(), RunCommand.json(report), figures));
      } else {
        RunCommand.print(report, call.console());
        show(call, headrace, figures);
      }
      return 0;
    }
  }

  private static void tell(Invocation call, String text) {
    if (!call.console().json()) {
      call.console().out().write(text + "\n");
      call.console().flush();
    }
  }

  private void requireDemo(Path project) throws IOException {
    boolean demo =
        Files.exists(project.resolve(ProjectDirectory.MARKER))
            && Files.exists(project.resolve("sources/impressions.yaml"));
    if (demo || !Files.exists(project)) {
      return;
    }
    boolean empty = false;
    if (Files.isDirectory(project)) {
      try (Stream<Path> entries = Files.list(project)) {
        empty = entries.findAny().isEmpty();
      }
    }
    if (!empty) {
      throw new HeadraceException(
          CliError.CLI_USAGE,
          "Cannot put the demo into '%s': something else is there.".formatted(directory),
          "Name another directory: headrace demo DIR");
    }
  }

  /** Sums of the daily figures beside those of the simulator. */
  private static List<Figure> figures(Invocation call, Headrace headrace, Path truth)
      throws IOException {
    List<String> lines = Files.readAllLines(truth);
    List<String> columns = Arrays.asList(lines.getFirst().split(",", -1));
    List<BigDecimal> expected = new ArrayList<>();
    for (String figure : FIGURES) {
      int column = columns.indexOf(figure);
      expected.add(
          lines.stream()
              .skip(1)
              .map(line -> new BigDecimal(line.split(",", -1)[column]))
              .reduce(BigDecimal.ZERO, BigDecimal::add));
    }
    String sums = String.join(", ", FIGURES.stream().map(figure -> "sum(" + figure + ")").toList());
    List<Figure> figures = new ArrayList<>();
    try (Rows rows = query(call, headrace, "select " + sums + " from daily_kpis")) {
      List<@Nullable Object> row = rows.next();
      for (int i = 0; row != null && i < FIGURES.size(); i++) {
        figures.add(
            new Figure(
                FIGURES.get(i), new BigDecimal(String.valueOf(row.get(i))), expected.get(i)));
      }
    }
    return figures;
  }

  private static Rows query(Invocation call, Headrace headrace, String sql) {
    return headrace
        .engine()
        .execute(
            headrace.userQuery(sql, () -> headrace.published(call.global().environment())),
            Watch.none());
  }

  private void show(Invocation call, Headrace headrace, List<Figure> figures) {
    Console console = call.console();
    PrintWriter out = console.out();
    out.write("\nThe last day, by campaign (table daily_kpis):\n\n");
    try (Rows rows =
        query(
            call,
            headrace,
            "select campaign, impressions, clicks, round(100 * ctr, 2) as ctr_pct, conversions,"
                + " round(100 * cvr, 1) as cvr_pct, round(revenue_usd, 2) as revenue_usd,"
                + " round(spend_usd, 2) as spend_usd, round(roas, 1) as roas from daily_kpis"
                + " where day = (select max(day) from daily_kpis) order by impressions desc")) {
      new TextTable(console.outLook(), 50).write(rows, out);
    }
    out.write("\nAll days, beside what the simulator knows to be true (data/truth):\n\n");
    Look look = console.outLook();
    for (Figure figure : figures) {
      out.write(
          "  %s %-12s %14s  %s%n"
              .formatted(
                  figure.agrees()
                      ? look.paint(Look.Paint.GOOD, look.draw("✓", "ok"))
                      : look.paint(Look.Paint.BAD, look.draw("✗", "NO")),
                  figure.name(),
                  figure.tables().toPlainString(),
                  figure.agrees() ? "exactly" : "truth: " + figure.truth().toPlainString()));
    }
    out.write(
        """

        The project is in %1$s, its tables in %1$s/.headrace/lake. Try:
          headrace ls -p %1$s
          headrace show daily_kpis -p %1$s
          headrace lineage daily_kpis.roas -p %1$s
          headrace sql -p %1$s "select * from campaign_kpis order by roas desc"
          headrace sql -p %1$s "select reason, count(*) from impressions__rejected group by all"
        """
            .formatted(directory));
  }
}
