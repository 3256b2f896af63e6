package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Models asked inside queries. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlModelsTest {
  private static final int ROWS = 10_000; // More than are predicted at once.

  @TempDir static Path directory;
  private Shell shell;

  @BeforeAll
  void project() throws IOException {
    shell = ParcelsProject.of(directory, ROWS);
    shell.write(
        "tables/boxes.sql",
        """
        select id, weight, carrier, late, took, 'x' as "a ""b""\",
          case when took < 9 then 'S' when weight < 6 then 'M' else 'L' end as size
        from parcels
        """);
    String model =
        """
        label: %s
        from: boxes
        features: [weight, carrier]
        key: [id]
        learn: %s
        split: {test: 10%%}
        evaluate: {importance: %s}
        """;
    shell.write("models/lateness.yaml", model.formatted("late", "{logistic: {l2: 1}}", false));
    shell.write(
        "models/strict.yaml",
        model.formatted("late", "{gbdt: {trees: 5}}", false) + "gate: auc > 1\n");
    shell.write("models/sizes.yaml", model.formatted("size", "{logistic: {l2: 1}}", false));
    shell.write("models/hours.yaml", model.formatted("took", "linear", false));
    shell.write("models/grown.yaml", model.formatted("late", "{gbdt: {trees: 10}}", true));
    shell.run("run"); // The gate of 'strict' fails, and all others are trained.
    shell.succeed("models", "alias", "lateness:1", "old");
    shell.succeed("predict", "lateness", "--from", "boxes", "--to", "scored");
  }

  private JsonNode ask(String sql) throws IOException {
    JsonNode rows = shell.json("sql", sql, "--format", "json");
    assertSwept();
    return rows;
  }

  private void fails(int exit, String message, String sql) throws IOException {
    assertThat(shell.run("sql", sql)).as("%s%n%s", sql, shell.err()).isEqualTo(exit);
    assertThat(shell.err()).contains(message).doesNotContain("\tat ", "hr_ml", "hr_input");
    assertSwept();
  }

  private static void assertSwept() throws IOException {
    Path staging = directory.resolve(".headrace/staging");
    if (Files.exists(staging)) {
      try (Stream<Path> left = Files.list(staging)) {
        assertThat(left.filter(path -> path.getFileName().toString().startsWith("ml-"))).isEmpty();
      }
    }
  }

  @Test
  void card_isRelations() throws IOException {
    JsonNode card = shell.json("models", "show", "lateness", "--json");
    JsonNode weights =
        ask("select * from ml.weights(model lateness) where processed_input = 'weight'");
    JsonNode coefficient = card.at("/report/coefficients/1");
    assertThat(coefficient.path("name").asText()).isEqualTo("weight");
    assertThat(weights.get(0).path("weight").doubleValue())
        .isEqualTo(coefficient.path("estimate").doubleValue());

    JsonNode auc =
        ask(
            "select a.estimate, a.upper95 - a.lower95 as wide, b.estimate as other"
                + " from ml.evaluate(model lateness@old) a"
                + " join ml.evaluate ( MODEL \"grown\" /* ( */ ) b using (metric)"
                + " where metric = 'auc'");
    assertThat(auc.get(0).path("estimate").doubleValue()).isBetween(0.7, 0.95);
    assertThat(auc.get(0).path("wide").doubleValue()).isPositive();
    assertThat(auc.get(0).path("other").doubleValue()).isBetween(0.7, 0.95);

    assertThat(
            ask("select feature from ml.feature_importance(model grown) order by importance desc")
                .get(0)
                .path("feature")
                .asText())
        .isEqualTo("weight");
    JsonNode all =
        ask(
            "select cast(sum(weight) as int) as n, count(*) as cells"
                + " from ml.confusion_matrix(model sizes)");
    assertThat(all.get(0).toString()).isEqualTo("{\"n\":1000,\"cells\":9}");
    assertThat(
            ask("select class, count(*) as n from ml.weights(model sizes) group by class order by 1")
                .toString())
        .contains("{\"class\":\"L\"");
    assertThat(
            ask("select count(*) as n from ml.weights(model hours) where p_value is not null")
                .get(0)
                .path("n")
                .intValue())
        .isPositive();
  }

  /** The area under the curve by trapezoids is the AUC of the card, by Mann-Whitney. */
  @Test
  void rocCurve_hasTheAreaOfTheCard() throws IOException {
    JsonNode row =
        ask("""
            with points as (
              select false_positive_rate as x, recall as y,
                lag(false_positive_rate, 1, 0) over (order by threshold desc) as x0,
                lag(recall, 1, 0) over (order by threshold desc) as y0
              from ml.roc_curve(model lateness)
            )
            select sum((x - x0) * (y + y0) / 2) as area, max(x) as x, max(y) as y,
              (select estimate from ml.evaluate(model lateness) where metric = 'auc') as auc
            from points
            """)
            .get(0);
    assertThat(row.path("area").doubleValue())
        .isCloseTo(row.path("auc").doubleValue(), within(1e-12));
    assertThat(row.path("x").doubleValue()).isEqualTo(1);
    assertThat(row.path("y").doubleValue()).isEqualTo(1);
  }

  /** Predictions are those of headrace predict, to the last digit, in any order of rows. */
  @Test
  void predict_isWhatPredictWrites() throws IOException {
    String same =
        "select count(*) as n, max(abs(p.predicted_late_probs[1].prob - s.prediction)) as d,"
            + " count(*) filter (p.predicted_late <> s.predicted) as other,"
            + " max(abs(p.predicted_late_probs[1].prob + p.predicted_late_probs[2].prob - 1)) < 1e-15"
            + " as whole, min(p.\"a \"\"b\"\"\") as kept from %s p join scored s using (id)";
    String expected = "{\"n\":10000,\"d\":0.0,\"other\":0,\"whole\":true,\"kept\":\"x\"}";
    for (String rows :
        new String[] {
          "ml.predict(model lateness, table boxes)",
          "ml.predict(model lateness:1, (select * from boxes order by weight desc -- ) '\n))",
        }) {
      assertThat(ask(same.formatted(rows)).get(0).toString()).as(rows).isEqualTo(expected);
    }
    // Steps of WITH before it are seen, and it may be a step itself.
    assertThat(
            ask("with light as (select * from boxes where weight < 5),\n"
                    + " told as (select * from ml.predict(model lateness, (select * from light)) t),\n"
                    + " more as (select * from ml.predict(model lateness, table light))\n"
                    + "select (select count(*) from told) = (select count(*) from light) as a,"
                    + " (select count(*) from more) = (select count(*) from told) as b")
                .get(0)
                .toString())
        .isEqualTo("{\"a\":true,\"b\":true}");
    // One model over the rows of another, and strings that look like calls.
    assertThat(
            ask("select count(*) as n, min(predicted_size) as s, 'ml.predict(model x)' as text"
                    + " from ml.predict(model sizes, (select * exclude (size), 'ml.f(model' as f"
                    + " from ml.predict(model hours, (select * from boxes limit 10))"
                    + " where predicted_took is not null))")
                .get(0)
                .toString())
        .isEqualTo("{\"n\":10,\"s\":\"L\",\"text\":\"ml.predict(model x)\"}");
    // No rows are no rows.
    assertThat(
            ask("select count(*) as n, count(predicted_late) as p"
                    + " from ml.predict(model lateness, (select * from boxes where weight < 0))")
                .get(0)
                .toString())
        .isEqualTo("{\"n\":0,\"p\":0}");
    // Written to a file as any other result is.
    shell.succeed(
        "sql",
        "select * from ml.predict(model sizes, table boxes)",
        "--format",
        "parquet",
        "--output",
        "sizes.parquet");
    assertThat(directory.resolve("sizes.parquet")).isNotEmptyFile();
    assertSwept();
  }

  /** On the rows that tested the model, the figures are those of its card. */
  @Test
  void evaluate_onOtherRows() throws IOException {
    for (String model : new String[] {"lateness", "sizes", "hours"}) {
      JsonNode rows =
          ask(
              ("select max(abs(a.estimate - b.estimate)) as d, count(*) > 2 as several,"
                      + " bool_and(b.lower95 < b.upper95) as intervals"
                      + " from ml.evaluate(model %1$s) a join ml.evaluate(model %1$s,"
                      + " (select p.* from boxes p join %1$s t using (id))) b using (metric)")
                  .formatted(model));
      assertThat(rows.get(0).path("d").doubleValue()).as(model).isLessThan(1e-9);
      assertThat(rows.get(0).path("several").booleanValue()).isTrue();
      assertThat(rows.get(0).path("intervals").booleanValue()).isTrue();
    }
  }

  @Test
  void tiredUsers_areTold() throws IOException {
    fails(4, "Did you mean 'lateness'?", "select * from ml.weights(model latenes)");
    fails(4, "Cannot find version '7'", "select * from ml.weights(model lateness:7)");
    fails(4, "Did you mean 'old'?", "select * from ml.weights(model lateness@odl)");
    fails(4, "No version is shown here", "select * from ml.weights(model strict)");
    fails(2, "did not pass its gate", "select * from ml.roc_curve(model strict:1)");
    fails(2, "has no coefficients", "select * from ml.weights(model grown)");
    fails(2, "it predicts numbers", "select * from ml.roc_curve(model hours)");
    fails(2, "it predicts numbers", "select * from ml.confusion_matrix(model hours)");
    fails(2, "without asking for it", "select * from ml.feature_importance(model sizes)");
    fails(2, "several classes", "select * from ml.roc_curve(model sizes)");
    fails(2, "Did you mean 'predict'?", "select * from ml.predic(model lateness, table boxes)");
    fails(2, "its first argument is a model", "select * from ml.predict(lateness, table boxes)");
    fails(2, "no rows to predict", "select * from ml.predict(model lateness)");
    fails(2, "it takes a model alone", "select * from ml.weights(model lateness, table boxes)");
    fails(2, "nothing else", "select * from ml.predict(model lateness, table boxes, 0.5)");
    fails(2, "rows are a query", "select * from ml.predict(model lateness, boxes)");
    fails(2, "never closed", "select * from ml.predict(model lateness, (select 1");
    fails(2, "gives rows, not a value", "select ml.weights(model lateness)");
    fails(
        2,
        "Did you mean 'weiht'?",
        "select * from ml.predict(model lateness, (select carrier, 1 as weiht from boxes))");
    fails(
        2,
        "it is a text",
        "select * from ml.evaluate(model hours, (select * replace ('a' as took) from boxes))");
    fails(
        2,
        "a class that it has not learnt",
        "select * from ml.evaluate(model lateness, (select * replace ('perhaps' as late) from boxes))");
    fails(
        2,
        "gives no rows",
        "select * from ml.evaluate(model lateness, (select * from boxes where weight < 0))");
    fails(
        2,
        "have a column 'predicted_late' already",
        "select * from ml.predict(model lateness, (select *, 1 as predicted_late from boxes))");
    fails(
        2,
        "'weight'",
        "select * from ml.predict(model lateness, (select * replace ('heavy' as weight) from boxes))");
    // What the rows are made of is bound by the same rules as the query itself.
    fails(2, "Did you mean 'parcels'?", "select * from ml.predict(model lateness, table parcel)");
    fails(
        3,
        "Cannot call 'read_text'",
        "select * from ml.predict(model lateness, (select * from read_text('headrace.yaml')))");
    // The place of a mistake is its place in what was typed, behind and inside calls.
    fails(2, "sql:2:", "select nope\n , weigth_of from ml.weights(model lateness), parcles");
    fails(2, "sql:3:9", "select *\nfrom ml.predict(model lateness,\n(select nope from boxes))");
  }
}
