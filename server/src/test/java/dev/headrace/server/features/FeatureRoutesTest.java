package dev.headrace.server.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.ml.online.Durability;
import dev.headrace.ml.online.EmbeddedStore;
import dev.headrace.ml.online.OnlineFeatures;
import dev.headrace.server.http.HttpServer;
import dev.headrace.server.http.ServeSpec;
import dev.headrace.spi.online.BuildId;
import dev.headrace.spi.online.ViewLayout;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features read over a real connection. */
class FeatureRoutesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final JsonMapper JSON = new JsonMapper();

  private static final ViewLayout USER =
      new ViewLayout(
          new BuildId("user", "f1"),
          new Schema(List.of(Field.unassigned("user_id", Primitive.LONG))),
          new Schema(
              List.of(
                  Field.unassigned("clicks_1h", Primitive.LONG),
                  Field.unassigned("spend_30d", Primitive.DOUBLE),
                  Field.unassigned("last_page", Primitive.STRING),
                  Field.unassigned("top", new Type.ListOf(0, Primitive.STRING)))),
          Optional.of(Duration.ofDays(90)));
  private static final ViewLayout PAIR =
      new ViewLayout(
          new BuildId("user_ad", "f2"),
          new Schema(
              List.of(
                  Field.unassigned("user_id", Primitive.LONG),
                  Field.unassigned("ad_id", Primitive.STRING))),
          new Schema(List.of(Field.unassigned("seen", Primitive.LONG))),
          Optional.empty());

  @TempDir static Path directory;
  private static EmbeddedStore store;
  private static HttpServer server;
  private static HttpClient client;

  @BeforeAll
  static void serve() {
    store = EmbeddedStore.open(directory, Durability.INTERVAL, Duration.ofSeconds(1));
    store.begin(USER);
    store.serve(USER.id());
    store.complete(USER.id(), NOW.minusSeconds(90), "s1");
    Instant hourAgo = NOW.minusSeconds(3_600);
    store.put(
        USER.id(),
        List.of(
            USER.row(
                USER.keyCodec().encode(List.of(42L)),
                hourAgo,
                NOW,
                Arrays.asList(7L, 12.5, "/home \"x\"", Arrays.asList("a", null))),
            USER.row(
                USER.keyCodec().encode(List.of(43L)),
                hourAgo,
                NOW,
                Arrays.asList(0L, Double.NaN, null, List.of())),
            USER.row(
                USER.keyCodec().encode(List.of(44L)),
                NOW.minus(Duration.ofDays(91)),
                NOW,
                Arrays.asList(1L, 1.0, "old", List.of()))));
    store.begin(PAIR);
    store.serve(PAIR.id());
    store.put(
        PAIR.id(),
        List.of(PAIR.row(PAIR.keyCodec().encode(List.of(42L, "a1")), NOW, NOW, List.of(3L))));
    OnlineFeatures features = new OnlineFeatures(store, InstantSource.fixed(NOW));
    server =
        HttpServer.start(
            new ServeSpec(0, "127.0.0.1", List.of(), ByteSize.parse("1MiB"), Duration.ofSeconds(5)),
            List.of(new FeatureRoutes(features), new FeastRoutes(features)));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    server.close();
    store.close();
    client.close();
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.uri() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode answer(String path, String body) throws Exception {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static void assertRefused(String path, String body, int status, String... texts)
      throws Exception {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode document = JSON.readTree(response.body());
    assertThat(document.get("code").asText()).isNotEmpty();
    for (String text : texts) {
      assertThat(document.get("message").asText() + " " + document.get("hint").asText())
          .contains(text);
    }
  }

  @Test
  void view_batchOfKeys_isAnsweredInOrder_duplicatesToo() throws Exception {
    JsonNode answer = answer("/api/v1/features/user", "{\"keys\": [43, 42, 404, 44, 42, null]}");
    assertThat(answer.toString())
        .isEqualTo(
            """
            {"view":"user","build":"f1","at":"2026-03-01T12:00:00Z",
            "complete_to":"2026-03-01T11:58:30Z","staleness_seconds":90.0,
            "features":["clicks_1h","spend_30d","last_page","top"],"rows":[
            {"key":43,"status":"PRESENT","event_time":"2026-03-01T11:00:00Z",
            "values":[0,"NaN",null,[]],"statuses":["PRESENT","PRESENT","NULL","PRESENT"]},
            {"key":42,"status":"PRESENT","event_time":"2026-03-01T11:00:00Z",
            "values":[7,12.5,"/home \\"x\\"",["a",null]],
            "statuses":["PRESENT","PRESENT","PRESENT","PRESENT"]},
            {"key":404,"status":"MISSING","event_time":null,
            "values":[null,null,null,null],"statuses":["MISSING","MISSING","MISSING","MISSING"]},
            {"key":44,"status":"EXPIRED","event_time":"2025-11-30T12:00:00Z",
            "values":[null,null,null,null],"statuses":["EXPIRED","EXPIRED","EXPIRED","EXPIRED"]},
            {"key":42,"status":"PRESENT","event_time":"2026-03-01T11:00:00Z",
            "values":[7,12.5,"/home \\"x\\"",["a",null]],
            "statuses":["PRESENT","PRESENT","PRESENT","PRESENT"]},
            {"key":null,"status":"MISSING","event_time":null,
            "values":[null,null,null,null],"statuses":["MISSING","MISSING","MISSING","MISSING"]}
            ]}\
            """
                .replace("\n", ""));
  }

  @Test
  void view_chosenFeatures_inTheirOrder() throws Exception {
    JsonNode answer =
        answer(
            "/api/v1/features/user", "{\"features\":[\"last_page\",\"Clicks_1H\"],\"keys\":[42]}");
    assertThat(answer.get("features").toString()).isEqualTo("[\"last_page\",\"clicks_1h\"]");
    assertThat(answer.at("/rows/0/values").toString()).isEqualTo("[\"/home \\\"x\\\"\",7]");
  }

  @Test
  void view_keysOfSeveralParts_asObjectsOrArrays() throws Exception {
    JsonNode answer =
        answer(
            "/api/v1/features/user_ad",
            "{\"keys\":[{\"ad_id\":\"a1\",\"user_id\":42},[42,\"a1\"],[42,\"a2\"],[null,\"a1\"]]}");
    assertThat(answer.at("/rows").findValuesAsText("status"))
        .containsExactly("PRESENT", "PRESENT", "MISSING", "MISSING");
  }

  @Test
  void view_noKeys_isAnEmptyAnswer() throws Exception {
    assertThat(answer("/api/v1/features/user", "{\"keys\":[]}").get("rows")).isEmpty();
  }

  @Test
  void view_badRequests_areRefusedWithTheirPlace() throws Exception {
    String user = "/api/v1/features/user";
    assertRefused(user, "{\"keys\":[42,\"43\"]}", 400, "keys[1]", "whole number", "\"43\"");
    assertRefused(user, "{\"keys\":[42.5]}", 400, "keys[0]", "42.5");
    assertRefused(user, "{\"keys\":[1e30]}", 400, "keys[0]");
    assertRefused(user, "{\"keys\":[99999999999999999999]}", 400, "keys[0]");
    assertRefused(user, "{\"keys\":[true]}", 400, "keys[0]", "true");
    assertRefused(user, "{\"keys\":[{\"user\":1}]}", 400, "keys[0].user", "no key");
    assertRefused(user, "{\"keys\":[{}]}", 400, "keys[0].user_id", "missing");
    assertRefused(user, "{\"keys\":[[1,2]]}", 400, "keys[0]", "2 values");
    assertRefused("/api/v1/features/user_ad", "{\"keys\":[42]}", 400, "keys[0]", "ad_id");
    assertRefused(
        "/api/v1/features/user_ad", "{\"keys\":[[42,7]]}", 400, "keys[0][1]", "a text", "7");
    assertRefused(user, "{\"keys\":42}", 400, "'keys' must be an array");
    assertRefused(user, "{}", 400, "'keys' must be an array");
    assertRefused(user, "{\"keyz\":[1]}", 400, "keyz");
    assertRefused(user, "{\"keys\":[1],\"keys\":[2]}", 400, "Duplicate");
    assertRefused(user, "[1]", 400, "no JSON object");
    assertRefused(user, "", 400, "no JSON object");
    assertRefused(user, "{\"keys\":[1]} x", 400, "line 1");
    assertRefused(user, "{\"keys\":[1", 400, "line 1");
    assertRefused(
        user, "{\"keys\":[1],\"features\":[\"click_1h\"]}", 404, "click_1h", "'clicks_1h'");
    assertRefused("/api/v1/features/usr", "{\"keys\":[1]}", 404, "'usr'", "'user'");
    assertRefused("/api/v1/features/a%2Fb", "{\"keys\":[1]}", 404);
  }

  @Test
  void list_tellsWhatIsServed() throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(server.uri() + "/api/v1/features")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode views = JSON.readTree(response.body()).get("views");
    assertThat(views.findValuesAsText("view")).containsExactly("user", "user_ad");
    assertThat(views.at("/0/rows").asInt()).isEqualTo(3);
  }

  @Test
  void feast_columnsWithStatusesAndTimes() throws Exception {
    JsonNode answer =
        answer(
            "/get-online-features",
            "{\"features\": [\"user:clicks_1h\", \"user:last_page\"],"
                + " \"entities\": {\"user_id\": [42, 43, 404, 44]}}");
    assertThat(answer.toString())
        .isEqualTo(
            """
            {"metadata":{"feature_names":["user_id","clicks_1h","last_page"]},"results":[
            {"values":[42,43,404,44],"statuses":["PRESENT","PRESENT","PRESENT","PRESENT"],
            "event_timestamps":["1970-01-01T00:00:00Z","1970-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z","1970-01-01T00:00:00Z"]},
            {"values":[7,0,null,null],
            "statuses":["PRESENT","PRESENT","NOT_FOUND","OUTSIDE_MAX_AGE"],
            "event_timestamps":["2026-03-01T11:00:00Z","2026-03-01T11:00:00Z",
            "1970-01-01T00:00:00Z","2025-11-30T12:00:00Z"]},
            {"values":["/home \\"x\\"",null,null,null],
            "statuses":["PRESENT","NULL_VALUE","NOT_FOUND","OUTSIDE_MAX_AGE"],
            "event_timestamps":["2026-03-01T11:00:00Z","2026-03-01T11:00:00Z",
            "1970-01-01T00:00:00Z","2025-11-30T12:00:00Z"]}]}\
            """
                .replace("\n", ""));
  }

  @Test
  void feast_severalViewsAndFullNames() throws Exception {
    JsonNode answer =
        answer(
            "/get-online-features",
            "{\"features\": [\"user:clicks_1h\", \"user_ad:seen\"], \"full_feature_names\": true,"
                + " \"entities\": {\"user_id\": [42, 42], \"ad_id\": [\"a1\", \"a2\"]}}");
    assertThat(answer.at("/metadata/feature_names").toString())
        .isEqualTo("[\"user_id\",\"ad_id\",\"user__clicks_1h\",\"user_ad__seen\"]");
    assertThat(answer.at("/results/2/values").toString()).isEqualTo("[7,7]");
    assertThat(answer.at("/results/3/values").toString()).isEqualTo("[3,null]");
    assertThat(answer.at("/results/3/statuses/1").asText()).isEqualTo("NOT_FOUND");
  }

  @Test
  void feast_badRequests_areRefusedWithTheirPlace() throws Exception {
    String feast = "/get-online-features";
    assertRefused(feast, "{\"feature_service\":\"s\"}", 400, "'s'");
    assertRefused(feast, "{\"features\":[\"user:x\"],\"entities\":{\"user_id\":[1]}}", 404, "'x'");
    assertRefused(feast, "{\"features\":[\"x\"],\"entities\":{\"user_id\":[1]}}", 400, "'x'");
    assertRefused(feast, "{\"features\":[\"no:x\"],\"entities\":{\"user_id\":[1]}}", 404, "'no'");
    assertRefused(
        feast,
        "{\"features\":[\"user:clicks_1h\"],\"entities\":{\"user_id\":[1,\"2\"]}}",
        400,
        "entities.user_id[1]");
    assertRefused(
        feast,
        "{\"features\":[\"user_ad:seen\"],\"entities\":{\"user_id\":[1]}}",
        400,
        "entities.ad_id is missing");
    assertRefused(
        feast,
        "{\"features\":[\"user_ad:seen\"],\"entities\":{\"user_id\":[1],\"ad_id\":[]}}",
        400,
        "one length");
    assertRefused(feast, "{\"features\":[\"user:clicks_1h\"],\"entities\":{}}", 400, "entities");
  }
}
