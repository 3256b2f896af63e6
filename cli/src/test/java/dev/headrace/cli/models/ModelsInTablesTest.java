package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables that ask models: built after them, stale with them. */
class ModelsInTablesTest {
  private static final String MODEL =
      """
      label: late
      from: parcels
      features: [weight, carrier]
      key: [id]
      learn: {logistic: {l2: 1}}
      split: {test: 25%}
      evaluate: {importance: false}
      """;
  private static final String SCORED =
      """
      with known as (select * from parcels where weight is not null)
      select id, predicted_late, predicted_late_probs[1].prob as p
      from ml.predict(model lateness, (select * from known))
      """;

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = ParcelsProject.of(directory, 400);
    shell.write("models/lateness.yaml", MODEL);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    Path staging = directory.resolve(".headrace/staging");
    if (Files.exists(staging)) {
      try (Stream<Path> left = Files.list(staging)) {
        assertThat(left.filter(path -> path.getFileName().toString().startsWith("ml-"))).isEmpty();
      }
    }
  }

  private String ask(String sql) throws IOException {
    return shell.json("sql", sql, "--format", "json").toString();
  }

  @Test
  void table_isBuiltAfterTheModelAndStaleWithIt() throws IOException {
    shell.write("tables/scored.sql", SCORED);
    shell.write(
        "tables/daily.sql",
        "select predicted_late, count(*) as n from scored group by all order by all");
    assertThat(shell.succeed("check")).contains("nothing wrong");
    assertThat(shell.succeed("run")).contains("4 built");
    shell.succeed("predict", "lateness", "--from", "parcels", "--to", "kept");
    assertThat(
            ask(
                "select count(*) as n, max(abs(s.p - k.prediction)) as d"
                    + " from scored s join kept k using (id)"))
        .isEqualTo("[{\"n\":355,\"d\":0.0}]");
    String all = "select * from scored order by id";
    String before = ask(all);
    assertThat(shell.succeed("plan")).contains("0 to build");
    assertThat(shell.succeed("lineage", "lateness")).contains("scored");
    assertThat(shell.succeed("show", "scored")).contains("lateness", "parcels");

    // Another version is shown: the same rows are predicted by that one.
    shell.succeed("train", "lateness");
    assertThat(shell.succeed("plan"))
        .contains("scored    table    input lateness changed")
        .contains("daily     table    input scored is built");
    shell.succeed("run");
    assertThat(shell.succeed("plan")).contains("0 to build");

    // Another definition is another table, and what reads it too.
    shell.write("models/lateness.yaml", MODEL.replace("l2: 1", "l2: 9"));
    assertThat(shell.succeed("plan"))
        .contains("scored    table    definition of an input changed  (decided after lateness)");
    shell.succeed("run");
    shell.succeed("predict", "lateness", "--from", "parcels", "--to", "again");
    assertThat(
            ask("select max(abs(s.p - a.prediction)) as d from scored s join again a using (id)"))
        .isEqualTo("[{\"d\":0.0}]");

    assertThat(ask(all)).isNotEqualTo(before);

    // What an environment shows goes back together.
    shell.succeed("rollback", "--to", "1");
    assertThat(ask(all)).isEqualTo(before);
  }

  @Test
  void version_staysTheOneThatIsNamed() throws IOException {
    shell.succeed("run");
    shell.write("tables/first.sql", SCORED.replace("lateness,", "lateness:1,"));
    shell.write("tables/shown.sql", SCORED);
    shell.write("models/lateness.yaml", MODEL.replace("l2: 1", "l2: 100"));
    shell.succeed("run");
    shell.succeed("predict", "lateness:1", "--from", "parcels", "--to", "one");
    shell.succeed("predict", "lateness:2", "--from", "parcels", "--to", "two");
    assertThat(
            ask(
                "select max(abs(f.p - o.prediction)) as d, max(abs(s.p - t.prediction)) as e,"
                    + " max(abs(f.p - s.p)) > 0.01 as differ from first f join shown s using (id)"
                    + " join one o using (id) join two t using (id)"))
        .isEqualTo("[{\"d\":0.0,\"e\":0.0,\"differ\":true}]");
  }

  /** Rows of a day are predicted when the day is built, and stay as they were predicted. */
  @Test
  void tableByDay_asksForItsDays() throws IOException {
    shell.write(
        "tables/scored.sql",
        """
        /*---
        materialize: incremental
        time: sent_at
        ---*/
        select id, sent_at, predicted_late_probs[1].prob as p
        from ml.predict(model lateness, (
          select * from parcels where sent_at >= $from and sent_at < $to))
        """);
    shell.succeed("run");
    shell.succeed("predict", "lateness", "--from", "parcels", "--to", "kept");
    String agree =
        "select count(*) as n, max(abs(s.p - k.prediction)) as d from scored s join kept k using (id)";
    assertThat(ask(agree)).isEqualTo("[{\"n\":400,\"d\":0.0}]");
    shell.succeed("train", "lateness");
    assertThat(shell.succeed("plan")).contains("input lateness changed  (days 2026-01-04");
    shell.succeed("run");
    assertThat(ask(agree)).isEqualTo("[{\"n\":400,\"d\":0.0}]");
  }

  @Test
  void whatACardTells_isATable() throws IOException {
    shell.write(
        "tables/quality.sql",
        "select e.metric, e.estimate, (select count(*) from ml.weights(model lateness)) as weights"
            + " from ml.evaluate(model lateness) e\n"
            + "union all select metric, estimate, 0 from ml.evaluate(model lateness, table parcels)");
    shell.succeed("run");
    assertThat(ask("select count(*) as n, max(weights) as w from quality where metric = 'auc'"))
        .isEqualTo("[{\"n\":2,\"w\":5}]");
  }

  @Test
  void circle_isNamedInFull() throws IOException {
    shell.write("tables/scored.sql", SCORED);
    shell.write("tables/hard.sql", "select p.* from parcels p join scored s using (id)");
    shell.write("models/lateness.yaml", MODEL.replace("from: parcels", "from: hard"));
    assertThat(shell.run("plan")).isEqualTo(2);
    assertThat(shell.err())
        .contains("Assets read each other in a circle: hard -> lateness -> scored -> hard")
        .contains("tables/hard.sql", "tables/scored.sql", "models/lateness.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          select * from ml.predict(model latenes, table parcels)      | tables/t.sql:1:15 | unknown model 'latenes'          | lateness
          select * from ml.predict(model parcels, table parcels)      | tables/t.sql:1:15 | unknown model 'parcels'          |
          select * from ml.predict(model lateness@old, table parcels) | tables/t.sql:1:15 | may not ask 'model lateness@old' | name a number
          select * from ml.predict(model lateness, table parcel)      | tables/t.sql      | unknown table 'parcel'           | parcels
          select * from ml.predict(model lateness, (select * from ml.predict(model l, table parcels))) | tables/t.sql:1:57 | unknown model 'l' | lateness
          select ml.weights(model lateness)                           | tables/t.sql:1:8  | it gives rows, not a value       | Name it in FROM
          select * from ml.predict(model lateness, (select 1          | tables/t.sql:1:42 | is never closed                  |
          select * from ml.predict(model lateness, (select * from read_csv('x'))) | tables/t.sql:1:57 | may not call 'read_csv' |
          """)
  void wrongCalls_areProblemsOfTheProject(String sql, String place, String message, String hint)
      throws IOException {
    shell.write("tables/t.sql", sql);
    assertThat(shell.run("plan")).as(sql).isEqualTo(2);
    assertThat(shell.err()).contains(place, message).doesNotContain("\tat ", "hr_ml");
    if (hint != null) {
      assertThat(shell.err()).contains(hint);
    }
  }

  @Test
  void view_mayNotAsk() throws IOException {
    shell.write("tables/scored.sql", "/*---\nmaterialize: view\n---*/\n" + SCORED);
    assertThat(shell.run("plan")).isEqualTo(2);
    assertThat(shell.err())
        .contains(
            "tables/scored.sql:6:6", "a view may not ask a model", "leave 'materialize: view' out");
  }

  @Test
  void failingCalls_failTheTableAlone() throws IOException {
    shell.write("tables/other.sql", "select 1 as x from parcels limit 1");
    shell.write(
        "tables/t.sql", "select *\nfrom ml.predict(model lateness, (select id from parcels))");
    assertThat(shell.run("run")).isEqualTo(2);
    assertThat(shell.out())
        .contains("the rows have no column 'weight'", "3 built", "1 failed")
        .doesNotContain("\tat ", "hr_ml");

    // A model that its gate refuses shows no version to ask.
    shell.write("tables/t.sql", SCORED);
    shell.write("models/lateness.yaml", MODEL + "gate: auc > 1\n");
    assertThat(shell.run("run")).isNotZero();
    assertThat(shell.out()).contains("did not pass its gate");
  }

  @Test
  void otherEngine_isToldInAdvance() throws IOException {
    shell.write("tables/scored.sql", SCORED);
    assertThat(shell.run("check", "--engine", "spark")).isEqualTo(2);
    assertThat(shell.out())
        .contains("tables/scored.sql:3:6: ml.predict. Models are asked where DuckDB runs")
        .contains("headrace predict lateness --from TABLE --to NAME");
  }
}
