package dev.headrace.benchmarks;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.LogSetup;
import dev.headrace.ml.learn.boosting.Boosting;
import dev.headrace.ml.learn.boosting.Growth;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.registry.ModelCard;
import dev.headrace.ml.registry.Models;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A process with memory for a million rows, in which Headrace learns from a lake table and XGBoost
 * alone from arrays, in turns: first to the model itself, then with all that {@code train} does.
 * Arguments: {@code PROJECT PARQUET FEATURES ROUNDS}; prints a line {@code model|train WALL CPU
 * WALL CPU} a round, ours and the peer's, in seconds.
 */
public final class LearningProcess {
  static final int TREES = 100;
  static final int DEPTH = 6;

  private LearningProcess() {}

  public static void main(String[] args) throws Exception {
    LogSetup.prepare(null, false);
    Path project = Path.of(args[0]);
    int features = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    Boosting.Labelled rows = rows(args[1], features);
    Growth growth =
        new Growth(
            Growth.Objective.LOGISTIC,
            1,
            TREES,
            DEPTH,
            0.1,
            0,
            1,
            1,
            1,
            1,
            0,
            0,
            256,
            List.of(),
            1,
            Runtime.getRuntime().availableProcessors());
    try (Headrace headrace = Headrace.open(project, Ambient.ofProcess(), false)) {
      Models models = headrace.models();
      ModelCard card = models.find("clicks", headrace.published("prod"));
      Samples.Work bare = () -> Boosting.grow(growth, rows, Optional.empty(), Watch.none());
      tell("model", Race.of(1, rounds, () -> models.reproduce(card, Watch.none()), bare), rounds);
      tell("train", Race.of(1, rounds, () -> Projects.train(headrace, "clicks"), bare), rounds);
    }
  }

  private static void tell(String what, Race race, int rounds) {
    for (int round = 0; round < rounds; round++) {
      System.out.printf(
          Locale.ROOT,
          "%s %f %f %f %f%n",
          what,
          race.ours().wall().get(round),
          race.ours().cpu().get(round),
          race.peer().wall().get(round),
          race.peer().cpu().get(round));
    }
  }

  /** What a program would have in memory that calls XGBoost alone. */
  private static Boosting.Labelled rows(String parquet, int features) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      int count;
      try (ResultSet result =
          statement.executeQuery("select count(*) from '" + parquet + "' where not test")) {
        result.next();
        count = result.getInt(1);
      }
      double[][] columns = new double[features + 1][count];
      try (ResultSet result =
          statement.executeQuery(
              "select * exclude (id, test) from '" + parquet + "' where not test")) {
        for (int i = 0; result.next(); i++) {
          for (int j = 0; j <= features; j++) {
            columns[j][i] = result.getDouble(j + 1);
          }
        }
      }
      List<Design.Column> made = new ArrayList<>();
      for (int j = 0; j < features; j++) {
        made.add(new Design.Column("x" + j, false, columns[j]));
      }
      return new Boosting.Labelled(new Design(count, made), columns[features], Optional.empty());
    }
  }
}
