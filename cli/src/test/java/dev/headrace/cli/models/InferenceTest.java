package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import dev.headrace.cli.serve.Soon;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Open Inference Protocol over the wire. Request bodies are those of the specification
 * (kserve/open-inference-protocol, inference_rest.md), of KServe's sklearn example and of Triton's
 * extension_binary_data.md, with the names of our models.
 */
class InferenceTest {
  private static final String ROWS =
      """
      {"id": "42", "inputs": [
        {"name": "weight", "shape": [3], "datatype": "FP64", "data": [9.5, null, 0.25]},
        {"name": "carrier", "shape": [3, 1], "datatype": "BYTES", "data": [["slow"], ["fast"], [null]]}
      ]}""";

  @TempDir static Path directory;
  private static Shell shell;
  private static ServedModelsProject served;

  @BeforeAll
  static void serve() throws IOException {
    shell = ServedModelsProject.write(directory);
    shell.succeed("run");
    served = new ServedModelsProject(directory);
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @Test
  void server_tellsWhatItIs() {
    assertThat(served.get("/v2").json().path("extensions").toString())
        .isEqualTo("[\"binary_tensor_data\"]");
    assertThat(served.get("/v2/").status()).isEqualTo(200);
    assertThat(served.get("/v2/health/live").json().path("live").asBoolean()).isTrue();
    assertThat(served.get("/v2/health/ready").json().path("ready").asBoolean()).isTrue();
    assertThat(served.get("/v2/models/lateness/ready").text())
        .isEqualTo("{\"name\":\"lateness\",\"ready\":true}");
    assertThat(served.get("/v2/models/lateness/versions/1").text())
        .isEqualTo(
            "{\"name\":\"lateness\",\"versions\":[\"1\"],\"platform\":\"headrace_model\","
                + "\"inputs\":[{\"name\":\"weight\",\"datatype\":\"FP64\",\"shape\":[-1]},"
                + "{\"name\":\"carrier\",\"datatype\":\"BYTES\",\"shape\":[-1]}],"
                + "\"outputs\":[{\"name\":\"prediction\",\"datatype\":\"FP64\",\"shape\":[-1]},"
                + "{\"name\":\"predicted\",\"datatype\":\"BYTES\",\"shape\":[-1]}]}");
  }

  /** The same rows by {@code headrace predict} have the same digits. */
  @Test
  void infer_saysWhatBatchPredictionsSay() throws IOException {
    shell.succeed("predict", "lateness", "--from", "parcels", "--to", "scored");
    JsonNode rows =
        shell.json(
            "sql",
            "select weight, carrier, prediction, predicted from scored order by id",
            "--format",
            "json");
    List<String> weights = new ArrayList<>();
    List<String> carriers = new ArrayList<>();
    rows.forEach(row -> weights.add(row.path("weight").toString()));
    rows.forEach(row -> carriers.add(row.path("carrier").toString()));
    JsonNode answer =
        served
            .post(
                "/v2/models/lateness/infer",
                """
                {"inputs": [
                  {"name": "carrier", "shape": [400], "datatype": "BYTES", "data": %s},
                  {"name": "weight", "shape": [400], "datatype": "FP64", "data": %s}]}"""
                    .formatted(carriers, weights))
            .json();
    for (int i = 0; i < 400; i++) {
      assertThat(answer.at("/outputs/0/data/" + i).doubleValue())
          .isEqualTo(rows.get(i).path("prediction").doubleValue());
      assertThat(answer.at("/outputs/1/data/" + i).textValue())
          .isEqualTo(rows.get(i).path("predicted").textValue());
    }
  }

  /** A probability for each, row by row, and the likeliest. */
  @Test
  void severalClasses_haveARowOfPredictions() throws IOException {
    assertThat(served.get("/v2/models/kind").json().at("/outputs/0/shape").toString())
        .isEqualTo("[-1,3]");
    shell.succeed("predict", "kind", "--from", "kinds", "--to", "kinds_scored");
    JsonNode rows =
        shell.json(
            "sql",
            "select a, b, p_left, p_low, p_right, predicted from kinds_scored order by id limit 2",
            "--format",
            "json");
    JsonNode answer =
        served
            .post(
                "/v2/models/kind/infer",
                """
                {"inputs": [
                  {"name": "a", "shape": [2], "datatype": "FP64", "data": [%s, %s]},
                  {"name": "b", "shape": [2], "datatype": "FP64", "data": [%s, %s]}]}"""
                    .formatted(rows.at("/0/a"), rows.at("/1/a"), rows.at("/0/b"), rows.at("/1/b")))
            .json();
    assertThat(answer.at("/outputs/0/shape").toString()).isEqualTo("[2,3]");
    assertThat(answer.at("/outputs/1/shape").toString()).isEqualTo("[2]");
    for (int i = 0; i < 2; i++) {
      JsonNode row = rows.get(i);
      assertThat(
              List.of(
                  answer.at("/outputs/0/data/" + 3 * i),
                  answer.at("/outputs/0/data/" + (3 * i + 1)),
                  answer.at("/outputs/0/data/" + (3 * i + 2)),
                  answer.at("/outputs/1/data/" + i)))
          .containsExactly(
              row.path("p_left"), row.path("p_low"), row.path("p_right"), row.path("predicted"));
    }
  }

  @Test
  void infer_tellsIdModelVersionAndTheOutputsAskedFor() {
    JsonNode all = served.post("/v2/models/lateness/infer", ROWS).json();
    assertThat(all.path("id").asText()).isEqualTo("42");
    assertThat(all.path("model_name").asText()).isEqualTo("lateness");
    assertThat(all.path("model_version").asText()).isEqualTo("1");
    assertThat(all.at("/outputs/0/shape").toString()).isEqualTo("[3]");
    assertThat(all.at("/outputs/0/data/0").doubleValue()).isBetween(0.9, 1.0);
    assertThat(all.at("/outputs/0/data/2").doubleValue()).isBetween(0.0, 0.5);
    JsonNode one =
        served
            .post(
                "/v2/models/lateness/versions/latest/infer",
                ROWS.replace("\"id\": \"42\",", "\"outputs\": [{\"name\": \"predicted\"}],"))
            .json();
    assertThat(one.path("outputs")).hasSize(1);
    assertThat(one.at("/outputs/0/data/0").asText()).isEqualTo("yes");
    assertThat(one.has("id")).isFalse();
    assertThat(served.post("/v2/models/lateness@champion/infer", ROWS).json()).isEqualTo(all);
  }

  /** KServe's example for scikit-learn, in both of its forms: one matrix of numbers. */
  @Test
  void infer_takesAMatrix_asKServesExamplesSendIt() {
    String nested =
        "{\"inputs\": [{\"name\": \"input-0\", \"shape\": [2, 4], \"datatype\": \"FP32\", \"data\":"
            + " [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}]}";
    String flat =
        "{\"inputs\": [{\"name\": \"input-0\", \"shape\": [2, 4], \"datatype\": \"FP64\", \"data\":"
            + " [6.8, 2.8, 4.8, 1.4, 6.0, 3.4, 4.5, 1.6]}]}";
    JsonNode answer = served.post("/v2/models/petals/infer", nested).json();
    assertThat(answer.at("/outputs/0/data/0").doubleValue()).isBetween(5.6, 6.6); // 6.8 - 1.4 / 2
    assertThat(answer.path("outputs")).hasSize(1);
    assertThat(served.post("/v2/models/petals/infer", flat).json()).isEqualTo(answer);
    String columns =
        """
        {"inputs": [
          {"name": "d", "shape": [2], "datatype": "FP64", "data": [1.4, 1.6]},
          {"name": "c", "shape": [2], "datatype": "FP64", "data": [4.8, 4.5]},
          {"name": "b", "shape": [2], "datatype": "FP64", "data": [2.8, 3.4]},
          {"name": "a", "shape": [2], "datatype": "FP64", "data": [6.8, 6.0]}]}""";
    assertThat(served.post("/v2/models/petals/infer", columns).json()).isEqualTo(answer);
  }

  /** The form of Triton's example: the document, then the tensors in its order. */
  @Test
  void infer_takesAndGivesBinaryTensors() {
    byte[] json =
        """
        {"model_name": "lateness", "inputs": [
          {"name": "weight", "shape": [3], "datatype": "FP64", "parameters": {"binary_data_size": 24}},
          {"name": "carrier", "shape": [3], "datatype": "BYTES", "parameters": {"binary_data_size": 24}}],
         "outputs": [{"name": "prediction", "parameters": {"binary_data": true}},
                     {"name": "predicted", "parameters": {"binary_data": true}}]}"""
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(json.length + 48).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json).putDouble(9.5).putDouble(Double.NaN).putDouble(0.25);
    for (String carrier : List.of("slow", "fast", "slow")) {
      body.putInt(4).put(carrier.getBytes(StandardCharsets.UTF_8));
    }
    ServedModelsProject.Answer answer =
        served.send(
            HttpRequest.newBuilder(served.uri().resolve("/v2/models/lateness/infer"))
                .header("Inference-Header-Content-Length", Integer.toString(json.length))
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.array())));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    int length =
        Integer.parseInt(
            answer
                .response()
                .headers()
                .firstValue("Inference-Header-Content-Length")
                .orElseThrow());
    byte[] all = answer.response().body();
    ByteBuffer binary =
        ByteBuffer.wrap(all, length, all.length - length).order(ByteOrder.LITTLE_ENDIAN);
    JsonNode inJson =
        served.post("/v2/models/lateness/infer", ROWS.replace("[null]]", "[\"slow\"]]")).json();
    for (int i = 0; i < 3; i++) {
      assertThat(binary.getDouble()).isEqualTo(inJson.at("/outputs/0/data/" + i).doubleValue());
    }
    for (int i = 0; i < 3; i++) {
      byte[] text = new byte[binary.getInt()];
      binary.get(text);
      assertThat(new String(text, StandardCharsets.UTF_8))
          .isEqualTo(inJson.at("/outputs/1/data/" + i).asText());
    }
    assertThat(binary.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [3], "datatype": "FP64", "data": [9.5, null]           | inputs[0].data has 2 elements, but the shape has 3
          [3], "datatype": "FP64", "data": [9.5, "x", 1]         | inputs[0].data[1] must be a finite number, but is "x"
          [3], "datatype": "FP64", "data": [9.5, 1e999, 1]       | inputs[0].data[1] must be a finite number
          [3], "datatype": "FP64", "data": [9.5, NaN, 1]         | NaN
          [3], "datatype": "FP46", "data": [9.5, 1, 1]           | inputs[0].datatype is 'FP46', which is no type of tensors. Did you mean 'FP16'?
          [3], "datatype": "BYTES", "data": ["1", "2", "3"]      | inputs[0].datatype is BYTES, but 'weight' takes numbers
          [2], "datatype": "FP64", "data": [1, 2]                | inputs[1].shape is [3, 1], but the first tensor has 2 rows
          [3, 2], "datatype": "FP64", "data": [1, 2, 3, 4, 5, 6] | inputs[0].shape is [3, 2], but must be [n] or [n, 1]
          [3, 1], "datatype": "FP64", "data": [[1], [2], [3, 4]] | inputs[0].data[2] must be an array of 1, as the shape says, but is of 2
          [-3], "datatype": "FP64", "data": [1, 2, 3]            | inputs[0].shape must have whole numbers of at least 0
          [3], "datatype": "FP64"                                | inputs[0].data is missing
          [99999, 99999], "datatype": "FP64", "data": []         | inputs[0].shape is too large
          """)
  void infer_aWrongTensor_isRefusedWithItsPlace(String tensor, String told) {
    ServedModelsProject.Answer answer =
        served.post(
            "/v2/models/lateness/infer",
            """
            {"inputs": [
              {"name": "weight", "shape": %s},
              {"name": "carrier", "shape": [3, 1], "datatype": "BYTES", "data": ["a", "b", "c"]}]}"""
                .formatted(tensor));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").asText()).contains(told).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v2/models/latness/infer              | {"inputs": []}                      | 404 | Cannot find model 'latness'
          /v2/models/lateness/versions/9/infer  | {"inputs": []}                      | 404 | Cannot find version '9' of model 'lateness'
          /v2/models/lateness@nobody/infer      | {"inputs": []}                      | 404 | Cannot find version 'nobody'
          /v2/models/lateness/infer             | {"inputs": []}                      | 400 | inputs has no tensor 'weight'
          /v2/models/lateness/infer             | []                                  | 400 | it is no JSON object
          /v2/models/lateness/infer             | {"inputs": 3}                       | 400 | 'inputs' must be an array
          /v2/models/lateness/infer             | {"inputs": [}                       | 400 | line 1, column
          /v2/models/lateness/infer             | {"inputs": []} x                    | 400 | Cannot read the request
          /v2/models/lateness/guess             | {}                                  | 404 | nothing is served there
          /v2/models/lateness                   | {}                                  | 405 | only GET is
          /v2/models/petals/infer               | {"inputs": [{"name": "a", "shape": [1], "datatype": "FP64", "data": [1]}, {"name": "x", "shape": [1], "datatype": "FP64", "data": [1]}]} | 400 | inputs[1].name is 'x'
          /v2/models/petals/infer               | {"inputs": [{"name": "m", "shape": [1, 3], "datatype": "FP64", "data": [1, 2, 3]}]} | 400 | the model takes 4 columns
          /v2/models/lateness/infer             | {"inputs": [{"name": "m", "shape": [1, 2], "datatype": "FP64", "data": [1, 2]}]} | 400 | column 1, 'carrier', takes texts
          /v2/models/petals/infer               | {"inputs": [], "outputs": [{"name": "output0"}]} | 400 | outputs[0].name is 'output0'
          """)
  void infer_aWrongRequest_isRefused(String path, String body, int status, String told) {
    ServedModelsProject.Answer answer = served.post(path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().path("error").asText()).contains(told);
  }

  /** Without keys, because the model knows no views: the columns are the whole row. */
  @Test
  void predict_aTextNeverLearntOf_isTold() {
    JsonNode told =
        served
            .post(
                "/api/v1/predict/parcel_late",
                "{\"rows\": [{\"weight\": 3, \"carrier\": \"pigeon\"},"
                    + " {\"weight\": null, \"carrier\": \"slow\"}]}")
            .json()
            .path("predictions");
    assertThat(told.at("/0/unseen").toString()).isEqualTo("{\"carrier\":\"pigeon\"}");
    assertThat(told.at("/0/missing")).isEmpty();
    assertThat(told.at("/0/prediction").doubleValue()).isBetween(0.0, 1.0);
    assertThat(told.at("/1").has("unseen")).isFalse();
    assertThat(told.at("/1/missing").toString()).isEqualTo("{\"weight\":\"NULL\"}");
  }

  /** The specification's own example has three elements by its shape and one in its data. */
  @Test
  void infer_theExampleOfTheSpecification_isTakenAtItsWord() {
    ServedModelsProject.Answer answer =
        served.post(
            "/v2/models/lateness/infer",
            """
            {"id": "42", "inputs": [
              {"name": "input0", "shape": [2, 2], "datatype": "UINT32", "data": [1, 2, 3, 4]},
              {"name": "input1", "shape": [3], "datatype": "BOOL", "data": [true]}],
             "outputs": [{"name": "output0"}]}""");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").asText())
        .contains("inputs[1].data has 1 elements, but the shape has 3");
  }

  @Test
  void infer_brokenBinary_isRefused() {
    for (String length : List.of("0", "x", "99999")) {
      ServedModelsProject.Answer answer =
          served.send(
              HttpRequest.newBuilder(served.uri().resolve("/v2/models/lateness/infer"))
                  .header("Inference-Header-Content-Length", length)
                  .POST(HttpRequest.BodyPublishers.ofString("{\"inputs\": []}")));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().path("error").asText()).contains("'" + length + "'");
    }
  }

  /** Versions follow what is published; one that cannot be loaded leaves the one before. */
  @Test
  void champion_isFollowed_andABrokenOneIsNotTakenUp(@TempDir Path other) throws Exception {
    Shell own = ServedModelsProject.write(other);
    own.succeed("run");
    try (ServedModelsProject serving = new ServedModelsProject(other)) {
      assertThat(version(serving)).isEqualTo("1");
      ServedModelsProject.parcels(own, 3, 500);
      own.succeed("run");
      Soon.await(() -> version(serving).equals("2"));

      // Version 3 is published and its file damaged, before the server has looked.
      ServedModelsProject.parcels(own, 4, 600);
      Path third = other.resolve(".headrace/lake-models/lateness/3/model.json");
      own.succeed("run", "--select", "parcels");
      Thread damage =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!Files.exists(third)) {
                      Thread.onSpinWait();
                    }
                    try {
                      Files.writeString(third, "{}");
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
      own.succeed("run");
      damage.join();
      Soon.await(() -> serving.get("/v2/health/ready").status() == 503);
      assertThat(version(serving)).isEqualTo("2");
      ServedModelsProject.Answer third3 =
          serving.post("/v2/models/lateness/versions/3/infer", ROWS);
      assertThat(third3.status()).isEqualTo(503);
      assertThat(third3.json().path("error").asText())
          .contains("Cannot load version 3 of model 'lateness'", "not what was registered");
      assertThat(serving.get("/v2/models/lateness/versions/3/ready").status()).isEqualTo(503);

      own.succeed("rollback", "--to", "1");
      Soon.await(() -> version(serving).equals("1"));
      assertThat(serving.get("/v2/health/ready").status()).isEqualTo(200);
    }
  }

  /** A damaged card keeps its own model from answering, and no other. */
  @Test
  void damagedCard_isToldAndLeavesOtherModels(@TempDir Path other) throws Exception {
    Shell own = ServedModelsProject.write(other);
    own.succeed("run");
    Path card = other.resolve(".headrace/lake-models/petals/1/card.json");
    String whole = Files.readString(card);
    Files.writeString(card, whole.substring(0, 200));
    try (ServedModelsProject serving = new ServedModelsProject(other)) {
      assertThat(version(serving)).isEqualTo("1");
      for (String path : List.of("/v2/models/petals/infer", "/v2/models/petals/versions/1/infer")) {
        ServedModelsProject.Answer refused = serving.post(path, "{\"inputs\": []}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().path("error").asText()).contains("card.json cannot be read");
      }
      assertThat(serving.get("/v2/health/ready").status()).isEqualTo(503);
      Files.writeString(card, whole);
      Soon.await(() -> serving.get("/v2/models/petals/ready").status() == 200);
      assertThat(serving.get("/v2/health/ready").status()).isEqualTo(200);
    }
  }

  private static String version(ServedModelsProject serving) throws IOException {
    return new JsonMapper()
        .readTree(serving.post("/v2/models/lateness/infer", ROWS).response().body())
        .path("model_version")
        .asText();
  }
}
