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

  @Test
  void rowsOfATable_areExplainedTogether_andOneByOne() throws IOException {
    Shell shell = project("{gbdt: {trees: 20, depth: 3}}");
    shell.write("sources/fresh.yaml", "files: fresh/*.csv\ncolumns: {weight: double}\n");
    shell.write(
        "fresh/all.csv",
        "id,weight,carrier,colour,note\n1,9.5,fast,red,a\n2,0.5,slow,blue,b\n3,,slow,red,c\n");
    shell.succeed("run");
    JsonNode told = shell.json("models", "explain", "lateness", "--from", "fresh", "--json");
    assertThat(told.path("from").asText()).isEqualTo("fresh");
    assertThat(told.path("explained").intValue()).isEqualTo(3);
    assertThat(shell.succeed("models", "explain", "lateness", "--from", "fresh"))
        .contains("3 rows of fresh", "weight");

    assertThat(shell.succeed("models", "explain", "lateness", "--from", "fresh", "--to", "reasons"))
        .startsWith("reasons: 3 rows explained by lateness:1");
    List<String> rows =
        shell
            .succeed(
                "sql",
                "select id, note, prediction, base_score, why_weight, why_carrier, why_colour,"
                    + " predicted, model_version from reasons order by id",
                "--format",
                "csv")
            .lines()
            .skip(1)
            .toList();
    assertThat(rows).hasSize(3);
    double[] sizes = new double[3];
    for (String row : rows) {
      String[] cells = row.split(",", -1);
      double score = Double.parseDouble(cells[3]);
      for (int j = 0; j < 3; j++) {
        double contribution = Double.parseDouble(cells[4 + j]);
        score += contribution;
        sizes[j] += Math.abs(contribution) / 3;
      }
      assertThat(1 / (1 + Math.exp(-score))).isCloseTo(Double.parseDouble(cells[2]), within(1e-6));
      assertThat(cells[8]).isEqualTo("1");
    }
    for (JsonNode feature : told.path("features")) {
      int j = List.of("weight", "carrier", "colour").indexOf(feature.path("feature").asText());
      assertThat(feature.path("meanSize").doubleValue()).isCloseTo(sizes[j], within(1e-12));
    }
    // The first row as --row explains it.
    JsonNode row =
        shell.json(
            "models",
            "explain",
            "lateness",
            "--row",
            "{\"weight\": 9.5, \"carrier\": \"fast\", \"colour\": \"red\"}",
            "--json");
    for (JsonNode one : row.path("row").path("contributions")) {
      if (one.path("feature").asText().equals("weight")) {
        assertThat(one.path("contribution").doubleValue())
            .isCloseTo(Double.parseDouble(rows.getFirst().split(",", -1)[4]), within(1e-12));
      }
    }
  }

  @Test
  void tablesThatCannotBeExplained_areToldByName() throws IOException {
    Shell shell = project("{gbdt: {trees: 5, depth: 2}}");
    shell.write("sources/fresh.yaml", "files: fresh/*.csv\ncolumns: {weight: double}\n");
    shell.write("fresh/all.csv", "id,weight,carrier,why_weight\n1,9.5,fast,2\n");
    shell.succeed("run");
    fails(shell, 2, "--to needs --from", "--to", "reasons");
    fails(shell, 2, "--row stands alone", "--row", "{}", "--from", "fresh");
    fails(shell, 2, "table 'fresh' has no column 'colour'", "--from", "fresh");
    fails(shell, 4, "parcel", "--from", "parcel");
    fails(shell, 5, "'parcels'", "--from", "fresh", "--to", "parcels");
  }

  private static void fails(Shell shell, int code, String message, String... options) {
    List<String> command = new ArrayList<>(List.of("models", "explain", "lateness"));
    command.addAll(List.of(options));
    assertThat(shell.run(command.toArray(String[]::new))).as(shell.err()).isEqualTo(code);
    assertThat(shell.err()).contains(message);
  }
}
