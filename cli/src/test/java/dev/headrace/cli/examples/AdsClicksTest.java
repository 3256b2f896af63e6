package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clicks are predicted nearly as well as by who knows their probabilities, offline and online. */
class AdsClicksTest {
  @TempDir Path directory;

  @Test
  void clickModel_isNearTheTruth_andServesTheFeaturesItLearntFrom() throws IOException {
    ExampleProject ads = ExampleProject.copy("ads_clicks", directory.resolve("ads"));
    ads.succeed(
        List.of(
            "simulate",
            "ads",
            ads.directory().resolve("data").toString(),
            "--people",
            "2000",
            "--days",
            "14",
            "--seed",
            "7"));
    Path truth = directory.resolve("truth");
    Files.move(ads.directory().resolve("data/truth"), truth); // No source can read it.
    ads.run();

    double[] losses = logLosses(ads, clickProbabilities(truth));
    assertThat(losses[0] / losses[1]).as("log loss over that of the truth").isLessThan(1.02);
    JsonNode card =
        new JsonMapper().readTree(ads.succeed(List.of("models", "show", "click_model", "--json")));
    assertThat(card.path("testedOn").intValue()).isEqualTo(41_732);
    for (JsonNode score : card.path("metrics")) {
      if (score.path("metric").asText().equals("ece")) {
        assertThat(score.path("estimate").doubleValue()).isLessThan(0.01);
      }
    }
    assertServedAsLearnt(ads);
  }

  private static Map<String, Double> clickProbabilities(Path truth) throws IOException {
    Map<String, Double> probabilities = new HashMap<>();
    try (Stream<Path> files = Files.list(truth.resolve("exposures"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
          String[] cells = line.split(",");
          probabilities.put(cells[0], Double.parseDouble(cells[6]));
        }
      }
    }
    return probabilities;
  }

  /** Of the model and of the truth, on the rows that tested the model. */
  private static double[] logLosses(ExampleProject ads, Map<String, Double> truth)
      throws IOException {
    double[] losses = new double[2];
    List<JsonNode> rows =
        ads.rows(
            "select s.request_id, p.clicked, p.prediction from click_model p"
                + " join shown s using (impression_id)");
    for (JsonNode row : rows) {
      Double known = truth.get(row.path("request_id").asText());
      assertThat(known).as("probability of %s", row).isNotNull();
      boolean clicked = row.path("clicked").booleanValue();
      losses[0] -= Math.log(clicked ? predicted(row) : 1 - predicted(row));
      losses[1] -= Math.log(clicked ? known : 1 - known);
    }
    return losses;
  }

  private static double predicted(JsonNode row) {
    return row.path("prediction").doubleValue();
  }

  /** What predictions were made of is what the tables of features have, by an audit to the bit. */
  private static void assertServedAsLearnt(ExampleProject ads) throws IOException {
    List<JsonNode> asked =
        ads.rows(
            "select visitor_id, campaign_id, min(creative_id) as creative_id from shown"
                + " where visitor_id is not null group by 1, 2 order by 1, 2 limit 300");
    StringBuilder body = new StringBuilder("{\"features\": true, \"rows\": [");
    for (JsonNode row : asked) {
      body.append(body.charAt(body.length() - 1) == '[' ? "" : ",")
          .append(
              """
              {"visitor_id": %s, "campaign_id": %s, "creative_id": %s, "placement": "in_feed",
               "position": "1", "device_type": "phone", "site_fits": true, "evening": false}"""
                  .formatted(
                      row.path("visitor_id"), row.path("campaign_id"), row.path("creative_id")));
    }
    JsonNode answer = ads.ask("/api/v1/predict/click_chance", body + "]}");
    assertThat(answer.path("predictions")).hasSize(asked.size());
    Map<String, JsonNode> latest = new HashMap<>();
    ads.rows("select campaign_id, ctr_7d from campaign_ads")
        .forEach(row -> latest.put(row.path("campaign_id").asText(), row.path("ctr_7d")));
    for (int i = 0; i < asked.size(); i++) {
      JsonNode one = answer.path("predictions").get(i);
      assertThat(one.path("prediction").doubleValue()).isBetween(0.0001, 0.5);
      assertThat(one.at("/features/campaign_ads.ctr_7d"))
          .isEqualTo(latest.get(asked.get(i).path("campaign_id").asText()));
    }
    for (String view :
        List.of("visitor_ads", "visitor_campaign_ads", "creative_ads", "campaign_ads")) {
      JsonNode report = ads.audit(view);
      assertThat(report.path("holds").asBoolean()).as(report.toPrettyString()).isTrue();
      assertThat(report.path("vectors").asInt()).isEqualTo(asked.size());
    }
  }
}
