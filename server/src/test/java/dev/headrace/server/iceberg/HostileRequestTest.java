package dev.headrace.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that no honest client makes: refused in the specification's words, and nothing else. */
class HostileRequestTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCHEMA =
      "{\"type\":\"struct\",\"fields\":[{\"id\":1,\"name\":\"a\",\"type\":\"long\",\"required\":false}]}";

  @TempDir private Path state;
  @TempDir private Path elsewhere;
  private ServedLake lake;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Exception {
    lake = ServedLake.start(state);
    assertThat(post("/prod/namespaces", "{\"namespace\":[\"ns\"]}").statusCode()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    lake.close();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(lake.uri() + "/iceberg/v1" + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String type)
      throws IOException {
    JsonNode error = JSON.readTree(answer.body()).get("error");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(error.get("code").asInt()).isEqualTo(status);
    assertThat(error.get("type").asText()).isEqualTo(type);
    assertThat(error.get("message").asText()).startsWith("Cannot ");
    assertThat(error.has("stack")).isFalse();
  }

  @Test
  void malformedDocuments_areBadRequests() throws Exception {
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "null",
            "\"x\"",
            "{}",
            "{\"namespace\":null}",
            "{\"namespace\":[]}",
            "{\"namespace\":[1]}",
            "{\"namespace\":[\"\"]}",
            "{\"namespace\":[\"a\\u0000b\"]}",
            "{\"namespace\":[\"a\\u001fb\"]}",
            "[".repeat(100_000))) {
      HttpResponse<String> answer = post("/prod/namespaces", body);
      assertThat(answer.statusCode())
          .as(body.substring(0, Math.min(40, body.length())))
          .isEqualTo(400);
      assertThat(answer.body()).contains("BadRequestException");
    }
  }

  @Test
  void hugeDocuments_areRefused() throws Exception {
    assertRefused(
        post("/prod/namespaces", "{\"x\":\"" + "y".repeat(2 << 20) + "\"}"),
        413,
        "BadRequestException");
  }

  @Test
  void unknownRequests_areToldSo() throws Exception {
    assertRefused(send("GET", "/prod/nonsense", ""), 404, "NotFoundException");
    assertRefused(send("PATCH", "/prod/namespaces", ""), 405, "BadRequestException");
    assertRefused(send("GET", "/no-such/namespaces", ""), 404, "NoSuchWarehouseException");
    assertRefused(send("GET", "/prod/namespaces?pageSize=-1", ""), 400, "BadRequestException");
    assertRefused(
        send("GET", "/prod/namespaces?pageSize=5&pageToken=x", ""), 400, "BadRequestException");
  }

  @Test
  void namesThatLookLikePaths_stayNames() throws Exception {
    Path before = state.resolve("lake-outside/prod");
    for (String name : List.of("../../../evil", "..", "/etc/passwd", "a/b", "~", "%2e%2e")) {
      HttpResponse<String> made =
          post(
              "/prod/namespaces/ns/tables",
              "{\"name\":" + JSON.writeValueAsString(name) + ",\"schema\":" + SCHEMA + "}");
      assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
      Path location = Path.of(JSON.readTree(made.body()).get("metadata").get("location").asText());
      assertThat(location.normalize()).isEqualTo(location).startsWith(before);
    }
    assertThat(Files.exists(state.resolve("evil"))).isFalse();
    assertThat(send("GET", "/prod/namespaces/ns/tables/..%2F..%2F..%2Fevil", "").statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/prod/namespaces/ns/tables/..%2Fledger.db", "").statusCode())
        .isEqualTo(404);
  }

  @Test
  void locationsElsewhere_areRefused() throws Exception {
    for (String location :
        List.of(
            elsewhere.toString(),
            "file:" + elsewhere,
            "file:///etc",
            "s3://bucket/x",
            "relative",
            state.toString(),
            state.resolve("lake").toString(),
            lake.outside().toString(),
            lake.outside() + "/../../../lake",
            lake.outside() + "/%2e%2e/%2e%2e/lake")) {
      String body =
          "{\"name\":\"t\",\"schema\":%s,\"location\":%s}"
              .formatted(SCHEMA, JSON.writeValueAsString(location));
      assertRefused(post("/prod/namespaces/ns/tables", body), 400, "BadRequestException");
    }
    for (String property :
        List.of(
            "write.data.path",
            "write.metadata.path",
            "write.object-storage.path",
            "write.folder-storage.path")) {
      String body =
          "{\"name\":\"t\",\"schema\":%s,\"properties\":{\"%s\":\"%s\"}}"
              .formatted(SCHEMA, property, elsewhere);
      assertRefused(post("/prod/namespaces/ns/tables", body), 400, "BadRequestException");
    }
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void registration_ofMetadataElsewhere_isRefused() throws Exception {
    Path metadata = elsewhere.resolve("v1.metadata.json");
    Files.writeString(metadata, "{\"secret\":1}");
    for (String location : List.of(metadata.toString(), "/etc/passwd", "file:///etc/passwd")) {
      HttpResponse<String> answer =
          post(
              "/prod/namespaces/ns/register",
              "{\"name\":\"t\",\"metadata-location\":\"" + location + "\"}");
      assertRefused(answer, 400, "BadRequestException");
      assertThat(answer.body()).doesNotContain("root:").doesNotContain("secret\\\"");
    }
  }

  @Test
  void purge_deletesNothingBeyondTheTable() throws Exception {
    Path precious = elsewhere.resolve("precious.parquet");
    Files.writeString(precious, "rows");
    Path ledger = state.resolve("ledger.db");
    try (RESTCatalog client = lake.client(Map.of())) {
      Namespace ns = Namespace.of("ns");
      Table table =
          client.createTable(
              TableIdentifier.of(ns, "t"),
              new Schema(Types.NestedField.optional(1, "a", Types.LongType.get())));
      for (Path victim : List.of(precious, ledger)) {
        table
            .newAppend()
            .appendFile(
                org.apache.iceberg.DataFiles.builder(table.spec())
                    .withPath(victim.toString())
                    .withFormat(org.apache.iceberg.FileFormat.PARQUET)
                    .withFileSizeInBytes(4)
                    .withRecordCount(1)
                    .build())
            .commit();
      }
      assertThat(client.dropTable(TableIdentifier.of(ns, "t"), true)).isTrue();
      assertThat(Path.of(table.location(), "metadata")).satisfies(HostileRequestTest::holdsNoFile);
    }
    assertThat(precious).exists();
    assertThat(ledger).exists();
  }

  private static void holdsNoFile(Path directory) {
    try (var files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    } catch (java.nio.file.NoSuchFileException e) {
      // Gone with its files.
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void lists_comeInPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      post("/prod/namespaces", "{\"namespace\":[\"n" + i + "\"]}");
    }
    int seen = 0;
    String token = "";
    do {
      JsonNode page =
          JSON.readTree(send("GET", "/prod/namespaces?pageSize=3&pageToken=" + token, "").body());
      assertThat(page.get("namespaces").size()).isBetween(1, 3);
      seen += page.get("namespaces").size();
      token = page.path("next-page-token").asText("");
    } while (!token.isEmpty() && !token.equals("null"));
    assertThat(seen).isEqualTo(7); // main, ns and n0 to n4
    try (RESTCatalog client = lake.client(Map.of("rest-page-size", "2"))) {
      assertThat(client.listNamespaces()).hasSize(7);
    }
  }

  @Test
  void unchangedTable_isNotSentAgain() throws Exception {
    post("/prod/namespaces/ns/tables", "{\"name\":\"t\",\"schema\":" + SCHEMA + "}");
    URI uri = URI.create(lake.uri() + "/iceberg/v1/prod/namespaces/ns/tables/t");
    HttpResponse<String> first =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpRequest again = HttpRequest.newBuilder(uri).header("If-None-Match", tag).build();
    HttpResponse<String> second = http.send(again, HttpResponse.BodyHandlers.ofString());
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
    try (RESTCatalog client = lake.client(Map.of())) {
      client.loadTable(TableIdentifier.of("ns", "t")).updateProperties().set("a", "b").commit();
    }
    assertThat(http.send(again, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }
}
