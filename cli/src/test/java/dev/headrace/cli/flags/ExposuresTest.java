package dev.headrace.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.cli.CommandRunner;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.server.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What experiments gave becomes a table: served, journalled, loaded, seen once. */
class ExposuresTest {
  @TempDir Path project;

  private Ambient ambient() {
    return new Ambient(Map.of(), InstantSource.system(), ZoneOffset.UTC, project, project, project);
  }

  private void write(String file, String text) throws Exception {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String command(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        new CommandRunner(
                ambient(),
                new Console(out, Look.plain(true), err, Look.plain(true)),
                new Interrupts(() -> {}, exit -> {}))
            .run(args);
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Serves once, and evaluates for the units from {@code from} on, each of them twice. */
  private void evaluate(String flag, int from, int units) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    try (Headrace headrace = Headrace.open(project, ambient(), false);
        HttpServer server = headrace.serve(null, 0)) {
      for (int i = 0; i < 2 * units; i++) {
        String body =
            "{\"context\": {\"targetingKey\": \"user-%d\", \"country\": \"DE\"}}"
                .formatted(from + i % units);
        HttpResponse<String> response =
            http.send(
                HttpRequest.newBuilder(server.uri().resolve("/ofrep/v1/evaluate/flags/" + flag))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void exposures_becomeATableOfEachExperiment() throws Exception {
    write("headrace.yaml", "name: shop\nflags: {exposure-attributes: [country]}\n");
    write(
        "flags/button.yaml",
        """
        variants: {blue: 1, green: 2}
        default: blue
        rules:
          - experiment: button_colour
            split: {blue: 50%, green: 50%}
            assign: {ramp: {share: 80%}}
        """);
    write(
        "sources/exposure_events.yaml",
        """
        files: .headrace/exposures/*.jsonl
        format: json
        time: time
        columns: {time: timestamptz}
        """);
    write(
        "tables/button_colour_exposures.sql",
        """
        /*---
        materialize: incremental
        time: time
        ---*/
        select unit, time, variant, country
        from exposure_events
        where experiment = 'button_colour' and time >= $from and time < $to
        """);
    write(
        "flags/box.yaml",
        """
        variants: {small: 1, large: 2}
        default: small
        rules: [{experiment: box_size, split: {small: 50%, large: 50%}}]
        """);
    write("metrics/seen.yaml", "count: \"*\"\ntable: exposure_events\n");
    write(
        "experiments/button_colour.yaml",
        """
        unit: unit
        assignments: button_colour_exposures
        variants: {blue: 50%, green: 50%}
        metrics: {goal: [seen]}
        """);
    evaluate("button", 0, 200);
    evaluate("box", 0, 200);
    command("run", "-p", project.toString());
    JsonNode first = counts();
    assertThat(first.path("units").asInt()).isBetween(140, 180);
    assertThat(first.path("events").asInt()).isEqualTo(first.path("units").asInt());
    evaluate("button", 100, 200); // Another process, which remembers nothing of the first.
    command("run", "-p", project.toString());
    JsonNode second = counts();
    assertThat(second.path("units").asInt()).isBetween(210, 270);
    assertThat(second.path("events").asInt()).isGreaterThan(second.path("units").asInt());
    assertThat(second.path("country").asText()).isEqualTo("DE");
    // Of two experiments, each analysis has the units of its own.
    JsonNode report =
        new ObjectMapper()
            .readTree(
                command(
                    "experiment", "analyze", "button_colour", "-p", project.toString(), "--json"));
    assertThat(
            report.at("/metrics/0/values/0/units").asInt()
                + report.at("/metrics/0/values/1/units").asInt())
        .isEqualTo(second.path("units").asInt());
    assertThat(report.path("health").toString()).contains("\"several-variants\",\"level\":\"ok\"");
  }

  private JsonNode counts() throws Exception {
    String out =
        command(
            "sql",
            "-p",
            project.toString(),
            "--format",
            "json",
            "select count(distinct unit) as units, count(*) as events, max(country) as country"
                + " from button_colour_exposures");
    JsonNode json = new ObjectMapper().readTree(out);
    return json.isArray()
        ? json.get(0)
        : json.path("rows").isArray() ? json.path("rows").get(0) : json;
  }
}
