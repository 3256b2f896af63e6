package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that are searched, on the command line. */
class TuningTest {
  private static final String MODEL =
      "label: late\nfrom: parcels\nkey: [id]\nsplit: {test: 30%}\nevaluate: {importance: false}\n";

  @TempDir Path directory;
  private Shell shell;

  /** Few rows, much noise: deep trees learn the noise by heart. */
  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write("sources/parcels.yaml", "files: data/*.csv\n");
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("id,a,b,c,d,late\n");
    for (int i = 0; i < 600; i++) {
      double a = random.nextGaussian();
      csv.append(
          "%d,%s,%s,%s,%s,%s\n"
              .formatted(
                  i,
                  a,
                  random.nextGaussian(),
                  random.nextGaussian(),
                  random.nextGaussian(),
                  random.nextDouble() < 1 / (1 + Math.exp(-a)) ? "yes" : "no"));
    }
    shell.write("data/parcels.csv", csv.toString());
  }

  private JsonNode card(String declaration) throws IOException {
    shell.write("models/lateness.yaml", MODEL + declaration);
    shell.succeed("run");
    return shell.json("models", "show", "lateness@latest", "--json");
  }

  @Test
  void tune_findsBetterSettingsAndIsReproduced() throws IOException {
    String learner = "learn: {gbdt: {trees: 200, depth: 10, learning-rate: 0.3}}\n";
    double declared = card(learner).path("metrics").get(0).path("estimate").doubleValue();
    JsonNode tuned =
        card(
            learner
                + "tune: {trials: 6, metric: log-loss, search: {depth: 1 to 3, trees: 20 to 60 log,"
                + " rows: 50 to 100}}\n");
    assertThat(tuned.path("metrics").get(0).path("estimate").doubleValue())
        .isLessThan(declared - 0.1);
    List<JsonNode> trials = tuned.path("judgement").path("trials").valueStream().toList();
    assertThat(trials).hasSize(6);
    assertThat(trials.getFirst().path("settings")).isEmpty();
    List<Double> estimates = new ArrayList<>();
    for (JsonNode trial : trials) {
      assertThat(trial.path("metric").asText()).isEqualTo("log-loss");
      estimates.add(trial.path("estimate").doubleValue());
      if (!trial.path("settings").isEmpty()) {
        assertThat(trial.path("settings").path("depth").doubleValue()).isBetween(1.0, 3.0);
        assertThat(trial.path("settings").path("rows").doubleValue()).isBetween(50.0, 100.0);
      }
    }
    JsonNode best =
        trials.stream().filter(one -> one.path("isBest").booleanValue()).findFirst().orElseThrow();
    assertThat(best.path("estimate").doubleValue())
        .isEqualTo(estimates.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
    assertThat(shell.succeed("models", "reproduce", "lateness")).contains("the same to the byte");
    assertThat(shell.succeed("models", "show", "lateness")).contains("trial", "declared", "best");
  }

  @Test
  void tune_ofALinearModel_searchesItsPenalty() throws IOException {
    JsonNode trials =
        card("learn: {logistic: {l2: 1}}\ntune: {trials: 4}\n").path("judgement").path("trials");
    assertThat(trials.get(3).path("settings").path("l2").doubleValue()).isBetween(1e-3, 1e3);
  }

  @Test
  void rangesThatCannotBeSearched_areToldByName() throws IOException {
    String learner = "learn: {gbdt: {trees: 20, depth: 3}}\n";
    shell.write("models/lateness.yaml", MODEL + learner + "tune: {trials: 1}\n");
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).contains("2 to 1000 'trials', not 1");
    shell.write("models/lateness.yaml", MODEL + learner + "tune: {search: {depth: 3-10}}\n");
    assertThat(shell.run("check")).isEqualTo(2);
    assertThat(shell.err()).contains("must be a range such as '3 to 10'");
    String[][] cases = {
      {learner + "tune: {search: {dept: 3 to 10}}\n", "Did you mean 'depth'?"},
      {
        learner + "tune: {trials: 3, search: {depth: 90 to 99}}\n",
        "must have a 'depth' of at most 15"
      },
      {learner + "tune: {metric: rmse}\n", "Cannot measure 'rmse'"},
      {"learn: majority\ntune: {trials: 3}\n", "It has no numbers to tune"}
    };
    for (String[] one : cases) {
      shell.write("models/lateness.yaml", MODEL + one[0]);
      assertThat(shell.run("run")).as(one[0]).isEqualTo(2);
      assertThat(shell.out() + shell.err()).contains(one[1]).doesNotContain("\tat ");
    }
  }
}
