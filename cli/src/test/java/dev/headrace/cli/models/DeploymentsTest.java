package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import dev.headrace.cli.serve.Soon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is answered by which version, while the process runs, and what becomes of the log. */
class DeploymentsTest {
  private static final String PATH = "/api/v1/predict/buying";

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = VisitsProject.write(directory, 300);
    deployment("all: champion");
    shell.succeed("run");
  }

  private void deployment(String traffic) throws IOException {
    shell.write(
        "deployments/buying.yaml", "model: bought\nunit: user_id\ntraffic: {" + traffic + "}\n");
  }

  private ServedModelsProject served;

  private ServedModelsProject serve() throws Exception {
    served = new ServedModelsProject(directory);
    Soon.await(() -> served.post(PATH, row(1)).status() == 200);
    return served;
  }

  @AfterEach
  void stop() {
    if (served != null) {
      served.close();
    }
  }

  private static String row(long user) {
    return "{\"rows\": [{\"user_id\": %d, \"page_id\": \"p1\", \"hour\": 13}], \"features\": true}"
        .formatted(user);
  }

  /** Traffic is moved while the process runs; a unit that is in the canary stays in it. */
  @Test
  void canary_growsByUnits_andPredictionsBecomeATable() throws Exception {
    VisitsProject.laterEvents(shell);
    shell.succeed("run");
    shell.succeed("models", "alias", "bought:1", "candidate");
    serve();
    boolean[] before = new boolean[400];
    for (String share : new String[] {"5%", "25%", "100%"}) {
      deployment("canary: {version: candidate, share: " + share + "}");
      Soon.await(
          () -> served.get("/api/v1/predict").text().contains("\"share\":\"" + share + "\""));
      List<String> parts = parts(served, 0, 400);
      int canaries = 0;
      for (int user = 0; user < 400; user++) {
        boolean in = parts.get(user).equals("canary");
        assertThat(in || !before[user]).as("user %d stays", user).isTrue();
        before[user] = in;
        canaries += in ? 1 : 0;
      }
      // Of 400 units; four standard deviations of the binomial distribution.
      double p = Double.parseDouble(share.replace("%", "")) / 100;
      assertThat((double) canaries)
          .isBetween(
              400 * p - 4 * Math.sqrt(400 * p * (1 - p)),
              400 * p + 4 * Math.sqrt(400 * p * (1 - p)));
    }
    served.close();
    served = null;

    shell.write(
        "sources/predictions.yaml",
        """
        files: .headrace/predictions/*.jsonl
        format: json
        columns: {time: timestamptz, deployment: text, part: text, model: text, version: long, unit: text, prediction: double, predicted: text, vector: text, missing: text}
        """);
    shell.succeed("run", "--select", "predictions");
    JsonNode rows =
        shell.json(
            "sql",
            "select part, version, count(*) as n, count(distinct unit) as units,"
                + " min(json_array_length(vector)) as inputs from predictions"
                + " where part <> 'all' group by 1, 2 order by 1",
            "--format",
            "json");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).path("part").asText()).isEqualTo("base");
    assertThat(rows.get(0).path("version").intValue()).isEqualTo(2);
    assertThat(rows.get(1).path("part").asText()).isEqualTo("canary");
    assertThat(rows.get(1).path("version").intValue()).isEqualTo(1);
    assertThat(rows.get(1).path("units").intValue()).isEqualTo(400);
    assertThat(rows.get(1).path("inputs").intValue()).isEqualTo(4);
  }

  private static List<String> parts(ServedModelsProject served, int from, int to) {
    StringBuilder body = new StringBuilder("{\"rows\": [");
    for (int user = from; user < to; user++) {
      body.append(user == from ? "" : ",")
          .append("{\"user_id\": %d, \"page_id\": \"p1\", \"hour\": 1}".formatted(user));
    }
    List<String> parts = new ArrayList<>();
    served
        .post(PATH, body + "]}")
        .json()
        .path("predictions")
        .forEach(one -> parts.add(one.path("part").asText()));
    return parts;
  }

  @Test
  void shadow_blueGreen_andACanaryThatIsNotThere() throws Exception {
    VisitsProject.laterEvents(shell);
    shell.succeed("run");
    serve();
    deployment("shadow: {version: '1'}");
    Soon.await(() -> part().equals("base"));
    JsonNode shown = served.post(PATH, row(3)).json().at("/predictions/0");
    assertThat(shown.path("version").intValue()).isEqualTo(2);

    deployment("blue-green: {blue: '1', green: '2', live: blue}");
    Soon.await(() -> part().equals("blue"));
    assertThat(served.post(PATH, row(3)).json().at("/predictions/0/version").intValue())
        .isEqualTo(1);
    deployment("blue-green: {blue: '1', green: '2', live: green}");
    Soon.await(() -> part().equals("green"));

    deployment("canary: {version: nobody, share: 100%}");
    Soon.await(() -> part().equals("base"));
    JsonNode fallen = served.post(PATH, row(3)).json().at("/predictions/0");
    assertThat(fallen.path("fallback").asBoolean()).isTrue();
    assertThat(fallen.path("version").intValue()).isEqualTo(2);

    // A file that cannot be read leaves what was.
    shell.write("deployments/buying.yaml", "model: 7\ntraffic: {canary: 3}\n");
    assertThat(part()).isEqualTo("base");
    shell.write("deployments/other.yaml", "model: bought\n");
    assertThat(part()).isEqualTo("base");
    deployment("blue-green: {blue: '1', green: '2', live: green}");
    Soon.await(() -> served.get("/api/v1/predict").text().contains("\"other\""));
    assertThat(part()).isEqualTo("green");
    served.close();
    served = null;
    try (Stream<Path> files = Files.list(directory.resolve(".headrace/predictions"))) {
      StringBuilder all = new StringBuilder();
      for (Path file : (Iterable<Path>) files::iterator) {
        all.append(Files.readString(file));
      }
      assertThat(all.toString()).contains("\"part\":\"shadow\",\"model\":\"bought\",\"version\":1");
    }
  }

  private String part() {
    return served.post(PATH, row(3)).json().at("/predictions/0/part").asText();
  }

  @Test
  void mistakes_areToldWithTheirPlace() throws IOException {
    shell.write("deployments/buying.yaml", "model: bougt\n");
    assertThat(shell.run("ls")).isEqualTo(2);
    assertThat(shell.err())
        .contains("deployments/buying.yaml:1", "unknown model 'bougt'", "'bought'");
    shell.write(
        "deployments/buying.yaml",
        "model: bought\ntraffic: {canary: {version: candidate, share: 5%}}\n");
    assertThat(shell.run("ls")).isEqualTo(2);
    assertThat(shell.err()).contains("must have a 'unit' by which the canary is drawn");
    shell.write(
        "deployments/buying.yaml",
        "model: bought\nunit: u\ntraffic: {canary: {version: a, share: 5}}\n");
    assertThat(shell.run("ls")).isEqualTo(2);
    assertThat(shell.err()).contains("must be a percentage");
  }
}
