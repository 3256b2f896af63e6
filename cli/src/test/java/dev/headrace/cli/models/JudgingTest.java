package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slices, thresholds and calibration, from the declaration to the card. */
class JudgingTest {
  private static final int ROWS = 3_000;
  private static final String MODEL =
      """
      label: late
      from: parcels
      key: [id]
      except: [depot, doors]
      split: {test: 50%}
      """;

  @TempDir Path directory;
  private Shell shell;

  /** Lateness follows weight everywhere but at the port, where it is a coin's. */
  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write("sources/parcels.yaml", "files: data/*.csv\ncolumns: {weight: double}\n");
    Random random = new Random(8);
    StringBuilder csv = new StringBuilder("id,weight,carrier,depot,doors,late\n");
    for (int i = 0; i < ROWS; i++) {
      double weight = random.nextDouble() * 10;
      String carrier = random.nextBoolean() ? "fast" : "slow";
      String depot = i % 5 == 0 ? "port" : i % 2 == 0 ? "north" : i % 41 == 0 ? "" : "south";
      double odds = depot.equals("port") ? 0 : weight - 5.5 + (carrier.equals("slow") ? 1 : 0);
      csv.append(
          "%d,%s,%s,%s,%d,%s\n"
              .formatted(
                  i,
                  weight,
                  carrier,
                  depot,
                  random.nextInt(100),
                  random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? "yes" : "no"));
    }
    shell.write("data/parcels.csv", csv.toString());
  }

  private JsonNode card(String declaration) throws IOException {
    shell.write("models/lateness.yaml", MODEL + declaration);
    shell.succeed("run");
    return shell.json("models", "show", "lateness@latest", "--json");
  }

  private JsonNode number(String sql) throws IOException {
    return shell.json("sql", sql, "--format", "json").get(0).path("n");
  }

  @Test
  void slices_putTheWorstFirst() throws IOException {
    JsonNode told =
        card("learn: {logistic: {l2: 1}}\nevaluate: {metrics: [auc, log-loss], slices: [depot, doors]}\n")
            .path("judgement");
    JsonNode worst = told.path("slices").get(0);
    assertThat(worst.path("column").asText()).isEqualTo("depot");
    assertThat(worst.path("value").asText()).isEqualTo("port");
    assertThat(worst.path("isWorse").booleanValue()).isTrue();
    assertThat(worst.path("metrics").get(0).path("upper95").doubleValue())
        .isLessThan(told.path("pooled").get(0).path("estimate").doubleValue());
    assertThat(worst.path("rows").intValue())
        .isEqualTo(
            number(
                    "select count(*) as n from lateness l join parcels p on p.id = l.id"
                        + " where depot = 'port'")
                .intValue());
    // Doors have nothing to do with it: a number of many values is told by quarters.
    assertThat(
            told.path("slices")
                .valueStream()
                .filter(one -> one.path("column").asText().equals("doors")))
        .hasSize(4)
        .allSatisfy(one -> assertThat(one.path("isWorse").booleanValue()).isFalse());
    // The rows without a depot are too few to tell anything of.
    assertThat(told.path("slices").toString()).doesNotContain("(missing)");
    assertThat(shell.succeed("models", "show", "lateness"))
        .contains("auc of slices, all rows together 0.")
        .contains("depot = port")
        .contains("probability", "observed");
  }

  @Test
  void threshold_isChosenOnTrainingRowsAndUsed() throws IOException {
    JsonNode card =
        card(
            """
            learn: {logistic: {l2: 1}}
            evaluate: {metrics: [recall, precision], threshold: {maximise: "tp*5 - fp*1"}}
            """);
    JsonNode chosen = card.path("judgement").path("threshold");
    double threshold = chosen.path("threshold").doubleValue();
    // Five to one pays from a sixth on, where probabilities are right.
    assertThat(threshold).isCloseTo(1.0 / 6, within(0.12));
    double test = chosen.path("testPayoffPerRow").doubleValue();
    assertThat(test)
        .isGreaterThan(chosen.path("testPayoffPerRowAtHalf").doubleValue())
        .isCloseTo(chosen.path("payoffPerRow").doubleValue(), within(0.25));
    // Told of the test rows is what their predictions say.
    assertThat(
            number(
                    "select avg(case when prediction < %s then 0 when late = 'yes' then 5 else -1 end)"
                            .formatted(threshold)
                        + " as n from lateness")
                .doubleValue())
        .isCloseTo(test, within(1e-9));
    shell.succeed("predict", "lateness", "--from", "parcels", "--to", "scored");
    assertThat(
            number(
                    "select count(*) as n from scored where (prediction >= %s) <> (predicted = 'yes')"
                        .formatted(threshold))
                .intValue())
        .isZero();
    assertThat(shell.succeed("models", "reproduce", "lateness")).contains("the same to the byte");
    assertThat(shell.succeed("models", "show", "lateness")).contains("maximises tp*5 - fp*1");
  }

  /** Trees that were grown too long are too bold; the labels of the test rows move nothing. */
  @Test
  void calibration_takesBoldnessOff() throws IOException {
    for (String method : new String[] {"platt", "isotonic"}) {
      JsonNode card =
          card(
              """
              learn: {gbdt: {trees: 150, depth: 6, learning-rate: 0.3}}
              calibrate: %s
              evaluate: {metrics: [ece, log-loss, brier]}
              """
                  .formatted(method));
      JsonNode before = card.path("judgement").path("calibration").path("before");
      assertThat(card.path("judgement").path("calibration").path("rows").intValue())
          .isEqualTo(1_500);
      double eceBefore = before.get(2).path("estimate").doubleValue();
      double eceAfter = card.path("metrics").get(0).path("estimate").doubleValue();
      assertThat(eceBefore).isGreaterThan(0.06);
      assertThat(eceAfter).as(method).isLessThan(eceBefore * 0.65);
      assertThat(card.path("metrics").get(1).path("estimate").doubleValue())
          .isLessThan(before.get(0).path("estimate").doubleValue());
      // Sums of the table are sums of the predictions.
      double rows = 0;
      double predicted = 0;
      for (JsonNode bin : card.path("judgement").path("reliability")) {
        rows += bin.path("rows").intValue();
        predicted += bin.path("rows").intValue() * bin.path("predicted").doubleValue();
      }
      assertThat(rows).isEqualTo(1_500);
      assertThat(predicted)
          .isCloseTo(
              number("select sum(prediction) as n from lateness").doubleValue(), within(1e-6));
      assertThat(shell.succeed("models", "reproduce", "lateness")).contains("the same to the byte");
      assertThat(shell.succeed("models", "show", "lateness"))
          .contains("calibrated by " + method + " on 1,500 out-of-fold predictions: log-loss");
    }
  }

  @Test
  void whatCannotBeJudgedSo_isToldByName() throws IOException {
    shell.write(
        "models/lateness.yaml",
        MODEL + "learn: {logistic: {l2: 1}}\nevaluate: {threshold: {maximise: tq*5}}\n");
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).contains("'tq' is none of them");
    shell.write(
        "models/lateness.yaml", MODEL + "learn: {logistic: {l2: 1}}\nevaluate: {threshold: 1.5}\n");
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).contains("must be a probability between 0 and 1, not 1.5");
    shell.write(
        "models/lateness.yaml",
        MODEL + "learn: {logistic: {l2: 1}}\nevaluate: {slices: [depott]}\n");
    assertThat(shell.run("run")).isEqualTo(2);
    assertThat(shell.out() + shell.err()).contains("Did you mean 'depot'?");
    shell.write(
        "models/lateness.yaml",
        MODEL.replace("label: late", "label: weight") + "learn: {ridge: 1}\ncalibrate: platt\n");
    assertThat(shell.run("run")).isEqualTo(2);
    assertThat(shell.out() + shell.err())
        .contains("Cannot calibrate for 'weight': that is for classes.");
  }
}
