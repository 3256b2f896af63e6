package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models without a label, over HTTP. */
class ServedFindingTest {
  @TempDir Path directory;

  @Test
  void clustersAndAnomalies_areServedAsTheirTablesHaveThem() throws IOException {
    Shell shell = ServedModelsProject.write(directory);
    String rows = "from: flowers\nkey: [id]\nfeatures: [a, b]\nsplit: {test: 25%}\n";
    shell.write("models/beds.yaml", rows + "learn: {k-means: {k: 3}}\n");
    shell.write("models/odd.yaml", rows + "learn: {isolation-forest: {trees: 20}}\n");
    shell.write("deployments/bed_of.yaml", "model: beds\n");
    shell.succeed("run");
    JsonNode told =
        shell.json(
            "sql",
            "select f.a, f.b, b.cluster, b.distance, o.score, o.anomalous from flowers f"
                + " join beds b on b.id = f.id join odd o on o.id = f.id order by f.id limit 2",
            "--format",
            "json");
    String request =
        """
        {"inputs": [
          {"name": "a", "shape": [2], "datatype": "FP64", "data": [%s, %s]},
          {"name": "b", "shape": [2], "datatype": "FP64", "data": [%s, %s]}]}"""
            .formatted(told.at("/0/a"), told.at("/1/a"), told.at("/0/b"), told.at("/1/b"));
    try (ServedModelsProject served = new ServedModelsProject(directory)) {
      assertThat(served.get("/v2/models/beds").json().at("/outputs/0/shape").toString())
          .isEqualTo("[-1,2]");
      JsonNode beds = served.post("/v2/models/beds/infer", request).json().at("/outputs/0/data");
      JsonNode odd = served.post("/v2/models/odd/infer", request).json().at("/outputs/0/data");
      for (int i = 0; i < 2; i++) {
        assertThat(beds.get(2 * i).intValue()).isEqualTo(told.get(i).path("cluster").intValue());
        assertThat(beds.get(2 * i + 1)).isEqualTo(told.get(i).path("distance"));
        assertThat(odd.get(2 * i)).isEqualTo(told.get(i).path("score"));
        assertThat(odd.get(2 * i + 1).intValue() == 1)
            .isEqualTo(told.get(i).path("anomalous").booleanValue());
      }
      JsonNode one =
          served
              .post(
                  "/api/v1/predict/bed_of",
                  "{\"rows\": [{\"a\": %s, \"b\": %s}]}"
                      .formatted(told.at("/1/a"), told.at("/1/b")))
              .json()
              .at("/predictions/0");
      assertThat(one.path("prediction").intValue()).isEqualTo(told.at("/1/cluster").intValue());
      assertThat(one.at("/found/distance")).isEqualTo(told.at("/1/distance"));
    }
  }
}
