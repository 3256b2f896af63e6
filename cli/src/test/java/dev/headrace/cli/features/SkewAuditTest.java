package dev.headrace.cli.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.cli.Shell;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.server.http.HttpServer;
import dev.headrace.spi.engine.Watch;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was served over HTTP, computed again from the lake: the same, unless something is wrong. */
class SkewAuditTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-03-05T12:00:00Z");

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws Exception {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\nfeatures: {log: 100%}\n");
    shell.write(
        "sources/events.yaml",
        "files: data/*.csv\ntime: event_at\n"
            + "columns: {event_at: timestamp, amount: double, user_id: bigint, page: text}\n");
    view("30d");
    StringBuilder csv = new StringBuilder("user_id,event_at,amount,page\n");
    for (int i = 0; i < 400; i++) {
      csv.append(i % 20)
          .append(",2026-03-0%dT%02d:%02d:00,".formatted(1 + i % 4, i % 24, i % 60))
          .append(i % 7 == 0 ? "" : Double.toString((i * 37 % 100) / 8.0))
          .append(",")
          .append(i % 5 == 0 ? "" : "p" + i % 3)
          .append('\n');
    }
    csv.append("99,2026-01-01T00:00:00,NaN,old\n"); // Expired by now.
    shell.write("data/first.csv", csv.toString());
    command("run");
  }

  private void view(String ttl) throws Exception {
    shell.write(
        "features/activity.yaml",
        """
        entity: user
        from: events
        time: event_at
        ttl: %s
        features:
          visits: {count: "*", window: [6h, 2d]}
          spend: {sum: amount}
          mean_spend: {mean: amount, window: 1d}
          last_page: {last: page}
          pages: {last-k: {of: page, k: 3}}
          newest: {max: event_at}
          share: {ratio: [visits_6h, visits_2d]}
          hours_since: {sql: "date_diff('hour', newest, $at)"}
          odd: {sql: "coalesce(page, 'none') || ' of ' || extract(day from ($at - event_at)) || ' $at'"}
        """
            .formatted(ttl));
  }

  private void command(String... args) {
    String[] all = Arrays.copyOf(args, args.length + 2);
    all[args.length] = "-p";
    all[args.length + 1] = directory.toString();
    shell.succeed(all);
  }

  private JsonNode audit(int exitCode) throws Exception {
    assertThat(shell.run("audit", "skew", "--json", "-p", directory.toString()))
        .as(shell.err())
        .isEqualTo(exitCode);
    return JSON.readTree(shell.out());
  }

  /** Asks for users 0 to 21, one of which expired and one never existed, in both protocols. */
  private JsonNode serve(Instant at) throws Exception {
    Ambient ambient =
        new Ambient(
            Map.of(), InstantSource.fixed(at), ZoneOffset.UTC, directory, directory, directory);
    HttpClient http = HttpClient.newHttpClient();
    String keys =
        IntStream.range(0, 20).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + ", 99, 12345, 3, null";
    try (Headrace headrace = Headrace.open(directory, ambient, false);
        HttpServer server = headrace.serve(null, 0)) {
      headrace.online().refresh("prod", Watch.none());
      JsonNode answer =
          post(http, server, "/api/v1/features/activity", "{\"keys\": [" + keys + "]}");
      post(
          http,
          server,
          "/get-online-features",
          "{\"features\": [\"activity:spend\"], \"entities\": {\"user_id\": [" + keys + "]}}");
      return answer;
    }
  }

  private static JsonNode post(HttpClient http, HttpServer server, String path, String body)
      throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(server.uri().resolve(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  /** What moves with the clock is computed when it is read, by the SQL of the training set. */
  @Test
  void derivedFeatures_atAMoment_areThoseOfTheTrainingSetOfThatMoment() throws Exception {
    shell.write(
        "tables/askers.sql",
        "select distinct user_id, timestamp '2026-03-05 12:00:00' as asked_at from events"
            + " where user_id < 20");
    command("run");
    command(
        "features",
        "join",
        "askers",
        "--time",
        "asked_at",
        "--features",
        "activity.*",
        "--to",
        "t");
    command(
        "sql",
        "--format",
        "json",
        "select activity__spend as spend, activity__last_page as last_page, activity__hours_since"
            + " as hours_since, activity__odd as odd from t order by user_id");
    JsonNode offline = JSON.readTree(shell.out());
    JsonNode online = serve(NOW);
    assertThat(offline).hasSize(20);
    for (int user = 0; user < 20; user++) {
      JsonNode told = online.at("/rows/" + user + "/values");
      assertThat(told).as("no column that is only kept").hasSize(10);
      assertThat(told.get(2).asDouble()).isEqualTo(offline.get(user).path("spend").asDouble());
      assertThat(told.get(4)).isEqualTo(offline.get(user).path("last_page"));
      assertThat(told.get(8)).isEqualTo(offline.get(user).path("hours_since"));
      assertThat(told.get(9)).isEqualTo(offline.get(user).path("odd"));
    }
    assertThat(online.at("/rows/3/values/9").asText()).matches("p\\d of 0 \\$at");
  }

  private static JsonNode feature(JsonNode report, String name) {
    for (JsonNode feature : report.at("/views/0/features")) {
      if (feature.path("feature").asText().equals(name)) {
        return feature;
      }
    }
    throw new AssertionError(name + " in " + report);
  }

  @Test
  void audit_ofWhatWasServed_findsNothing_andTellsHowOldItWas() throws Exception {
    serve(NOW);
    JsonNode report = audit(0);
    assertThat(report.path("holds").asBoolean()).isTrue();
    assertThat(report.path("vectors").asLong()).isEqualTo(46);
    assertThat(report.at("/views/0/features")).hasSize(10);
    for (JsonNode feature : report.at("/views/0/features")) {
      assertThat(feature.path("differing").asLong()).as(feature.toString()).isZero();
      assertThat(feature.path("compared").asLong()).isEqualTo(46);
    }
    // The newest row is of 23:59 on the 4th: windows have moved on by noon, totals have not.
    assertThat(report.at("/views/0/ageSeconds/median").asDouble()).isBetween(40_000.0, 50_000.0);
    assertThat(feature(report, "visits_6h").path("outdated").asLong()).isPositive();
    assertThat(feature(report, "spend").path("outdated").asLong()).isZero();
    command("features", "audit");
    assertThat(shell.out()).contains("What was served is what the lake gives: 46 vectors.");
  }

  @Test
  void audit_afterLateRows_findsThem_andSaysThatHistoryChanged() throws Exception {
    serve(NOW);
    shell.write("data/late.csv", "user_id,event_at,amount,page\n7,2026-03-02T10:00:00,1000,p1\n");
    command("run");
    JsonNode report = audit(2);
    JsonNode spend = feature(report, "spend");
    assertThat(spend.path("differing").asLong()).isEqualTo(2); // Asked in two protocols.
    assertThat(spend.path("share").asDouble()).isEqualTo(2.0 / 46);
    assertThat(spend.path("largestDifference").asDouble()).isBetween(999.9, 1000.1);
    assertThat(spend.at("/causes/history").asLong()).isEqualTo(2);
    assertThat(spend.at("/samples/0/key").asText()).isEqualTo("[7]");
    assertThat(feature(report, "last_page").path("differing").asLong()).isZero();
  }

  @Test
  void audit_ofChangedValues_findsThem_andBlamesServing() throws Exception {
    serve(NOW);
    Path log;
    try (var files = Files.list(directory.resolve(".headrace/served-features"))) {
      log = files.findFirst().orElseThrow();
    }
    String text = Files.readString(log);
    String line = text.lines().filter(l -> l.contains("\"key\":[11]")).findFirst().orElseThrow();
    String planted =
        line.replaceAll("\"visits_2d\":\\d+", "\"visits_2d\":-5")
            .replaceAll("\"last_page\":\"p\\d\"", "\"last_page\":null");
    assertThat(planted).isNotEqualTo(line);
    String missing =
        text.lines().filter(l -> l.contains("\"key\":[12345]")).findFirst().orElseThrow();
    Files.writeString(
        log,
        text.replace(line, planted)
            // Said to be missing, though it is there.
            .replace(missing, missing.replace("[12345]", "[4]")));
    JsonNode report = audit(2);
    JsonNode visits = feature(report, "visits_2d");
    assertThat(visits.at("/causes/serving").asLong()).isEqualTo(visits.path("differing").asLong());
    assertThat(visits.path("samples").toString()).contains("\"served\":\"-5\"", "\"MISSING\"");
  }

  @Test
  void audit_afterTheDefinitionChanged_comparesNothing_andSaysSo() throws Exception {
    serve(NOW);
    view("31d");
    command("run");
    JsonNode report = audit(0);
    assertThat(report.path("vectors").asLong()).isZero();
    assertThat(report.at("/views/0/skipped/other-definition").asLong()).isEqualTo(46);
  }

  @Test
  void audit_ofNothing_isRefused() {
    assertThat(shell.run("audit", "skew", "-p", directory.toString())).isEqualTo(4);
    assertThat(shell.err()).contains("Cannot audit skew: no served vector is logged", "log: 10%");
    assertThat(shell.run("features", "audit", "activty", "-p", directory.toString())).isEqualTo(4);
    assertThat(shell.err()).contains("Did you mean 'activity'?");
  }
}
