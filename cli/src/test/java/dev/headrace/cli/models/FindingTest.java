package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models without a label, on the command line. */
class FindingTest {
  private static final String KINDS =
      "from: shops\nkey: [id]\nexcept: [kind]\nlearn: {k-means: {k: 3}}\nsplit: {test: 30%}\n";

  @TempDir Path directory;
  private Shell shell;

  /** Three kinds of shops, and a few that are of none. */
  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shops\n");
    shell.write("sources/shops.yaml", "files: data/*.csv\n");
    double[][] centres = {{10, 200, 3}, {80, 50, 12}, {40, 900, 24}};
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("id,kind,staff,area,hours,town,open_since\n");
    for (int i = 0; i < 600; i++) {
      int kind = i % 100 == 99 ? 3 : i % 3;
      double[] centre =
          kind < 3
              ? centres[kind]
              : new double[] {300 * random.nextDouble(), 5_000, 24 * random.nextDouble()};
      csv.append(
          "%d,%d,%s,%s,%s,%s,%s\n"
              .formatted(
                  i,
                  kind,
                  centre[0] + 3 * random.nextGaussian(),
                  centre[1] + 20 * random.nextGaussian(),
                  centre[2] + random.nextGaussian(),
                  kind == 0 ? "big" : "small",
                  i % 7 == 0 ? "" : Integer.toString(1900 + i % 100)));
    }
    shell.write("data/shops.csv", csv.toString());
  }

  private JsonNode card(String declaration) throws IOException {
    shell.write("models/kinds.yaml", declaration);
    shell.succeed("run");
    return shell.json("models", "show", "kinds@latest", "--json");
  }

  private List<JsonNode> query(String sql) throws IOException {
    return shell.json("sql", sql, "--format", "json").valueStream().toList();
  }

  private static double metric(JsonNode card, int place, String word) {
    JsonNode score = card.path("metrics").get(place);
    assertThat(score.path("metric").asText()).isEqualTo(word);
    double estimate = score.path("estimate").doubleValue();
    assertThat(estimate)
        .isBetween(score.path("lower95").doubleValue(), score.path("upper95").doubleValue());
    return estimate;
  }

  @Test
  void kMeans_isFoundJudgedPublishedAndReproduced() throws IOException {
    JsonNode card = card(KINDS + "gate: silhouette >= 0.3 and inertia <= champion.inertia + 0.5\n");
    assertThat(card.path("task").asText()).isEqualTo("cluster of the nearest centre");
    assertThat(card.path("testedOn").intValue()).isEqualTo(180);
    assertThat(card.path("warnings")).isEmpty();
    assertThat(card.path("gate").get(0).path("holds").booleanValue()).isTrue();
    assertThat(metric(card, 0, "silhouette")).isBetween(0.3, 0.95);
    double inertia = metric(card, 1, "inertia");
    // One cluster is the mean: 3 numbers, one with an indicator, and two texts, all of variance 1.
    assertThat(card.path("metrics").get(1).path("baseline").doubleValue()).isGreaterThan(inertia);
    assertThat(card.at("/report/clusters")).hasSize(3);
    List<JsonNode> rows = query("select * from kinds order by id");
    assertThat(rows.getFirst().fieldNames())
        .toIterable()
        .containsExactly("id", "cluster", "distance", "learnt_from");
    assertThat(rows).hasSize(600);
    assertThat(
            query("select count(*) as n from kinds where learnt_from")
                .getFirst()
                .path("n")
                .intValue())
        .isEqualTo(420);
    assertThat(
            query(
                    "select sum(distance * distance) / count(*) as inertia from kinds"
                        + " where not learnt_from")
                .getFirst()
                .path("inertia")
                .doubleValue())
        .isCloseTo(inertia, within(1e-9));
    assertThat(shell.succeed("models", "reproduce", "kinds")).contains("the same to the byte");
    assertThat(shell.succeed("models", "show", "kinds"))
        .contains("finds the cluster", "cluster 0", "(rows)", "town", "%");
    shell.write("models/kinds.yaml", KINDS.replace("k: 3", "k: 4"));
    shell.succeed("run");
    assertThat(shell.succeed("models", "diff", "kinds:1", "kinds:2")).contains("silhouette", "k");
  }

  @Test
  void newRows_arePredictedAndAsked() throws IOException {
    card(KINDS);
    shell.succeed("predict", "kinds", "--from", "shops", "--to", "told");
    // Rows get the same, whoever asks.
    assertThat(
            query(
                    """
                    select count(*) as n from kinds k join told t on t.id = k.id
                    join ml.predict(model kinds, table shops) p on p.id = k.id
                    where t.cluster = k.cluster and p.cluster = k.cluster
                      and p.distance = k.distance and t.distance = k.distance
                    """)
                .getFirst()
                .path("n")
                .intValue())
        .isEqualTo(600);
    assertThat(query("select metric from ml.evaluate(model kinds)")).hasSize(2);
    assertThat(shell.run("sql", "select * from ml.evaluate(model kinds, table shops)"))
        .isEqualTo(2);
    assertThat(shell.err()).contains("it has no label that rows could bring");
    assertThat(shell.run("sql", "select * from ml.roc_curve(model kinds)")).isEqualTo(2);
    assertThat(shell.run("models", "explain", "kinds")).isEqualTo(2);
    assertThat(shell.err()).contains("nothing adds up to that", "headrace models show");
  }

  /** The unit, if base and contributions of every row sum to what it was told. */
  private List<String> explained(String column, @Nullable String of) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("models", "explain", "kinds", "--from", "shops", "--to", "why"));
    if (of != null) {
      command.addAll(List.of("--class", of));
    }
    shell.succeed(command.toArray(String[]::new));
    String sum = "base_score + why_staff + why_area + why_hours + why_town + why_open_since";
    String told = column.equals("score") ? "log2(score)" : column;
    JsonNode off =
        query("select max(abs(%s - (%s))) as off from why".formatted(told, sum)).getFirst();
    assertThat(off.path("off").doubleValue()).isLessThan(1e-9);
    String text = shell.succeed("models", "explain", "kinds");
    return Stream.of("place along", "logarithm").filter(text::contains).toList();
  }

  @Test
  void everyLearnerWithoutALabel_runs() throws IOException {
    String rest = KINDS.replace("learn: {k-means: {k: 3}}\n", "");
    JsonNode dense = card(rest + "learn: {hdbscan: {min-rows: 25, neighbours: 5}}\n");
    assertThat(metric(dense, 1, "noise")).isBetween(0.0, 0.4);
    assertThat(dense.at("/report/clusters").size()).isGreaterThanOrEqualTo(3);
    JsonNode components = card(rest + "learn: {pca: 3}\n");
    assertThat(metric(components, 0, "explained-variance")).isBetween(0.6, 1.0);
    assertThat(query("select component_3, residual from kinds")).hasSize(600);
    assertThat(shell.succeed("models", "show", "kinds")).contains("component_1", "loadings");
    assertThat(shell.json("models", "explain", "kinds", "--json").path("features")).hasSize(5);
    assertThat(explained("component_2", "component_2")).containsExactly("place along");
    JsonNode anomalies =
        card(rest + "learn: {isolation-forest: {share: 2%}}\ngate: anomalous <= 0.1\n");
    assertThat(metric(anomalies, 0, "anomalous")).isBetween(0.0, 0.06);
    assertThat(explained("score", null)).containsExactly("logarithm");
    JsonNode huge =
        shell.json(
            "models",
            "explain",
            "kinds",
            "--row",
            "{\"staff\": 10, \"area\": 5000, \"hours\": 3, \"town\": \"big\", \"open_since\": 1950}",
            "--json");
    assertThat(huge.at("/row/contributions/0/feature").asText()).isEqualTo("area");
    assertThat(huge.at("/row/contributions/0/contribution").doubleValue()).isPositive();
    assertThat(Math.pow(2, huge.at("/row/score").doubleValue()))
        .isCloseTo(huge.at("/row/prediction").doubleValue(), within(1e-12));
    // The six shops of no kind are six of the twelve rarest.
    assertThat(
            query(
                    """
                    select count(*) filter (where s.kind = 3 and k.anomalous) as found
                    from kinds k join shops s on s.id = k.id
                    """)
                .getFirst()
                .path("found")
                .intValue())
        .isEqualTo(6);
    assertThat(shell.succeed("models", "reproduce", "kinds")).contains("the same to the byte");
  }

  @Test
  void foldsAndTuning_areOfClustersToo() throws IOException {
    JsonNode card =
        card(
            KINDS.replace("split: {test: 30%}", "split: {folds: 3}").replace("k: 3", "k: 9")
                + "tune: {trials: 8, metric: silhouette, search: {k: 2 to 9}}\n");
    assertThat(card.path("metrics").get(0).path("folds")).hasSize(3);
    double best =
        card.path("judgement")
            .path("trials")
            .valueStream()
            .filter(one -> one.path("isBest").booleanValue())
            .findFirst()
            .orElseThrow()
            .path("settings")
            .path("k")
            .doubleValue();
    assertThat(Math.rint(best)).isBetween(3.0, 6.0);
    assertThat(query("select * from kinds where not learnt_from")).isEmpty();
  }

  @Test
  void whatCannotBeFound_isToldByName() throws IOException {
    String[][] cases = {
      {"k: 3", "k: 900", "Cannot find 900 clusters: there are 420 rows"},
      {"k: 3", "k: 0", "must have a 'k' of at least 1"},
      {"from: shops", "from: shops\nlabel: kind", "is for models that predict"},
      {"learn: {k-means: {k: 3}}", "learn: ridge", "'label' is missing"},
      {"learn: {k-means: {k: 3}}", "learn: {pca: 50}", "at most"},
      {"split: {test: 30%}", "split: {stratified: true}", "is for models that predict"},
      {"split: {test: 30%}", "calibrate: platt", "is for models that predict"},
      {"split: {test: 30%}", "evaluate: {metrics: [auc]}", "Cannot measure 'auc'"},
      {"split: {test: 30%}", "evaluate: {slices: [town]}", "is for models that predict"},
      {"except: [kind]", "features: [id]\nprepare: {scale: wild}", "scale"},
    };
    for (String[] one : cases) {
      shell.write("models/kinds.yaml", KINDS.replace(one[0], one[1]));
      assertThat(shell.run("run")).as(one[1]).isEqualTo(2);
      assertThat(shell.out() + shell.err()).contains(one[2]).doesNotContain("\tat ");
    }
    shell.write("data/shops.csv", "id,kind,staff\n1,0,5\n2,0,5\n3,0,5\n");
    shell.write("sources/shops.yaml", "files: data/*.csv\nload: replace\n");
    for (String learner : List.of("k-means: {k: 2}", "pca: 1", "isolation-forest: {}")) {
      shell.write("models/kinds.yaml", KINDS.replace("k-means: {k: 3}", learner));
      assertThat(shell.run("run")).as(learner).isEqualTo(2);
      assertThat(shell.out() + shell.err())
          .containsAnyOf("different values", "constant")
          .doesNotContain("\tat ");
    }
  }
}
