package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a model predicts what it does, on the command line. */
class ExplainTest {
  @TempDir Path directory;

  private Shell project(String learner) throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write("sources/parcels.yaml", "files: data/*.csv\ncolumns: {weight: double}\n");
    shell.write(
        "models/lateness.yaml",
        "label: late\nfrom: parcels\nkey: [id]\nsplit: {test: 30%}\nlearn: " + learner + "\n");
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("id,weight,carrier,colour,late\n");
    for (int i = 0; i < 2_000; i++) {
      double weight = random.nextDouble() * 10;
      String carrier = random.nextBoolean() ? "fast" : "slow";
      double odds = weight - 5 + (carrier.equals("slow") ? 1 : -1);
      csv.append(
          "%d,%s,%s,%s,%s\n"
              .formatted(
                  i,
                  i % 9 == 0 ? "" : Double.toString(weight),
                  carrier,
                  random.nextBoolean() ? "red" : "blue",
                  random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? "yes" : "no"));
    }
    shell.write("data/parcels.csv", csv.toString());
    shell.succeed("run");
    return shell;
  }

  @Test
  void explanations_sumToTheScoreOfEveryLearner() throws IOException {
    for (String learner :
        new String[] {
          "{logistic: {l2: 1}}",
          "{gbdt: {trees: 30, depth: 3}}",
          "{logistic: {l2: 1}}\nprepare: {target-mean: [carrier], quantiles: [weight], hash: {colour: 8}}"
        }) {
      Shell shell = project(learner);
      JsonNode all = shell.json("models", "explain", "lateness", "--column", "weight", "--json");
      assertThat(all.path("features").findValuesAsText("feature"))
          .containsExactly("weight", "carrier", "colour");
      assertThat(all.path("unit").asText()).isEqualTo("log odds");
      JsonNode points = all.path("dependence").path("points");
      assertThat(points.get(0).path("prediction").doubleValue())
          .isLessThan(points.get(19).path("prediction").doubleValue() - 0.5);

      JsonNode row =
          shell
              .json(
                  "models",
                  "explain",
                  "lateness",
                  "--row",
                  "{\"weight\": 9.5, \"carrier\": \"fast\", \"colour\": null}",
                  "--json")
              .path("row");
      double sum = 0;
      for (JsonNode one : row.path("contributions")) {
        sum += one.path("contribution").doubleValue();
        if (one.path("feature").asText().equals("weight")) {
          assertThat(one.path("contribution").doubleValue()).isPositive();
        }
      }
      double score = row.path("score").doubleValue();
      assertThat(sum + all.path("base").doubleValue()).isCloseTo(score, within(1e-5));
      assertThat(1 / (1 + Math.exp(-score)))
          .isCloseTo(row.path("prediction").doubleValue(), within(1e-6));

      assertThat(shell.succeed("models", "explain", "lateness")).contains("weight", "####");
      assertThat(shell.succeed("models", "reproduce", "lateness")).contains("the same to the byte");
      JsonNode worth =
          shell.json("models", "show", "lateness", "--json").path("judgement").path("importance");
      assertThat(worth.findValuesAsText("feature")).startsWith("weight", "carrier");
      assertThat(worth.get(0).path("lower95").doubleValue()).isPositive();
      assertThat(shell.succeed("models", "show", "lateness")).contains("log-loss it is worth");
    }
  }

  @Test
  void whatCannotBeExplained_isToldByName() throws IOException {
    Shell shell = project("{logistic: {l2: 1}}");
    String[][] cases = {
      {"--row", "{\"weight\": 1, \"carrier\": \"fast\"}", "'colour' is not given"},
      {"--row", "{\"wieght\": 1}", "Did you mean 'weight'?"},
      {
        "--row",
        "{\"weight\": \"1\", \"carrier\": \"fast\", \"colour\": null}",
        "'weight' is \"1\", and the model has learnt from a number"
      },
      {
        "--row",
        "{\"weight\": 1, \"carrier\": 7, \"colour\": null}",
        "'carrier' is 7, and the model has learnt from a text"
      },
      {"--row", "{", "is no JSON"},
      {"--row", "[1]", "it is no JSON object"},
      {"--column", "colou", "Did you mean 'colour'?"}
    };
    for (String[] one : cases) {
      assertThat(shell.run("models", "explain", "lateness", one[0], one[1])).isEqualTo(2);
      assertThat(shell.err()).contains(one[2]).doesNotContain("\tat ");
    }
    shell.write("models/lateness.yaml", "label: late\nfrom: parcels\nkey: [id]\nlearn: majority\n");
    shell.succeed("run");
    assertThat(shell.run("models", "explain", "lateness")).isEqualTo(2);
    assertThat(shell.err()).contains("predicts the same for every row");
  }
}
