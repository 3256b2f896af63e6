package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of public data reach what good practice reaches on them. */
class ModelExamplesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;

  private static JsonNode card(ExampleProject project, String model) throws IOException {
    return JSON.readTree(project.succeed(List.of("models", "show", model, "--json")));
  }

  private static double metric(JsonNode card, String name) {
    for (JsonNode score : card.path("metrics")) {
      if (score.path("metric").asText().equals(name)) {
        assertThat(score.path("lower95").doubleValue())
            .isLessThan(score.path("upper95").doubleValue());
        return score.path("estimate").doubleValue();
      }
    }
    throw new AssertionError("no " + name + " in " + card);
  }

  @Test
  void adult_onItsOwnTestFile() throws IOException {
    ExampleProject adult = ExampleProject.copy("adult", directory);
    adult.run();
    JsonNode trees = card(adult, "income_trees");
    assertThat(trees.path("testedOn").intValue()).isEqualTo(16_281);
    assertThat(metric(trees, "auc")).isGreaterThanOrEqualTo(0.927);
    assertThat(metric(trees, "ece")).isLessThan(0.02);
    assertThat(trees.path("warnings")).as("honest features").isEmpty();
    JsonNode logistic = card(adult, "income_logistic");
    assertThat(metric(logistic, "auc")).isGreaterThanOrEqualTo(0.905);
    adult.succeed(List.of("models", "reproduce", "income_logistic"));
  }

  @Test
  void churn_inFiveFolds() throws IOException {
    ExampleProject churn = ExampleProject.copy("churn", directory);
    churn.run();
    JsonNode card = card(churn, "churn");
    assertThat(card.path("testedOn").intValue()).isEqualTo(7_043);
    assertThat(metric(card, "auc")).isGreaterThanOrEqualTo(0.845);
    assertThat(card.path("warnings")).isEmpty();
  }

  @Test
  void housing_inFiveFolds() throws IOException {
    ExampleProject housing = ExampleProject.copy("housing", directory);
    housing.run();
    assertThat(metric(card(housing, "value_trees"), "rmse")).isLessThanOrEqualTo(47_000);
    JsonNode linear = card(housing, "value_linear");
    // statsmodels on all rows, gaps filled by the mean and told by a column.
    assertThat(linear.at("/report/leastSquares/determination").doubleValue()).isBetween(0.64, 0.65);
    assertThat(linear.at("/report/leastSquares/coefficients")).hasSize(14);
    assertThat(linear.path("warnings")).isEmpty();
    housing.succeed(List.of("models", "reproduce", "value_trees"));
  }

  @Test
  void bike_againstTheSameHourAWeekBefore() throws IOException {
    ExampleProject bike = ExampleProject.copy("bike", directory);
    bike.run();
    double lastWeek = metric(card(bike, "as_last_week"), "mae");
    assertThat(lastWeek).isBetween(64.7, 64.8);
    JsonNode nextHour = card(bike, "next_hour");
    assertThat(metric(nextHour, "mae") / lastWeek).isLessThanOrEqualTo(0.6);
    assertThat(metric(nextHour, "mae") / lastWeek).isBetween(0.43, 0.47);
    JsonNode nextDay = card(bike, "next_day");
    assertThat(metric(nextDay, "mae") / lastWeek).isBetween(0.57, 0.60);
    for (JsonNode card : List.of(nextHour, nextDay)) {
      assertThat(card.path("testedOn").intValue()).isEqualTo(3_415);
      assertThat(card.path("features").toString()).doesNotContain("casual", "registered");
    }
    assertThat(nextHour.path("warnings")).isEmpty();
    // Means of days like this one say much, honestly: their latest day is the one before.
    assertThat(nextDay.path("features").toString()).doesNotContain("hour_ago");
    assertThat(nextDay.path("warnings"))
        .isNotEmpty()
        .allSatisfy(warning -> assertThat(warning.asText()).startsWith("'alike_"));
    assertThat(
            bike.rows(
                    """
                    select count(*) as n from hires h join hires d on d.at < h.at
                    where h.hr = d.hr and h.workingday = d.workingday and d.at > h.at - interval '24' hour
                    """)
                .getFirst()
                .path("n")
                .intValue())
        .isZero();
    bike.succeed(List.of("models", "reproduce", "as_last_week"));
  }

  @Test
  void bank_namesTheColumnThatLeaks() throws IOException {
    ExampleProject bank = ExampleProject.copy("bank", directory);
    bank.run();
    JsonNode honest = card(bank, "subscribes");
    assertThat(metric(honest, "auc")).isBetween(0.79, 0.83);
    assertThat(honest.path("features").toString()).doesNotContain("duration");
    assertThat(honest.path("warnings")).isEmpty();
    JsonNode leaking = card(bank, "subscribes_leaking");
    assertThat(leaking.path("warnings")).hasSize(1);
    assertThat(leaking.path("warnings").get(0).asText()).startsWith("'duration' alone predicts");
  }
}
