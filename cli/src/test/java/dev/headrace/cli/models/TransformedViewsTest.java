package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.cli.serve.Soon;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features that are computed from features of views, predicted by key. */
class TransformedViewsTest {
  private static final String PATH = "/api/v1/predict/buying";

  @TempDir Path directory;

  @Test
  void byKey_featuresAreFetchedAndComputed() throws Exception {
    Shell shell = VisitsProject.write(directory, 300);
    shell.write(
        "models/bought.yaml",
        """
        label: bought
        from: visits
        features: [activity.*]
        transform:
          night: hour < 6 or hour > 21
          clicks_log: ln(1 + activity__clicks_7d)
          per_click: activity__spend_ever / nullif(activity__clicks_7d, 0)
        time: seen_at
        key: [visit_id]
        learn: {logistic: {l2: 1}}
        split: {test: 25%}
        """);
    shell.write("deployments/buying.yaml", "model: bought\nunit: user_id\n");
    shell.succeed("run");
    assertThat(shell.succeed("models", "reproduce", "bought")).contains("to the byte");
    shell.succeed("predict", "bought", "--from", "visits", "--to", "scored");
    assertThat(
            shell
                .json(
                    "sql",
                    "select count(*) as n, max(abs(b.prediction - s.prediction)) as most from bought b"
                        + " join scored s using (visit_id)",
                    "--format",
                    "json")
                .get(0)
                .toString())
        .isEqualTo("{\"n\":75,\"most\":0.0}");

    try (ServedModelsProject served = new ServedModelsProject(directory)) {
      String rows =
          "{\"rows\": [{\"user_id\": 1, \"hour\": 23}, {\"user_id\": 9999, \"hour\": null}],"
              + " \"features\": true}";
      Soon.await(() -> served.post(PATH, rows).status() == 200);
      JsonNode told = served.post(PATH, rows).json().path("predictions");
      JsonNode features = told.at("/0/features");
      assertThat(features.path("hour").doubleValue()).isEqualTo(23);
      assertThat(features.path("activity.clicks_7d").isNumber()).isTrue();
      assertThat(told.at("/1/missing").toString())
          .isEqualTo(
              "{\"activity.clicks_7d\":\"MISSING\",\"activity.spend_ever\":\"MISSING\",\"hour\":\"NULL\"}");
      for (int row = 0; row < 2; row++) {
        JsonNode inferred =
            served
                .post(
                    "/v2/models/bought/infer",
                    "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"FP64\","
                        + " \"data\": [%s, %s, %s]}]}"
                            .formatted(
                                told.at("/" + row + "/features/activity.clicks_7d"),
                                told.at("/" + row + "/features/activity.spend_ever"),
                                told.at("/" + row + "/features/hour")))
                .json();
        assertThat(told.at("/" + row + "/prediction").doubleValue())
            .isEqualTo(inferred.at("/outputs/0/data/0").doubleValue())
            .isBetween(0.0, 1.0);
      }
    }
  }
}
