package dev.headrace.benchmarks;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.spark.SparkJars;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The same statements through Headrace's engine and through a Spark of one's own, both warm, both
 * with two processors and the same memory, reading the same Parquet files and writing Parquet.
 */
final class SparkOverhead implements Benchmark {
  /** About a million events in two weeks. */
  private static final int PEOPLE = 3_700;

  private static final double ASKED = 1.10;

  /** Those of the example that Spark takes word by word: scans, a join of facts, many counts. */
  private static final List<String> TABLES = List.of("dim_device", "dirt", "daily_kpis");

  /** By-day tables with all days in them. */
  private static final List<String> BY_DAY = List.of("fct_impressions", "win_rate");

  private static final String MEMORY = "2g";

  @Override
  public String name() {
    return "spark-overhead";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    AdsTables ads = AdsTables.load(workspace, PEOPLE);
    Race race = race(workspace, ads, workspace.rounds());
    ads.delete();
    return List.of(
        new Result(
            "five statements of `examples/ads` through Headrace on Spark, warm",
            "<= 1.10x the same SQL in a Spark of one's own",
            race.ours().text(),
            race.peer().text(),
            race.text(),
            race.ratio() <= ASKED,
            List.of("the processor time beside the ratio is this process's, not the drivers'")));
  }

  private static Race race(Workspace workspace, AdsTables ads, int rounds) throws Exception {
    ads.build(
        "engine: {spark: {master: 'local[2]', conf: {spark.driver.memory: " + MEMORY + "}}}\n");
    List<String> statements = new ArrayList<>();
    for (String table : TABLES) {
      statements.add(ads.sql(table));
    }
    for (String table : BY_DAY) {
      statements.add(
          ads.sql(table)
              .replace("$from", "timestamp '2000-01-01 00:00:00'")
              .replace("$to", "timestamp '2100-01-01 00:00:00'"));
    }
    Path out = workspace.fresh("overhead");
    try (Headrace headrace = AdsTables.open(ads.project());
        Plain plain = Plain.start(workspace, out)) {
      List<Query> queries =
          statements.stream()
              .map(sql -> headrace.userQuery(sql, () -> headrace.published("prod")))
              .toList();
      for (Query query : queries) {
        plain.name(query.relations());
      }
      Path inside = Files.createDirectories(ads.project().resolve("overhead"));
      return Race.of(
          2,
          rounds,
          () -> {
            for (Query query : queries) {
              write(headrace.engine(), query, inside);
            }
          },
          () -> {
            for (String statement : statements) {
              plain.write(statement);
            }
          });
    }
  }

  private static void write(SqlEngine engine, Query query, Path directory) throws IOException {
    int[] id = {0};
    Schema schema =
        new Schema(
            engine.describe(query).fields().stream()
                .map(field -> new Field(++id[0], field.name(), field.type()))
                .toList());
    WriteTarget target = new WriteTarget(directory, "out", schema, Optional.empty());
    for (var file : engine.write(query, target, Watch.none())) {
      Files.delete(Path.of(file.path()));
    }
  }

  /** A Spark without Headrace. */
  private record Plain(Process process, BufferedReader answers, PrintStream questions, Path out)
      implements AutoCloseable {
    static Plain start(Workspace workspace, Path out) throws IOException {
      Path source = out.resolve("PlainSpark.java");
      try (InputStream text = SparkOverhead.class.getResourceAsStream("PlainSpark.java")) {
        Files.copy(Objects.requireNonNull(text), source);
      }
      List<Path> jars = new SparkJars(workspace.directory().resolve("cache"), _ -> {}).all();
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      for (String opened :
          List.of(
              "java.lang",
              "java.lang.invoke",
              "java.nio",
              "java.util",
              "java.util.concurrent",
              "sun.nio.ch",
              "sun.util.calendar")) {
        command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
      }
      command.addAll(List.of("-Xmx" + MEMORY, "-Duser.timezone=UTC", "-cp"));
      command.add(
          jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
      command.add(source.toString());
      Process process =
          new ProcessBuilder(command).redirectError(out.resolve("spark.log").toFile()).start();
      Plain plain =
          new Plain(
              process,
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
              new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8),
              out);
      plain.await();
      return plain;
    }

    void name(Map<String, Relation> relations) throws IOException {
      for (var relation : new TreeMap<>(relations).entrySet()) {
        if (relation.getValue() instanceof Relation.Files files) {
          ask("view " + relation.getKey() + " " + String.join(" ", files.files()));
        }
      }
    }

    void write(String sql) throws IOException {
      String line =
          sql.lines().map(l -> l.replaceFirst("--.*$", "")).collect(Collectors.joining(" "));
      ask("run " + out.resolve("written") + " " + line);
    }

    private void ask(String line) throws IOException {
      questions.println(line);
      await();
    }

    private void await() throws IOException {
      if (!"done".equals(answers.readLine())) {
        throw new IllegalStateException(Files.readString(out.resolve("spark.log")));
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
