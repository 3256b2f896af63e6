package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.CommandRunner;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.server.http.HttpServer;
import dev.headrace.spi.engine.Watch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A copy of an example, driven by the same entry point as the command line; what a run leaves
 * behind lies in the copy.
 */
final class ExampleProject {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("headrace.root")));
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Path directory;
  private final Path data;

  private ExampleProject(Path directory, Path data) {
    this.directory = directory;
    this.data = data;
  }

  /** Copies {@code examples/name} to {@code directory}; it reads the shared data sets. */
  static ExampleProject copy(String name, Path directory) throws IOException {
    String given = System.getenv("HEADRACE_DATA");
    Path shared = ROOT.resolveSibling("shared").resolve("data");
    return copy(name, directory, given == null ? shared : Path.of(given).toAbsolutePath());
  }

  /** Copies {@code examples/name} to {@code directory}; it reads the data sets in {@code data}. */
  static ExampleProject copy(String name, Path directory, Path data) throws IOException {
    Path example = ROOT.resolve("examples").resolve(name);
    try (Stream<Path> paths = Files.walk(example)) {
      for (Path path : paths.toList()) {
        Path relative = example.relativize(path);
        boolean kept = !relative.startsWith(".headrace") && !relative.startsWith("data");
        if (kept && Files.isDirectory(path)) {
          Files.createDirectories(directory.resolve(relative));
        } else if (kept) {
          Files.copy(path, directory.resolve(relative));
        }
      }
    }
    return new ExampleProject(directory, data);
  }

  /** Where the copy lies. */
  Path directory() {
    return directory;
  }

  /** Runs the project; its report. */
  JsonNode run(String... options) throws IOException {
    List<String> args = new ArrayList<>(List.of("run", "--json"));
    args.addAll(List.of(options));
    JsonNode report = JSON.readTree(succeed(args));
    assertThat(report.path("status").asText()).isEqualTo("succeeded");
    return report;
  }

  /** What a run would do. */
  JsonNode plan() throws IOException {
    return JSON.readTree(succeed(List.of("plan", "--json")));
  }

  /** The rows of a query. */
  List<JsonNode> rows(String query) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    JSON.readTree(succeed(List.of("sql", query, "--format", "json"))).forEach(rows::add);
    return rows;
  }

  /** What metrics answer to a question. */
  List<JsonNode> metrics(String... question) throws IOException {
    List<String> command = new ArrayList<>(List.of("metrics", "query", "--format", "json"));
    command.addAll(List.of(question));
    List<JsonNode> rows = new ArrayList<>();
    JSON.readTree(succeed(command)).forEach(rows::add);
    return rows;
  }

  /** The one row of a query, as its JSON text. */
  String row(String query) throws IOException {
    List<JsonNode> rows = rows(query);
    assertThat(rows).as(query).hasSize(1);
    return rows.getFirst().toString();
  }

  /** What the project answers to a request while it is served. */
  JsonNode ask(String path, String body) throws IOException {
    try (Headrace headrace = Headrace.open(directory, ambient(), false);
        HttpServer server = headrace.serve(null, 0)) {
      headrace.online().refresh("prod", Watch.none());
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(server.uri().resolve(path))
                      .POST(HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return JSON.readTree(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** How what was served of a view compares with the lake. */
  JsonNode audit(String view) throws IOException {
    return JSON.readTree(succeed(List.of("audit", "skew", view, "--json")));
  }

  private Ambient ambient() {
    return new Ambient(
        Map.of("HEADRACE_DATA", data.toString()),
        InstantSource.system(),
        ZoneOffset.UTC,
        directory,
        directory,
        directory);
  }

  /** Runs a command that has to succeed; what it wrote to standard output. */
  String succeed(List<String> command) {
    List<String> args = new ArrayList<>(command);
    args.addAll(List.of("-p", directory.toString()));
    Ambient ambient = ambient();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, Look.plain(true), err, Look.plain(true));
    int code =
        new CommandRunner(ambient, console, new Interrupts(() -> {}, exit -> {}))
            .run(args.toArray(String[]::new));
    String printed = out.toString(StandardCharsets.UTF_8);
    assertThat(code).as("%s%n%s%n%s", args, printed, err.toString(StandardCharsets.UTF_8)).isZero();
    return printed;
  }

  /** The status of every step of a run's report. */
  static List<String> statuses(JsonNode report) {
    List<String> statuses = new ArrayList<>();
    report.path("steps").forEach(step -> statuses.add(step.path("status").asText()));
    return statuses;
  }

  /** The step of one asset in a run's report. */
  static JsonNode step(JsonNode report, String asset) {
    for (JsonNode step : report.path("steps")) {
      if (step.path("asset").asText().equals(asset)) {
        return step;
      }
    }
    throw new AssertionError("no step of " + asset + " in " + report);
  }
}
