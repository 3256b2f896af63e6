package dev.headrace.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.cli.Shell;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.server.http.HttpServer;
import dev.headrace.testkit.redis.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features from raw files to the answer of a request. */
class OnlineServingTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\n");
    shell.write(
        "sources/events.yaml",
        """
        files: raw/*.csv
        format: csv
        columns: {user_id: long, type: string, amount: double, page: string, event_at: timestamp}
        """);
    shell.write(
        "raw/day1.csv",
        """
        user_id,type,amount,page,event_at
        42,click,,/a,2026-03-01T09:00:00
        42,click,,/b,2026-03-01T10:00:00
        42,buy,12.5,/c,2026-02-20T10:00:00
        43,click,,/z,2020-01-01T00:00:00
        """);
    shell.write(
        "features/activity.yaml",
        """
        entity: user
        from: events
        time: event_at
        features:
          clicks_7d: {count: "*", where: "type = 'click'", window: 7d}
          spend_30d: {sum: amount, window: 30d}
          last_page: {last: page, window: 90d}
        ttl: 36500d
        """);
  }

  @Test
  void get_showsTheFeaturesOfAnEntity() throws IOException {
    shell.succeed("run");

    assertThat(shell.succeed("features", "get", "user", "42"))
        .contains("activity 42: PRESENT, newest row at 2026-03-01T10:00:00Z")
        .containsPattern("clicks_7d +. 2 +. PRESENT")
        .containsPattern("spend_30d +. 12.5 +. PRESENT")
        .containsPattern("last_page +. /b +. PRESENT");
    JsonNode missing = shell.json("features", "get", "activity", "7", "--json");
    assertThat(missing.at("/views/0/status").asText()).isEqualTo("MISSING");
    assertThat(missing.at("/views/0/features/0/value").isNull()).isTrue();
  }

  @Test
  void get_afterLateRows_showsThem_andAChangedViewTakesOver() throws IOException {
    shell.succeed("run");
    shell.succeed("features", "get", "user", "42");
    // Late: older than the newest row, so the moment of the table stays what it was.
    shell.write(
        "raw/late.csv", "user_id,type,amount,page,event_at\n42,click,,/late,2026-03-01T09:30:00\n");
    shell.succeed("run");
    assertThat(
            shell.json("features", "get", "user", "42", "--json").at("/views/0/features/0/value"))
        .hasToString("3");

    shell.write(
        "features/activity.yaml",
        Files.readString(directory.resolve("features/activity.yaml"))
            .replace("clicks_7d: {count: \"*\"", "clicks: {count: \"*\""));
    shell.succeed("run");
    JsonNode changed = shell.json("features", "get", "user", "42", "--json");
    assertThat(changed.at("/views/0/features/0/feature").asText()).isEqualTo("clicks");
    assertThat(changed.at("/views/0/features/0/value").asInt()).isEqualTo(3);
  }

  @Test
  void get_mistakes_areToldWithTheNextStep() {
    assertThat(shell.run("features", "get", "user", "42")).isEqualTo(4);
    assertThat(shell.err()).contains("has no values of it").contains("features build activity");
    shell.succeed("run");
    assertThat(shell.run("features", "get", "usr", "42")).isEqualTo(2);
    assertThat(shell.err()).contains("'usr'").contains("Did you mean 'user'?");
    assertThat(shell.run("features", "get", "user", "x")).isEqualTo(2);
    assertThat(shell.err()).contains("key 'x': user_id is a whole number");
    assertThat(shell.run("features", "get", "user", "1", "2")).isEqualTo(2);
    assertThat(shell.err()).contains("takes 1, not 2");
  }

  @Test
  void serve_answersRequests_followsTheLake_andHoldsTheStore() throws Exception {
    shell.succeed("run");
    try (Served served = new Served(Map.of())) {
      JsonNode first =
          served.await(answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
      assertThat(first.at("/rows/0/values").toString()).isEqualTo("[2,12.5,\"/b\"]");
      assertThat(first.at("/staleness_seconds").asDouble()).isPositive();

      assertThat(shell.run("features", "get", "user", "42")).isEqualTo(5);
      assertThat(shell.err())
          .contains("another process has it (process " + ProcessHandle.current().pid());

      shell.write(
          "raw/day2.csv",
          "user_id,type,amount,page,event_at\n42,click,,/new,2026-03-02T09:00:00\n");
      shell.succeed("run");
      JsonNode next = served.await(answer -> answer.at("/rows/0/values/2").asText().equals("/new"));
      assertThat(next.at("/rows/0/values/0").asInt()).isEqualTo(3);
    }
  }

  @Test
  void serve_viewsThatComeAndChange_areFollowed() throws Exception {
    shell.succeed("run");
    try (Served served = new Served(Map.of())) {
      served.await(answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
      shell.write(
          "features/recency.yaml",
          """
          entity: user
          from: events
          time: event_at
          features:
            visits: {count: "*"}
            millis_since: {sql: "date_diff('millisecond', event_at, $at)"}
          ttl: 36500d
          """);
      shell.write(
          "features/activity.yaml",
          Files.readString(directory.resolve("features/activity.yaml"))
              .replace("ttl:", "  age: {sql: \"date_diff('millisecond', event_at, $at)\"}\nttl:"));
      shell.succeed("run");

      JsonNode come =
          served.await("recency", answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
      assertThat(come.at("/rows/0/values/0").asInt()).isEqualTo(3);
      long then = come.at("/rows/0/values/1").asLong();
      served.await("recency", answer -> answer.at("/rows/0/values/1").asLong() > then);
      JsonNode changed = served.await(answer -> answer.at("/rows/0/values").size() == 4);
      long age = changed.at("/rows/0/values/3").asLong();
      served.await(answer -> answer.at("/rows/0/values/3").asLong() > age);
    }
  }

  @Test
  void serve_theFirstViewOfAProject_isFollowed() throws Exception {
    String activity = Files.readString(directory.resolve("features/activity.yaml"));
    Files.delete(directory.resolve("features/activity.yaml"));
    shell.succeed("run");
    try (Served served = new Served(Map.of())) {
      assertThat(served.views()).isEmpty();
      assertThat(served.post("{\"keys\":[42]}").statusCode()).isEqualTo(404);
      assertThat(directory.resolve(".headrace/online")).doesNotExist();

      shell.write("features/activity.yaml", activity);
      shell.succeed("run");
      JsonNode first =
          served.await(answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
      assertThat(first.at("/rows/0/values").toString()).isEqualTo("[2,12.5,\"/b\"]");
      assertThat(served.views()).containsExactly("activity");
    }
  }

  @Test
  void serve_aViewThatIsWithdrawn_isNotServedAnyMore_untilItComesBack() throws Exception {
    String activity = Files.readString(directory.resolve("features/activity.yaml"));
    String pages = activity.replace("clicks_7d", "pages_7d");
    shell.write("features/pages.yaml", pages);
    shell.succeed("run");
    try (Served served = new Served(Map.of())) {
      served.await("pages", answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
      served.await(answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));

      Files.delete(directory.resolve("features/pages.yaml"));
      shell.succeed("run");
      Soon.await(() -> served.status("pages") == 404);
      assertThat(served.post("pages", "{\"keys\":[42]}").body()).contains("ONLINE_VIEW_MISSING");
      assertThat(served.views()).containsExactly("activity");

      // The same definition over the same rows is put again.
      shell.write("features/pages.yaml", pages);
      shell.succeed("run");
      served.await("pages", answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
    }
  }

  @Test
  void serve_aViewThatWentWhileNothingWasServed_isDropped() throws Exception {
    shell.write(
        "features/pages.yaml", Files.readString(directory.resolve("features/activity.yaml")));
    shell.succeed("run");
    shell.succeed("features", "get", "pages", "42");
    Files.delete(directory.resolve("features/pages.yaml"));
    shell.succeed("run");
    try (Served served = new Served(Map.of())) {
      Soon.await(() -> served.status("pages") == 404);
      served.await(answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
    }
  }

  @Test
  void redis_aViewThatIsWithdrawn_isDropped_oneThatOthersPutIsNot() throws Exception {
    String pages = Files.readString(directory.resolve("features/activity.yaml"));
    shell.write("features/pages.yaml", pages);
    shell.succeed("run");
    String url = "\nonline: {redis: {url: \"${env:REDIS_URL}\", prefix: both}}\n";
    try (RedisServer redis = RedisServer.start("--requirepass", "a-password-of-redis")) {
      Map<String, String> environment =
          Map.of("REDIS_URL", "redis://:a-password-of-redis@127.0.0.1:" + redis.port());
      shell.write("headrace.yaml", "name: shop" + url);
      try (Served served = new Served(environment)) {
        served.await("pages", answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
        served.await(answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
      }
      // Another process, which has never seen 'activity' shown.
      Files.move(
          directory.resolve("features/activity.yaml"), directory.resolve("activity.elsewhere"));
      shell.write("headrace.yaml", "name: shop\n");
      shell.succeed("run");
      shell.write("headrace.yaml", "name: shop" + url);
      try (Served served = new Served(environment)) {
        served.await("pages", answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
        Files.delete(directory.resolve("features/pages.yaml"));
        shell.write("headrace.yaml", "name: shop\n");
        shell.succeed("run");
        Soon.await(() -> served.status("pages") == 404);
        assertThat(served.status("activity")).isEqualTo(200);
      }
    }
  }

  @Test
  void redis_oneLine_andItsSilenceIsSurvived() throws Exception {
    shell.write("headrace.yaml", "name: shop\nonline: {redis: {url: \"${env:REDIS_URL}\"}}\n");
    try (RedisServer redis = RedisServer.start("--requirepass", "a-password-of-redis")) {
      Map<String, String> environment =
          Map.of("REDIS_URL", "redis://:a-password-of-redis@127.0.0.1:" + redis.port());
      try (Served served = new Served(environment)) {
        served.build();
        served.await(answer -> answer.at("/rows/0/status").asText().equals("PRESENT"));
        redis.kill();

        JsonNode remembered = served.await(answer -> answer.has("remembered_at"));
        assertThat(remembered.at("/rows/0/values").toString()).isEqualTo("[2,12.5,\"/b\"]");
        HttpResponse<String> unknown = served.post("{\"keys\":[43]}");
        assertThat(unknown.statusCode()).isEqualTo(502);
        assertThat(unknown.body())
            .contains("ONLINE_UNREACHABLE")
            .contains("redis://127.0.0.1:" + redis.port())
            .doesNotContain("a-password-of-redis");

        redis.resume();
        served.await(answer -> !answer.has("remembered_at"));
        assertThat(served.post("{\"keys\":[43]}").statusCode()).isEqualTo(200);
      }
    }
  }

  /** The project, served as {@code headrace serve} does. */
  private final class Served implements AutoCloseable {
    private final Headrace headrace;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    Served(Map<String, String> environment) {
      Ambient ambient =
          new Ambient(
              environment, InstantSource.system(), ZoneOffset.UTC, directory, directory, directory);
      headrace = Headrace.open(directory, ambient, false);
      server = headrace.serve(null, 0);
    }

    void build() throws IOException {
      // The environment of the shell has no address; building needs none.
      String project = Files.readString(directory.resolve("headrace.yaml"));
      shell.write("headrace.yaml", "name: shop\n");
      shell.succeed("run");
      shell.write("headrace.yaml", project);
    }

    HttpResponse<String> post(String body) throws Exception {
      return post("activity", body);
    }

    /** Which views are listed. */
    List<String> views() throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.uri() + "/api/v1/features")).build();
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return JSON.readTree(body)
          .path("views")
          .valueStream()
          .map(view -> view.path("view").asText())
          .toList();
    }

    int status(String view) {
      try {
        return post(view, "{\"keys\":[42]}").statusCode();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private HttpResponse<String> post(String view, String body) throws Exception {
      return client.send(
          HttpRequest.newBuilder(URI.create(server.uri() + "/api/v1/features/" + view))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }

    /** Asks for user 42 until the answer is as wished; the server looks every five seconds. */
    JsonNode await(Predicate<JsonNode> wished) throws Exception {
      return await("activity", wished);
    }

    JsonNode await(String view, Predicate<JsonNode> wished) throws Exception {
      JsonNode answer = null;
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (System.nanoTime() < deadline) {
        HttpResponse<String> response = post(view, "{\"keys\":[42]}");
        answer = JSON.readTree(response.body());
        if (response.statusCode() == 200 && wished.test(answer)) {
          return answer;
        }
        Thread.sleep(50);
      }
      throw new AssertionError("not within a minute: " + answer);
    }

    @Override
    public void close() {
      client.close();
      server.close();
      headrace.close();
    }
  }
}
