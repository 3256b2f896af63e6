package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of queries, put in order, on the command line. */
class RankingTest {
  private static final String MODEL =
      """
      label: grade
      from: results
      group: query
      key: [doc]
      learn: {gbdt: {trees: 40, depth: 3}}
      split: {test: 30%}
      evaluate: {metrics: [ndcg-at-10, ndcg, map, mrr, recall-at-5]}
      """;

  @TempDir Path directory;
  private Shell shell;

  /** Queries that differ in how well their words match anything; one in ten has no good result. */
  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: search\n");
    shell.write("sources/results.yaml", "files: data/*.csv\n");
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("query,doc,words,clicks,language,grade,half\n");
    int doc = 0;
    for (int q = 0; q < 120; q++) {
      double ease = 5 * random.nextDouble();
      for (int d = 0; d < 15; d++) {
        double words = ease + random.nextGaussian();
        double clicks = random.nextGaussian();
        double truth = words - ease + clicks + 0.3 * random.nextGaussian();
        int grade = q % 10 == 0 ? 0 : truth > 2 ? 2 : truth > 1 ? 1 : 0;
        csv.append(
            "q%03d,%d,%s,%s,%s,%d,%d\n"
                .formatted(q, doc++, words, clicks, d % 2 == 0 ? "en" : "de", grade, d % 2));
      }
    }
    shell.write("data/results.csv", csv.toString());
  }

  private JsonNode card(String declaration) throws IOException {
    shell.write("models/relevance.yaml", declaration);
    shell.succeed("run");
    return shell.json("models", "show", "relevance@latest", "--json");
  }

  @Test
  void ranking_isLearntJudgedPublishedAndReproduced() throws IOException {
    JsonNode card =
        card(MODEL + "gate: ndcg-at-10 >= 0.8 and ndcg-at-10 >= champion.ndcg-at-10 - 0.01\n");
    assertThat(card.path("task").asText()).isEqualTo("order of rows of the same query by grade");
    assertThat(card.path("gate").get(0).path("holds").booleanValue()).isTrue();
    assertThat(card.path("warnings").valueStream().map(JsonNode::asText))
        .anyMatch(one -> one.contains("of 120 groups have no relevant row"));
    for (JsonNode metric : card.path("metrics")) {
      double estimate = metric.path("estimate").doubleValue();
      assertThat(estimate)
          .isBetween(metric.path("lower95").doubleValue(), metric.path("upper95").doubleValue());
      // A random order, which is what a constant gives.
      assertThat(metric.path("baseline").doubleValue()).isLessThan(estimate - 0.2);
    }
    List<JsonNode> rows = query("select * from relevance");
    assertThat(rows.getFirst().fieldNames())
        .toIterable()
        .containsExactly("doc", "query", "grade", "fold", "prediction");
    // Whole queries test: 36 of 120.
    assertThat(rows).hasSize(36 * 15);
    assertThat(reciprocalRank(rows))
        .isCloseTo(card.path("metrics").get(3).path("estimate").doubleValue(), within(1e-12));
    assertThat(shell.succeed("models", "reproduce", "relevance")).contains("the same to the byte");
    assertThat(shell.succeed("models", "show", "relevance"))
        .contains("ndcg-at-10", "predicts the order of rows of the same query by grade");
    assertThat(shell.succeed("models", "explain", "relevance")).contains("words", "clicks");
  }

  /** Written anew, without a word of the code under test. */
  private static double reciprocalRank(List<JsonNode> rows) {
    return reciprocalRank(rows, row -> row.path("grade").intValue() > 0);
  }

  private static double reciprocalRank(List<JsonNode> rows, Predicate<JsonNode> relevant) {
    Map<String, List<JsonNode>> queries = new HashMap<>();
    rows.forEach(
        row ->
            queries.computeIfAbsent(row.path("query").asText(), _ -> new ArrayList<>()).add(row));
    double sum = 0;
    int counted = 0;
    for (List<JsonNode> query : queries.values()) {
      double best =
          query.stream()
              .filter(relevant)
              .mapToDouble(row -> row.path("prediction").doubleValue())
              .max()
              .orElse(Double.NaN);
      if (!Double.isNaN(best)) {
        counted++;
        long above =
            query.stream().filter(row -> row.path("prediction").doubleValue() > best).count();
        List<JsonNode> tied =
            query.stream().filter(row -> row.path("prediction").doubleValue() == best).toList();
        // In a random order of those that tie, the first relevant one is behind k others with the
        // probability that these are none of the relevant.
        double others = 1;
        long free = tied.size() - tied.stream().filter(relevant).count();
        for (int k = 0; k <= free; k++) {
          double here = (double) (tied.size() - free) / (tied.size() - k);
          sum += others * here / (above + k + 1);
          others *= 1 - here;
        }
      }
    }
    return sum / counted;
  }

  private List<JsonNode> query(String sql) throws IOException {
    return shell.json("sql", sql, "--format", "json").valueStream().toList();
  }

  /** A probability is told how right it is and how well it orders the rows of a group. */
  @Test
  void classesInGroups_areMeasuredAsProbabilitiesAndAsRankings() throws IOException {
    shell.write(
        "tables/liked.sql",
        "select *, case when grade > 0 then 'yes' else 'no' end as liked from results");
    for (String learner : List.of("logistic", "{gbdt: {trees: 30, depth: 3, early-stopping: 5}}")) {
      JsonNode card =
          card(
              """
              label: liked
              from: liked
              group: query
              key: [doc]
              features: [words, clicks, language]
              learn: %s
              split: {folds: 3}
              evaluate: {importance: false}
              gate: auc > 0.7 and mrr > 0.7
              """
                  .formatted(learner));
      assertThat(card.path("task").asText())
          .isEqualTo(
              "probability that liked is yes and not no, which orders rows of the same query");
      Map<String, JsonNode> metrics = new HashMap<>();
      card.path("metrics").forEach(one -> metrics.put(one.path("metric").asText(), one));
      assertThat(metrics.keySet()).contains("log-loss", "auc", "ece", "ndcg-at-10", "map", "mrr");
      List<JsonNode> rows = query("select * from relevance");
      assertThat(rows).hasSize(1800);
      double folds = 0;
      double logLoss = 0;
      for (int fold = 1; fold <= 3; fold++) {
        int one = fold;
        List<JsonNode> some =
            rows.stream().filter(row -> row.path("fold").intValue() == one).toList();
        folds += reciprocalRank(some, row -> row.path("liked").asText().equals("yes")) / 3;
        logLoss +=
            some.stream()
                    .mapToDouble(
                        row ->
                            row.path("liked").asText().equals("yes")
                                ? -Math.log(row.path("prediction").doubleValue())
                                : -Math.log1p(-row.path("prediction").doubleValue()))
                    .average()
                    .orElseThrow()
                / 3;
      }
      assertThat(metrics.get("mrr").path("estimate").doubleValue()).isCloseTo(folds, within(1e-9));
      assertThat(metrics.get("log-loss").path("estimate").doubleValue())
          .isCloseTo(logLoss, within(1e-9));
    }
    assertQueriesAreWhole();
    assertThat(query("select metric from ml.evaluate(model relevance, table liked)"))
        .hasSize(10)
        .extracting(row -> row.path("metric").asText())
        .contains("auc", "mrr");
  }

  /** No query was learnt from and tested on. */
  private void assertQueriesAreWhole() throws IOException {
    assertThat(
            query(
                    """
                    select max(n) as n
                    from (select count(distinct fold) as n from relevance group by query) r
                    """)
                .getFirst()
                .path("n")
                .intValue())
        .isEqualTo(1);
  }

  @Test
  void sqlAndTables_arePredictedAndJudged() throws IOException {
    card(MODEL);
    shell.succeed("predict", "relevance", "--from", "results", "--to", "scored");
    assertThat(query("select count(*) as n, count(prediction) as p from scored").getFirst())
        .isEqualTo(query("select 1800 as n, 1800 as p").getFirst());
    List<JsonNode> top =
        query(
            """
            select predicted_grade from ml.predict(model relevance,
              (select * from results where query = 'q001'))
            order by 1 desc limit 1
            """);
    assertThat(top.getFirst().path("predicted_grade").isNumber()).isTrue();
    List<JsonNode> judged =
        query("select metric, estimate from ml.evaluate(model relevance, (select * from results))");
    assertThat(judged).hasSize(5);
    assertThat(judged.getFirst().path("metric").asText()).isEqualTo("ndcg-at-10");
    assertThat(judged.getFirst().path("estimate").doubleValue()).isBetween(0.85, 1.0);
  }

  @Test
  void otherLearnersAndFolds_rankToo() throws IOException {
    JsonNode card =
        card(
            """
            label: grade
            from: results
            group: query
            key: [doc]
            learn: ridge
            split: {folds: 4}
            tune: {trials: 3}
            """);
    assertThat(card.path("metrics").get(0).path("folds")).hasSize(4);
    assertThat(query("select count(*) as n from relevance").getFirst().path("n").intValue())
        .isEqualTo(1800);
    assertQueriesAreWhole();
  }

  @Test
  void whatCannotBeRanked_isToldByName() throws IOException {
    String[][] cases = {
      {"learn: {gbdt: {trees: 40, depth: 3}}", "learn: logistic", "are more than two classes"},
      {"label: grade", "label: grade\npositive: '1'", "are more than two classes"},
      {"learn: {gbdt: {trees: 40, depth: 3}}", "learn: ridge\npositive: '1'", "predicts numbers"},
      {"label: grade", "label: words", "how relevant a row is, from 0 to 31"},
      {"group: query", "group: grade", "is the 'group' too"},
      {"group: query", "group: quer", "Did you mean 'query'?"},
      {"depth: 3}", "depth: 3, rank: map}", "0 or 1 for 'map', and it is 2"},
      {"depth: 3}", "depth: 3, rank: mpa}", "map"},
      {"[ndcg-at-10,", "[ndcg-at-7,", "ndcg-at-5"},
      {"[ndcg-at-10,", "[auc,", "Cannot measure 'auc'"},
      {"[ndcg-at-10,", "[rmse,", "are of different things"},
      {"split: {test: 30%}", "split: {stratified: true}", "split by whole groups"},
      {"split: {test: 30%}", "split: {group: language}", "some groups of the ranking"},
      {"split: {test: 30%}", "split: {test: 30%}\nweight: half", "rows of the same group have"},
      {"split: {test: 30%}", "split: {test: 30%}\ncalibrate: platt", "that is for classes"},
    };
    for (String[] one : cases) {
      shell.write("models/relevance.yaml", MODEL.replace(one[0], one[1]));
      assertThat(shell.run("run")).as(one[1]).isEqualTo(2);
      assertThat(shell.out() + shell.err()).contains(one[2]).doesNotContain("\tat ");
    }
  }
}
