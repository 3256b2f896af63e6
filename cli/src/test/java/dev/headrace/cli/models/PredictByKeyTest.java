package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.cli.serve.Soon;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions by key: from raw files to the answer of a request. */
class PredictByKeyTest {
  private static final String PATH = "/api/v1/predict/buying";

  @TempDir static Path directory;
  private static ServedModelsProject served;

  @BeforeAll
  static void serve() throws Exception {
    Shell shell = VisitsProject.write(directory, 300);
    shell.write("deployments/buying.yaml", "model: bought\nunit: user_id\n");
    shell.succeed("run");
    served = new ServedModelsProject(directory);
    // The store is filled meanwhile.
    Soon.await(() -> served.post(PATH, row(1)).status() == 200);
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static String row(long user) {
    return "{\"rows\": [{\"user_id\": %d, \"page_id\": \"p1\", \"hour\": 13}], \"features\": true}"
        .formatted(user);
  }

  @Test
  void predict_givesWhatTheTableOfFeaturesAndTheProtocolGive() {
    JsonNode answer = served.post(PATH, row(1)).json();
    JsonNode one = answer.at("/predictions/0");
    assertThat(answer.path("deployment").asText()).isEqualTo("buying");
    assertThat(one.path("model").asText()).isEqualTo("bought");
    assertThat(one.path("version").intValue()).isEqualTo(1);
    assertThat(one.path("part").asText()).isEqualTo("all");
    assertThat(one.path("missing")).isEmpty();

    // The features are those of the online store, the prediction that of the protocol.
    JsonNode features = served.post("/api/v1/features/activity", "{\"keys\": [1]}").json();
    assertThat(one.at("/features/activity.clicks_7d").doubleValue())
        .isEqualTo(features.at("/rows/0/values/0").doubleValue());
    assertThat(one.at("/features/activity.spend_ever").doubleValue())
        .isEqualTo(features.at("/rows/0/values/1").doubleValue());
    JsonNode inferred =
        served
            .post(
                "/v2/models/bought/infer",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 4], \"datatype\": \"FP64\","
                    + " \"data\": [%s, %s, %s, 13]}]}"
                        .formatted(
                            one.at("/features/activity.clicks_7d"),
                            one.at("/features/activity.spend_ever"),
                            one.at("/features/pages.views_1d")))
            .json();
    assertThat(one.path("prediction").doubleValue())
        .isEqualTo(inferred.at("/outputs/0/data/0").doubleValue());
  }

  @Test
  void predict_ofAnUnknownEntity_tellsWhatItDidWithout() {
    JsonNode one =
        served
            .post(
                PATH,
                "{\"rows\": [{\"user_id\": 9999, \"page_id\": null, \"hour\": null},"
                    + " {\"user_id\": 1, \"page_id\": \"p1\", \"hour\": 3}]}")
            .json()
            .path("predictions");
    assertThat(one.at("/0/missing").toString())
        .isEqualTo(
            "{\"activity.clicks_7d\":\"MISSING\",\"activity.spend_ever\":\"MISSING\","
                + "\"pages.views_1d\":\"MISSING\",\"hour\":\"NULL\"}");
    assertThat(one.at("/0/prediction").doubleValue()).isBetween(0.0, 1.0);
    assertThat(one.at("/1/missing")).isEmpty();
  }

  @Test
  void predict_badRequests_areRefusedWithTheirPlace() {
    refused(404, "Did you mean 'buying'?", "/api/v1/predict/buyin", "{\"rows\": []}");
    refused(400, "'rows' must be an array", PATH, "{}");
    refused(400, "'keys' is not known", PATH, "{\"rows\": [], \"keys\": 1}");
    refused(400, "rows[0] must be an object", PATH, "{\"rows\": [1]}");
    refused(400, "rows[0].user_id is missing", PATH, "{\"rows\": [{\"hour\": 1}]}");
    refused(
        400,
        "rows[1].hours is neither a key nor a column of model 'bought'. ",
        PATH,
        "{\"rows\": [{\"user_id\": 1, \"page_id\": \"p1\", \"hour\": 3}, {\"user_id\": 1,"
            + " \"page_id\": \"p1\", \"hours\": 3}]}");
    refused(
        400,
        "rows[0].hour must be a finite number, but is \"noon\"",
        PATH,
        "{\"rows\": [{\"user_id\": 1, \"page_id\": \"p1\", \"hour\": \"noon\"}]}");
    refused(
        400,
        "rows[0].user_id must be a whole number, but is \"x\"",
        PATH,
        "{\"rows\": [{\"user_id\": \"x\", \"page_id\": \"p1\", \"hour\": 1}]}");
    refused(400, "rows[0].page_id is missing", PATH, "{\"rows\": [{\"user_id\": 1, \"hour\": 1}]}");
    assertThat(served.post(PATH, "{\"rows\": []}").json().path("predictions")).isEmpty();
  }

  private static void refused(int status, String told, String path, String body) {
    ServedModelsProject.Answer answer = served.post(path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().path("message").asText() + " " + answer.json().path("hint").asText())
        .contains(told.strip());
  }
}
