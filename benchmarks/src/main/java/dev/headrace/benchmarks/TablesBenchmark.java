package dev.headrace.benchmarks;

import dev.headrace.core.plan.Plan;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * 1,000 tables built from nothing, each with its lake commit and its entries in the ledger, against
 * {@code create table as} of the same SQL in a DuckDB file; then the same project, unchanged,
 * planned.
 */
final class TablesBenchmark implements Benchmark {
  private static final double ASKED = 10;
  private static final double PLAN_SECONDS = 0.150;
  private static final double COMMAND_SECONDS = 1.5;

  @Override
  public String name() {
    return "tables";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path project = workspace.fresh("thousand");
    Path raw = workspace.fresh("thousand-raw");
    ThousandTables.write(project);
    String sum = "select sum(v) from t999";
    Race race =
        Race.of(
            1,
            Math.min(workspace.rounds(), 5),
            () -> build(project),
            () -> createTables("jdbc:duckdb:" + fresh(raw).resolve("raw.db"), sum));
    Object expected = createTables("jdbc:duckdb:", sum);
    if (!Projects.ask(project, sum).toString().equals(expected.toString())) {
      throw new IllegalStateException("the last table is wrong");
    }
    Samples memory = new Samples();
    memory.time(() -> createTables("jdbc:duckdb:", sum));
    Result built =
        new Result(
            "1,000 tables built, lake commits included",
            "<= 10x raw DuckDB's `create table as`, goal 5x",
            race.ours().text(),
            race.peer().text() + " into a file",
            race.text(),
            race.ratio() <= ASKED,
            List.of("into a DuckDB in memory, kept nowhere: " + memory.text()));
    return List.of(built, planned(project, workspace.rounds()), command(workspace, project));
  }

  private static Path fresh(Path directory) throws Exception {
    Workspace.delete(directory.resolve("raw.db"));
    Workspace.delete(directory.resolve("raw.db.wal"));
    return directory;
  }

  private static void build(Path project) throws Exception {
    Workspace.delete(project.resolve(".headrace"));
    if (Projects.run(project).steps().size() != 1_000) {
      throw new IllegalStateException("tables are missing");
    }
  }

  private static Object createTables(String url, String check) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      for (ThousandTables.Table table : ThousandTables.tables()) {
        try (Statement create = connection.createStatement()) {
          create.execute("create table " + table.name() + " as " + table.sql());
        }
      }
      try (Statement ask = connection.createStatement();
          ResultSet answer = ask.executeQuery(check)) {
        answer.next();
        return answer.getObject(1);
      }
    }
  }

  /** All of the project is read again each time, as a command or a server would. */
  private static Result planned(Path project, int rounds) throws Exception {
    Samples samples = new Samples();
    for (int i = -10; i < Math.max(rounds, 15); i++) {
      Samples into = i < 0 ? new Samples() : samples;
      into.time(() -> requireUpToDate(Projects.plan(project)));
    }
    return new Result(
        "the same project unchanged, planned in a warm process",
        "<= 150 ms, no query",
        samples.text(),
        Result.NONE,
        Result.NONE,
        samples.median() <= PLAN_SECONDS,
        List.of("opens the project anew each time: 1,001 files are read, hashed and decided"));
  }

  private static void requireUpToDate(Plan plan) {
    if (plan.builds() != 0 || plan.steps().size() != 1_000) {
      throw new IllegalStateException(plan.builds() + " of " + plan.steps().size() + " are stale");
    }
  }

  private static Result command(Workspace workspace, Path project) throws Exception {
    Launcher launcher = Launcher.prepare(workspace);
    String[] plan = {"plan", "-p", project.toString()};
    if (launcher.loadsLibrary("duckdb", plan)) {
      throw new IllegalStateException("planning an unchanged project has loaded DuckDB");
    }
    Samples samples = launcher.time(workspace.rounds(), "0 to build, 1000 up to date.", plan);
    return new Result(
        "`headrace plan` of it, whole cold command",
        "<= 1.5 s, no query",
        samples.text(),
        Result.NONE,
        Result.NONE,
        samples.median() <= COMMAND_SECONDS,
        List.of(
            "DuckDB's library is not loaded (looked up in the JVM's log): nothing can have been queried"));
  }
}
