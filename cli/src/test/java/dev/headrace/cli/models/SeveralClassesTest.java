package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several classes calibrated, weighed and explained, on the command line. */
class SeveralClassesTest {
  private static final String MODEL =
      """
      label: end
      from: calls
      key: [id]
      split: {test: 30%}
      evaluate: {metrics: [log-loss, ece, balanced-accuracy], importance: false}
      """;

  private static final String TREES = "learn: {gbdt: {trees: 60, depth: 5, learning-rate: 0.5}}\n";

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: calls\n");
    shell.write("sources/calls.yaml", "files: data/*.csv\n");
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("id,wait,length,queue,end\n");
    for (int i = 0; i < 1_500; i++) {
      double wait = random.nextGaussian();
      double length = random.nextGaussian();
      double u = random.nextDouble();
      double lost = Math.exp(wait - 1);
      double sold = Math.exp(length - 2);
      double all = lost + sold + 2;
      csv.append(
          "%d,%s,%s,%s,%s\n"
              .formatted(
                  i,
                  wait,
                  length,
                  i % 2 == 0 ? "north" : "south",
                  u * all < lost ? "lost" : u * all < lost + sold ? "sold" : "none"));
    }
    shell.write("data/calls.csv", csv.toString());
  }

  private JsonNode card(String declaration) throws IOException {
    shell.write("models/endings.yaml", MODEL + declaration);
    shell.succeed("run");
    return shell.json("models", "show", "endings@latest", "--json");
  }

  private static double metric(JsonNode scores, int place) {
    return scores.get(place).path("estimate").doubleValue();
  }

  @Test
  void calibration_ofTreesThatAreTooSureIsWorthIt() throws IOException {
    for (String method : List.of("platt", "isotonic")) {
      JsonNode card = card(TREES + "calibrate: " + method + "\n");
      JsonNode before = card.at("/judgement/calibration/before");
      assertThat(metric(card.path("metrics"), 0)).as(method).isLessThan(metric(before, 0) - 0.1);
      assertThat(metric(card.path("metrics"), 1)).as(method).isLessThan(metric(before, 2));
      JsonNode sums =
          shell.json(
              "sql",
              "select max(abs(p_lost + p_none + p_sold - 1)) as off, min(p_sold) as least"
                  + " from endings",
              "--format",
              "json");
      assertThat(sums.get(0).path("off").doubleValue()).isLessThan(1e-12);
      assertThat(sums.get(0).path("least").doubleValue()).isGreaterThan(0);
    }
    assertThat(shell.succeed("models", "reproduce", "endings")).contains("the same to the byte");
  }

  @Test
  void weightsOfClasses_moveWhatIsPredicted() throws IOException {
    String sold = "select count(*) as n from endings where predicted = 'sold'";
    double plain = metric(card("learn: logistic\n").path("metrics"), 2);
    int before = shell.json("sql", sold, "--format", "json").get(0).path("n").intValue();
    JsonNode card =
        card("learn: {logistic: {balance: {weights: {sold: 8, lost: 4}}}}\n").path("metrics");
    assertThat(metric(card, 2)).isGreaterThan(plain + 0.05);
    assertThat(shell.json("sql", sold, "--format", "json").get(0).path("n").intValue())
        .isGreaterThan(before + 20);
    card("learn: {gbdt: {trees: 20, balance: balanced}}\n");
    for (String[] one :
        new String[][] {
          {"learn: {logistic: {balance: {weights: {solt: 8}}}}\n", "Did you mean 'sold'?"},
          {"learn: {logistic: {balance: {weights: {sold: -1}}}}\n", "a weight above 0"},
          {"learn: {logistic: {balance: equal}}\n", "balance"}
        }) {
      shell.write("models/endings.yaml", MODEL + one[0]);
      assertThat(shell.run("run")).as(one[0]).isEqualTo(2);
      assertThat(shell.out() + shell.err()).contains(one[1]).doesNotContain("\tat ");
    }
  }

  @Test
  void explanations_areOfAClassOrOfAll() throws IOException {
    for (String learner : List.of("learn: {gbdt: {trees: 30, depth: 3}}\n", "learn: logistic\n")) {
      card(learner);
      assertThat(
              shell
                  .json("models", "explain", "endings", "--json")
                  .path("features")
                  .get(2)
                  .path("feature")
                  .asText())
          .isEqualTo("queue");
      JsonNode sold = shell.json("models", "explain", "endings", "--class", "sold", "--json");
      assertThat(sold.path("of").asText()).isEqualTo("sold");
      assertThat(sold.path("features").get(0).path("feature").asText()).isEqualTo("length");
      String row = "{\"wait\": 3, \"length\": -1, \"queue\": \"north\"}";
      JsonNode told =
          shell.json("models", "explain", "endings", "--row", row, "--column", "wait", "--json");
      assertThat(told.path("of").asText()).isEqualTo("lost");
      JsonNode first = told.at("/row/contributions/0");
      assertThat(first.path("feature").asText()).isEqualTo("wait");
      double sum = told.path("base").doubleValue();
      for (JsonNode one : told.at("/row/contributions")) {
        sum += one.path("contribution").doubleValue();
      }
      assertThat(told.at("/row/score").doubleValue()).isCloseTo(sum, within(1e-12));
      // The softmax of the scores of all classes is the probability.
      double all = 0;
      for (String name : List.of("lost", "none", "sold")) {
        all +=
            Math.exp(
                shell
                    .json("models", "explain", "endings", "--row", row, "--class", name, "--json")
                    .at("/row/score")
                    .doubleValue());
      }
      assertThat(told.at("/row/prediction").doubleValue())
          .isCloseTo(Math.exp(told.at("/row/score").doubleValue()) / all, within(1e-5));
      assertThat(told.at("/dependence/points").size()).isGreaterThan(10);
    }
    assertThat(shell.succeed("models", "explain", "endings", "--class", "lost"))
        .contains("endings:2, of lost");
    assertThat(shell.run("models", "explain", "endings", "--class", "lots")).isEqualTo(2);
    assertThat(shell.err()).contains("Did you mean 'lost'?");
    assertThat(shell.run("models", "explain", "endings", "--column", "wait")).isEqualTo(2);
    assertThat(shell.err()).contains("--class lost");
  }
}
