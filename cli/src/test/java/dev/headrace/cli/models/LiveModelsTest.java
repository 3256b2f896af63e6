package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.cli.Shell;
import dev.headrace.cli.serve.Soon;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is declared, trained and named while a process serves is served by it. */
class LiveModelsTest {
  private static final String CREATE =
      "create or replace model lateness options(model_type = 'logistic_reg', key = ['id'],"
          + " input_label_cols = ['late'], l2_reg = %s) as select id, weight, late from parcels";
  private static final String ROWS =
      "{\"inputs\": [{\"name\": \"weight\", \"shape\": [1], \"datatype\": \"FP64\", \"data\": [4]}]}";

  @TempDir Path directory;

  @Test
  void modelsOfARunningServer_comeAndGo() throws Exception {
    Shell shell = ParcelsProject.of(directory, 400);
    shell.succeed("run");
    try (ServedModelsProject served = new ServedModelsProject(directory)) {
      assertThat(served.get("/v2/health/ready").status()).isEqualTo(200);
      assertThat(served.post("/v2/models/lateness/infer", ROWS).status()).isEqualTo(404);

      // A model that is made while the process runs.
      shell.succeed("sql", CREATE.formatted(1));
      Soon.await(() -> served.get("/v2/models/lateness/ready").status() == 200);
      assertThat(version(served, "")).isEqualTo("1");

      // A deployment of it.
      shell.write("deployments/late.yaml", "model: lateness\n");
      String row = "{\"rows\": [{\"weight\": 4}]}";
      Soon.await(() -> served.post("/api/v1/predict/late", row).status() == 200);
      double first =
          served
              .post("/api/v1/predict/late", row)
              .json()
              .at("/predictions/0/prediction")
              .asDouble();

      // Another version, and a name for the one before.
      shell.succeed("sql", CREATE.formatted(1000));
      Soon.await(() -> version(served, "").equals("2"));
      assertThat(
              served
                  .post("/api/v1/predict/late", row)
                  .json()
                  .at("/predictions/0/prediction")
                  .asDouble())
          .isNotEqualTo(first);
      shell.succeed("models", "alias", "lateness:1", "old");
      Soon.await(() -> served.get("/v2/models/lateness@old/ready").status() == 200);
      assertThat(version(served, "@old")).isEqualTo("1");

      // A deployment that waits for its model answers once that is there.
      shell.write("deployments/soon.yaml", "model: other\n");
      shell.write("models/other.yaml", Files.readString(directory.resolve("models/lateness.yaml")));
      shell.succeed("run");
      Soon.await(() -> served.post("/api/v1/predict/soon", row).status() == 200);

      // What is declared no longer is served no longer.
      Files.delete(directory.resolve("deployments/soon.yaml"));
      Files.delete(directory.resolve("models/other.yaml"));
      Soon.await(() -> served.get("/v2/models/other").status() == 404);
      assertThat(served.get("/v2/models/lateness/ready").status()).isEqualTo(200);
    }
  }

  private static String version(ServedModelsProject served, String reference) {
    return served
        .post("/v2/models/lateness" + reference + "/infer", ROWS)
        .json()
        .path("model_version")
        .asText();
  }
}
