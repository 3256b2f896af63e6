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

/** Repeated folds, classes in other shares, and learning curves, on the command line. */
class CurveTest {
  private static final int ROWS = 1_200;
  private static final String MODEL =
      "label: late\nfrom: parcels\nkey: [id]\nlearn: {logistic: {l2: 1}}\n"
          + "evaluate: {metrics: [log-loss, auc], importance: false}\n";

  @TempDir Path directory;
  private Shell shell;

  /** One in eight is late. */
  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write("sources/parcels.yaml", "files: data/*.csv\n");
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("id,a,b,late\n");
    for (int i = 0; i < ROWS; i++) {
      double a = random.nextGaussian();
      csv.append(
          "%d,%s,%s,%s\n"
              .formatted(
                  i,
                  a,
                  random.nextGaussian(),
                  random.nextDouble() < 1 / (1 + Math.exp(2.4 - a)) ? "yes" : "no"));
    }
    shell.write("data/parcels.csv", csv.toString());
  }

  private JsonNode card(String declaration) throws IOException {
    shell.write("models/lateness.yaml", MODEL + declaration);
    shell.succeed("run");
    return shell.json("models", "show", "lateness@latest", "--json");
  }

  private double number(String sql) {
    return Double.parseDouble(shell.succeed("sql", sql, "--format", "csv").lines().toList().get(1));
  }

  @Test
  void repeats_areTakenTogether_andEveryRowIsPublishedOnce() throws IOException {
    JsonNode once = card("split: {folds: 4, stratified: true}\n");
    JsonNode thrice = card("split: {folds: 4, stratified: true, repeats: 3}\n");
    JsonNode metric = thrice.path("metrics").get(0);
    assertThat(metric.path("folds")).hasSize(12);
    for (int f = 0; f < 4; f++) {
      assertThat(metric.path("folds").get(f))
          .isEqualTo(once.path("metrics").get(0).path("folds").get(f));
    }
    assertThat(metric.path("estimate").doubleValue())
        .isCloseTo(
            metric
                .path("folds")
                .valueStream()
                .mapToDouble(JsonNode::doubleValue)
                .average()
                .orElse(0),
            within(1e-12));
    double width = width(metric);
    assertThat(width / width(once.path("metrics").get(0))).isBetween(0.85, 1.15);
    double cells =
        thrice
            .path("confusion")
            .path("rows")
            .valueStream()
            .flatMap(JsonNode::valueStream)
            .mapToDouble(JsonNode::doubleValue)
            .sum();
    assertThat(cells).isEqualTo(ROWS);
    assertThat(number("select count(*) from lateness")).isEqualTo(ROWS);
    assertThat(number("select count(distinct fold) from lateness")).isEqualTo(4);
    assertThat(shell.succeed("models", "reproduce", "lateness")).contains("the same to the byte");
    shell.write("models/lateness.yaml", MODEL + "split: {repeats: 3}\n");
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).contains("'folds'");
  }

  private static double width(JsonNode metric) {
    return metric.path("upper95").doubleValue() - metric.path("lower95").doubleValue();
  }

  @Test
  void overSampling_touchesNoTestRow_andCalibrationBringsTheSharesBack() throws IOException {
    JsonNode level = card("split: {folds: 4}\nprepare: {over-sample: 1}\n");
    double late = number("select avg(case when late = 'yes' then 1.0 else 0.0 end) from parcels");
    assertThat(level.path("warnings").toString()).contains("in other shares than they have");
    assertThat(number("select count(*) from lateness")).isEqualTo(ROWS);
    assertThat(number("select avg(prediction) from lateness")).isBetween(0.4, 0.6);
    JsonNode back = card("split: {folds: 4}\nprepare: {over-sample: 1}\ncalibrate: platt\n");
    assertThat(back.path("warnings")).isEmpty();
    assertThat(number("select avg(prediction) from lateness")).isCloseTo(late, within(0.02));
    assertThat(back.path("metrics").get(1).path("estimate").doubleValue())
        .isCloseTo(level.path("metrics").get(1).path("estimate").doubleValue(), within(0.01));
    card("split: {folds: 4}\nprepare: {under-sample: 0.5}\n");
    assertThat(number("select avg(prediction) from lateness")).isBetween(0.27, 0.4);
    assertThat(shell.succeed("models", "reproduce", "lateness@latest"))
        .contains("the same to the byte");
  }

  @Test
  void curve_tellsWhatMoreRowsAreWorth() throws IOException {
    card("split: {folds: 4}\n");
    JsonNode told = shell.json("models", "curve", "lateness", "--json");
    JsonNode points = told.path("curve").path("points");
    assertThat(points.findValues("rows").stream().map(JsonNode::intValue).toList())
        .containsExactly(56, 112, 225, 450, 900);
    // The version's own metric: the last models are those that were judged.
    assertThat(points.get(4).path("test").doubleValue())
        .isEqualTo(
            shell
                .json("models", "show", "lateness", "--json")
                .path("metrics")
                .get(0)
                .path("estimate")
                .doubleValue());
    assertThat(told.path("curve").path("verdict").asText()).isEqualTo("bias-or-noise");
    assertThat(shell.succeed("models", "curve", "lateness"))
        .contains("log-loss by the rows it learns from", "those rows", "900", "bias, or noise");
    card("split: {folds: 4}\ntune: {trials: 2}\n");
    assertThat(shell.succeed("models", "curve", "lateness@latest")).contains("900");
    assertThat(shell.run("models", "curve", "latenes")).isEqualTo(4);
    assertThat(shell.err()).contains("Did you mean 'lateness'?");
  }
}
