package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a model on the command line, and what a tired user is told. */
class ModelsCommandTest {
  private static final String MODEL =
      """
      label: late
      from: parcels
      key: [id]
      learn: {logistic: {l2: 1}}
      split: {test: 25%}
      """;

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write(
        "sources/parcels.yaml", "files: data/*.csv\nload: replace\ncolumns: {weight: double}\n");
    shell.write("models/lateness.yaml", MODEL);
    data(1, 400);
  }

  private void data(int seed, int rows) throws IOException {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("id,weight,carrier,late\n");
    for (int i = 0; i < rows; i++) {
      double weight = random.nextDouble() * 10;
      String carrier = random.nextBoolean() ? "fast" : "slow";
      double odds = weight / 2 - 3 + (carrier.equals("slow") ? 2 : 0);
      csv.append(9_007_199_254_740_993L + i)
          .append(',')
          .append(i % 9 == 0 ? "" : Double.toString(weight))
          .append(',')
          .append(carrier)
          .append(',')
          .append(random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? "yes" : "no")
          .append('\n');
    }
    shell.write("data/parcels.csv", csv.toString());
  }

  private void fails(int exit, String message, String... command) {
    assertThat(shell.run(command))
        .as("%s%n%s", String.join(" ", command), shell.err())
        .isEqualTo(exit);
    assertThat(shell.out() + shell.err()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void lifeOfAModel() throws IOException {
    shell.succeed("run");
    JsonNode first = shell.json("models", "--json").path("versions").get(0);
    assertThat(first.path("names").get(0).asText()).isEqualTo("champion");
    assertThat(shell.succeed("plan")).contains("0 to build");

    // Its predictions are a table like any other; identifiers keep all their digits.
    assertThat(
            shell
                .json(
                    "sql",
                    "select count(distinct p.id) as n from lateness l join parcels p"
                        + " on l.id = p.id and l.late = p.late",
                    "--format",
                    "json")
                .toString())
        .isEqualTo("[{\"n\":100}]");

    // The same rows again: the same version again, to the byte.
    assertThat(shell.succeed("models", "reproduce", "lateness:1"))
        .startsWith("lateness:1 reproduced in ")
        .endsWith("model.json, the same to the byte.\n");

    // More rows make it stale; the next run trains version 2, and 1 can still be made again.
    data(2, 800);
    shell.succeed("run");
    assertThat(shell.json("models", "--json").path("versions")).hasSize(2);
    assertThat(shell.succeed("models", "reproduce", "lateness:1")).contains("to the byte");
    assertThat(shell.succeed("models", "diff", "lateness:1", "lateness"))
        .contains("inputs", "rows", "400", "800", "model.json");
    assertThat(shell.succeed("models", "show", "lateness@latest")).contains("lateness:2");

    shell.succeed("models", "alias", "lateness:1", "old");
    assertThat(shell.json("models", "show", "lateness@old", "--json").path("version").intValue())
        .isEqualTo(1);

    // What is shown moves back with everything else.
    shell.succeed("rollback", "--to", "1");
    assertThat(shell.json("models", "show", "lateness", "--json").path("version").intValue())
        .isEqualTo(1);
  }

  /** Versions that are shown, named or the newest keep the rows they were trained on. */
  @Test
  void gc_keepsWhatVersionsWereTrainedOn() throws IOException {
    shell.succeed("run");
    data(2, 500);
    shell.succeed("run");
    data(3, 600);
    shell.succeed("run");
    shell.succeed("models", "alias", "lateness:2", "audited");

    shell.succeed("gc", "--keep", "0d");

    fails(4, "snapshot", "models", "reproduce", "lateness:1");
    assertThat(shell.succeed("models", "reproduce", "lateness@audited")).contains("to the byte");
    assertThat(shell.succeed("models", "reproduce", "lateness")).contains("to the byte");

    // No declaration, still pinned: the name was given on purpose.
    Files.delete(directory.resolve("models/lateness.yaml"));
    shell.succeed("run");
    shell.succeed("gc", "--keep", "0d");
    shell.write("models/lateness.yaml", MODEL);
    assertThat(shell.succeed("models", "reproduce", "lateness:2")).contains("to the byte");
  }

  @Test
  void predict_keepsRowsAndAddsWhatIsExpected() throws IOException {
    shell.succeed("run");
    shell.succeed("predict", "lateness", "--from", "parcels", "--to", "scored");
    JsonNode rows =
        shell.json(
            "sql",
            "select count(*) as n, count(prediction) as p, count(distinct id) as ids,"
                + " sum(case when (prediction >= 0.5) = (predicted = 'yes') then 1 else 0 end) as"
                + " agree, min(model_version) as v from scored",
            "--format",
            "json");
    assertThat(rows.get(0).toString())
        .isEqualTo("{\"n\":400,\"p\":400,\"ids\":400,\"agree\":400,\"v\":1}");
    // The rows that tested the model are predicted the same here.
    assertThat(
            shell
                .json(
                    "sql",
                    "select max(abs(s.prediction - t.prediction)) as d from scored s join lateness"
                        + " t on s.id = t.id",
                    "--format",
                    "json")
                .get(0)
                .path("d")
                .doubleValue())
        .isZero();
    // A run takes nothing of it away; the same name may be written again, another's not.
    shell.succeed("run");
    shell.succeed("predict", "lateness:1", "--from", "parcels", "--to", "scored");
    fails(
        5,
        "the project declares a table",
        "predict",
        "lateness",
        "--from",
        "parcels",
        "--to",
        "parcels");
    fails(4, "Did you mean 'lateness'?", "predict", "latenes", "--from", "parcels", "--to", "x");
    fails(4, "Cannot find version '7'", "predict", "lateness:7", "--from", "parcels", "--to", "x");
    fails(4, "Did you mean 'parcels'?", "predict", "lateness", "--from", "parcel", "--to", "x");
    fails(4, "there is no table 'parcel'", "models", "explain", "lateness", "--from", "parcel");
    fails(
        2,
        "has a column 'prediction' already",
        "predict",
        "lateness",
        "--from",
        "scored",
        "--to",
        "x");
  }

  /** Several classes: a probability for each, in the table of tests and in that of predictions. */
  @Test
  void severalClasses_areToldApart() throws IOException {
    StringBuilder csv = new StringBuilder("id,weight,length,size\n");
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      double weight = random.nextDouble() * 10;
      double length = random.nextDouble() * 10;
      double sum = weight + length + random.nextGaussian();
      String size = sum < 7 ? "it's 100% S" : sum < 13 ? "M" : "m";
      csv.append(i).append(',').append(weight).append(',').append(length).append(',');
      csv.append(size).append('\n');
    }
    shell.write("data/parcels.csv", csv.toString());
    for (String learner :
        List.of(
            "logistic: {l2: 1}",
            "gbdt: {trees: 20}",
            "tree: {depth: 5}",
            "forest: {trees: 10}",
            "naive-bayes: 1",
            "neighbours: {k: 7}")) {
      shell.write(
          "models/lateness.yaml",
          MODEL.replace("label: late", "label: size").replace("logistic: {l2: 1}", learner)
              + "evaluate: {metrics: [accuracy, macro-f1, auc, log-loss]}\ngate: accuracy > 0.7\n");
      shell.succeed("run");
      assertThat(shell.succeed("models", "show", "lateness"))
          .contains("probability of each of 3 classes of size", "is \\ predicted", "macro-f1");
      assertThat(shell.succeed("models", "reproduce", "lateness")).contains("to the byte");
      shell.succeed("predict", "lateness", "--from", "parcels", "--to", "scored");
      // The likeliest class is the one that is told, and the same rows have the same everywhere.
      assertThat(
              shell
                  .json(
                      "sql",
                      "select count(*) as n, max(abs(s.p_it_s_100_s + s.p_m + s.p_m_2 - 1)) < 1e-12"
                          + " as whole, count(*) filter (s.predicted = case greatest(s.p_it_s_100_s,"
                          + " s.p_m, s.p_m_2) when s.p_m then 'M' when s.p_m_2 then 'm' else"
                          + " 'it''s 100% S' end) as told, count(*) filter (s.predicted = t.predicted"
                          + " and s.p_m = t.p_m) as same from scored s join lateness t on s.id = t.id",
                      "--format",
                      "json")
                  .get(0)
                  .toString())
          .isEqualTo("{\"n\":75,\"whole\":true,\"told\":75,\"same\":75}");
    }
    JsonNode confusion = shell.json("models", "show", "lateness", "--json").path("confusion");
    assertThat(confusion.path("classes").toString()).isEqualTo("[\"M\",\"it's 100% S\",\"m\"]");
    double all = 0;
    for (JsonNode row : confusion.path("rows")) {
      for (JsonNode cell : row) {
        all += cell.doubleValue();
      }
    }
    assertThat(all).isEqualTo(75);
    // A class of one row: it cannot be learnt from and tested at once.
    shell.write("data/parcels.csv", csv + "300,1,1,XXL\n");
    shell.write(
        "models/lateness.yaml",
        MODEL.replace("label: late", "label: size").replace("test: 25%", "folds: 3"));
    fails(2, "of 'XXL' there is no row among the 2", "run");
  }

  @Test
  void gate_refusesAndReadersKeepTheVersionBefore() throws IOException {
    shell.succeed("run");
    shell.write("models/lateness.yaml", MODEL + "gate: auc >= champion.auc + 0.2\n");
    assertThat(shell.succeed("plan")).contains("checks changed", "train logistic on parcels");
    assertThat(shell.run("train", "lateness")).isEqualTo(2);
    assertThat(shell.out()).contains("version 2 did not pass its gate", "gate fails: auc");
    JsonNode versions = shell.json("models", "--json").path("versions");
    assertThat(versions.get(0).path("state").asText()).isEqualTo("shown");
    assertThat(versions.get(1).path("state").asText()).isEqualTo("refused");
    assertThat(shell.run("checks")).as("one has failed").isEqualTo(2);
    assertThat(shell.out()).contains("gate(auc >= champion.auc + 0.2)");
    // Tried again without a change it is refused again, as the same version.
    assertThat(shell.run("train", "lateness")).isEqualTo(2);
    assertThat(shell.json("models", "--json").path("versions")).hasSize(2);
  }

  @Test
  void changedFiles_areNotUsed() throws IOException {
    shell.succeed("run");
    Path model = directory.resolve(".headrace/lake-models/lateness/1/model.json");
    Files.writeString(
        model, Files.readString(model).replaceFirst("\"intercept\" : -?\\d", "\"intercept\" : 9"));
    fails(
        2,
        "model.json is not what was registered",
        "predict",
        "lateness",
        "--from",
        "parcels",
        "--to",
        "x");
    Files.delete(model);
    fails(2, "model.json cannot be read", "predict", "lateness", "--from", "parcels", "--to", "x");
    shell.write(".headrace/lake-models/lateness/1/card.json", "{");
    fails(2, "card.json cannot be read", "models");
  }

  @Test
  void declarationsThatCannotWork_areToldTogether() throws IOException {
    shell.write(
        "models/lateness.yaml",
        """
        label: late
        from: parcel
        features: [weight, late, weight]
        learn: {logistics: {l2: 1}}
        gate: acu > 0.5
        """);
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).contains("Did you mean 'logistic'?").contains("Did you mean 'auc'?");
    shell.write(
        "models/lateness.yaml",
        """
        label: late
        from: parcel
        features: [weight, late, weight]
        learn: {logistic: {l2: 1}}
        evaluate: {metrics: [auc, rmse]}
        """);
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err())
        .contains("did you mean 'parcels'?")
        .contains("The label 'late' is among the features.")
        .contains("The feature 'weight' is named twice.")
        .contains("such as classes and numbers: auc, rmse");
  }

  @Test
  void rowsThatCannotBeLearntFrom_areNamed() throws IOException {
    shell.write("models/lateness.yaml", MODEL + "weight: weigth\n");
    fails(2, "Did you mean 'weight'?", "run");
    shell.write("models/lateness.yaml", MODEL + "evaluate: {metrics: [rmse]}\n");
    fails(2, "Cannot measure 'rmse' of predictions of 'late': it has two classes", "run");
    shell.write("models/lateness.yaml", MODEL.replace("label: late", "label: lat"));
    fails(2, "table 'parcels' has no column 'lat'", "run");
    shell.write("models/lateness.yaml", MODEL);
    shell.write(
        "data/parcels.csv", "id,weight,carrier,late\n1,2.0,fast,no\n2,inf,slow,yes\n3,1,fast,no\n");
    fails(2, "Cannot use column 'weight': it holds an infinite number.", "run");
    shell.write("data/parcels.csv", "id,weight,carrier,late\n1,2.0,fast,no\n2,3,slow,no\n");
    fails(2, "Cannot learn to predict 'late': it is 'no' in every row.", "run");
    fails(4, "Cannot find model 'late'", "models", "show", "late");
  }
}
