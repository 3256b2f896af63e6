package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model made elsewhere, from its file to an answer over HTTP. */
class OnnxTest {
  private static final Path MADE =
      Path.of(Objects.requireNonNull(System.getProperty("headrace.root")))
          .resolve("ml/src/test/resources/learn/onnx");

  private static final String MATRIX =
      """
      label: risk
      from: loans
      features: [x1, x2]
      key: [id]
      learn: {onnx: {file: models/risk.onnx}}
      split: {test: 50%}
      gate: auc >= 0.7 and auc >= champion.auc - 0.001
      """;

  @TempDir Path directory;
  private Shell shell;
  private JsonNode expected;

  @BeforeEach
  void project() throws IOException {
    expected = new JsonMapper().readTree(Files.readAllBytes(MADE.resolve("expected.json")));
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: loans\n");
    shell.write(
        "sources/loans.yaml",
        "files: loans.csv\nload: replace\ncolumns: {x1: double, x2: double}\n");
    StringBuilder csv = new StringBuilder("id,x1,x2,plan,risk\n");
    int id = 0;
    for (JsonNode row : expected.path("rows")) {
      csv.append(id++).append(',').append(row.path("x1")).append(',').append(row.path("x2"));
      csv.append(',').append(row.path("plan").asText());
      csv.append(',').append(row.path("risk").asText()).append('\n');
    }
    shell.write("loans.csv", csv.toString());
    shell.write("models/risk.yaml", MATRIX);
    bring("risk.onnx", "risk.onnx");
  }

  private void bring(String made, String name) throws IOException {
    Files.write(directory.resolve("models").resolve(name), Files.readAllBytes(MADE.resolve(made)));
  }

  private void fails(int exit, String message, String... command) {
    assertThat(shell.run(command))
        .as("%s%n%s", String.join(" ", command), shell.err())
        .isEqualTo(exit);
    assertThat(shell.out() + shell.err())
        .contains(message)
        .doesNotContain("\tat ", "ai.onnxruntime");
  }

  @Test
  void lifeOfAModelMadeElsewhere() throws IOException {
    shell.succeed("run");
    assertThat(shell.succeed("models", "show", "risk"))
        .contains("learnt from 0 of 240 rows, tested on 120; 2 features", "auc");
    assertThat(shell.succeed("plan")).contains("0 to build");
    Path version = directory.resolve(".headrace/lake-models/risk/1");
    assertThat(version.resolve("model.onnx")).hasSameBinaryContentAs(MADE.resolve("risk.onnx"));

    shell.succeed("predict", "risk", "--from", "loans", "--to", "scored");
    JsonNode scored = scored();
    for (int i = 0; i < 240; i++) {
      double probability = expected.at("/risk/" + i).doubleValue();
      assertThat(scored.get(i).path("prediction").doubleValue())
          .isCloseTo(probability, within(1e-6));
      assertThat(scored.get(i).path("predicted").asText())
          .isEqualTo(probability < 0.5 ? "no" : "yes");
    }

    // Another file is another version, which has to pass the gate; the first can still be made
    // again, whatever lies in the project now.
    bring("risk_weak.onnx", "risk.onnx");
    assertThat(shell.succeed("plan")).contains("1 to build");
    shell.write("models/risk.yaml", MATRIX.replace("auc >= 0.7", "log-loss <= 0.3"));
    fails(2, "did not pass its gate", "run");
    assertThat(shell.json("models", "show", "risk", "--json").path("version").intValue())
        .isEqualTo(1);
    assertThat(shell.succeed("models", "reproduce", "risk:1"))
        .contains("model.onnx", "to the byte");
    assertThat(shell.succeed("models", "diff", "risk:1", "risk:2")).contains("model.onnx");
    fails(2, "nothing adds up to what its learner predicts", "models", "explain", "risk");

    Files.write(version.resolve("model.onnx"), new byte[] {1});
    fails(2, "model.onnx is not what was registered", "models", "reproduce", "risk:1");
  }

  private JsonNode scored() throws IOException {
    return shell.json(
        "sql",
        "select x1, x2, plan, prediction, predicted from scored order by id",
        "--format",
        "json");
  }

  @Test
  void openInferenceProtocolAndDeployments_answerAsPredictDoes() throws IOException {
    shell.write(
        "models/by_column.yaml",
        """
        label: risk
        from: loans
        features: [plan, x1, x2]
        learn: {onnx: {file: models/by_column.onnx}}
        """);
    bring("columns.onnx", "by_column.onnx");
    shell.write("deployments/lending.yaml", "model: by_column\n");
    shell.succeed("run");
    shell.succeed("predict", "by_column", "--from", "loans", "--to", "scored");
    JsonNode rows = scored();
    List<String> plans = new ArrayList<>();
    List<String> x1 = new ArrayList<>();
    List<String> x2 = new ArrayList<>();
    List<String> matrix = new ArrayList<>();
    rows.forEach(
        row -> {
          plans.add(row.path("plan").toString());
          x1.add(row.path("x1").toString());
          x2.add(row.path("x2").toString());
          matrix.add("[" + row.path("x1") + ", " + row.path("x2") + "]");
        });
    try (ServedModelsProject served = new ServedModelsProject(directory)) {
      JsonNode answer =
          served
              .post(
                  "/v2/models/by_column/infer",
                  """
                  {"inputs": [
                    {"name": "x2", "shape": [240], "datatype": "FP64", "data": %s},
                    {"name": "x1", "shape": [240], "datatype": "FP32", "data": %s},
                    {"name": "plan", "shape": [240], "datatype": "BYTES", "data": %s}]}"""
                      .formatted(x2, x1, plans))
              .json();
      JsonNode whole =
          served
              .post(
                  "/v2/models/risk/infer",
                  "{\"inputs\": [{\"name\": \"X\", \"shape\": [240, 2], \"datatype\": \"FP32\","
                      + " \"data\": %s}]}".formatted(matrix))
              .json();
      for (int i = 0; i < 240; i++) {
        assertThat(answer.at("/outputs/0/data/" + i).doubleValue())
            .isEqualTo(rows.get(i).path("prediction").doubleValue())
            .isCloseTo(expected.at("/columns/" + i).doubleValue(), within(1e-6));
        assertThat(whole.at("/outputs/0/data/" + i).doubleValue())
            .isCloseTo(expected.at("/risk/" + i).doubleValue(), within(1e-6));
      }

      // By key; a text that was never seen is the file's affair, so it is not told as unseen.
      JsonNode byKey =
          served
              .post(
                  "/api/v1/predict/lending",
                  "{\"rows\": [{\"plan\": \"never seen\", \"x1\": %s, \"x2\": %s}]}"
                      .formatted(x1.getFirst(), x2.getFirst()))
              .json()
              .at("/predictions/0");
      assertThat(byKey.path("prediction").doubleValue())
          .isCloseTo(expected.at("/columns-unseen/0").doubleValue(), within(1e-6));
      assertThat(byKey.has("unseen")).isFalse();

      // A logistic regression of nothing known is NaN: told, and never answered.
      ServedModelsProject.Answer unknown =
          served.post(
              "/v2/models/risk/infer",
              "{\"inputs\": [{\"name\": \"X\", \"shape\": [1, 2], \"datatype\": \"FP64\", \"data\":"
                  + " [null, 1]}]}");
      assertThat(unknown.status()).isEqualTo(400);
      assertThat(unknown.text()).contains("'probabilities' is NaN in row 1");
    }
  }

  @Test
  void filesThatCannotBeUsed_areTold() throws IOException {
    shell.write("models/risk.yaml", MATRIX.replace("models/risk.onnx", "models/rsk.onnx"));
    fails(2, "Cannot use the ONNX file 'models/rsk.onnx': there is none of that name", "run");
    assertThat(shell.out() + shell.err()).contains("models/risk.yaml:5");
    shell.write("models/risk.yaml", MATRIX.replace("models/risk.onnx", "../risk.onnx"));
    fails(2, "it lies outside the project", "run");
    shell.write("models/risk.yaml", MATRIX + "tune: {trials: 3, metric: auc}\n");
    fails(2, "'tune' searches settings of a learner", "run");
    shell.write("models/risk.yaml", MATRIX + "prepare: {scale: standard}\n");
    fails(2, "'prepare' is for what is learnt", "run");
    shell.write("models/risk.yaml", MATRIX);
    bring("cut.onnx", "risk.onnx");
    fails(2, "Cannot use the ONNX file: it is no ONNX file, or cut off or damaged", "run");
    bring("external.onnx", "risk.onnx");
    fails(2, "it keeps weights in other files beside it", "run");
    bring("nan.onnx", "risk.onnx");
    fails(2, "'p' is -Infinity in row 1", "run");
    bring("risk.onnx", "risk.onnx");
    shell.succeed("run");
  }
}
