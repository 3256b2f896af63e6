package dev.headrace.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.headrace.cli.CommandRunner;
import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.console.Console;
import dev.headrace.cli.console.Look;
import dev.headrace.cli.process.Ambient;
import dev.headrace.cli.process.Interrupts;
import dev.headrace.cli.serve.Soon;
import dev.headrace.openfeature.HeadraceProvider;
import dev.headrace.server.http.HttpServer;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.Value;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One project, evaluated by the published OFREP client against {@code headrace serve}, in process,
 * and by hand over HTTP: all give the same.
 */
class ServedFlagsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "0123456789abcdef-key";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path project;

  /** What a program carries with it: the flags, and what they share. */
  @TempDir static Path carried;

  private static Headrace headrace;
  private static HttpServer server;
  private static Client remote;
  private static Client local;

  @BeforeAll
  static void serve() throws Exception {
    write(
        "headrace.yaml",
        """
        name: shop
        serve: {keys: ["${env:KEY}"]}
        flags: {exposure-attributes: [country], exposure-age: 1h}
        """);
    write(
        "flags/button.yaml",
        """
        key: checkout-button
        variants: {blue: "#00f", green: "#0f0"}
        default: blue
        rules:
          - when: {email: {$regex: "@example\\\\.com$"}}
            serve: green
          - experiment: button_colour
            split: {blue: 50%, green: 50%}
            assign: {when: {country: {$in: [DE, AT]}}}
        """);
    write("flags/dark.yaml", "variants: {on: true, off: false}\ndefault: on\n");
    write("flags/quota.yaml", "variants: {few: 3, many: 12}\ndefault: many\n");
    write("flags/ratio.yaml", "variants: {low: 0.25}\ndefault: low\n");
    write("flags/banner.yaml", "variants: {hi: {text: hi, size: 3, tags: [a]}}\ndefault: hi\n");
    write("flags/off.yaml", "variants: {on: true}\ndefault: on\nenabled: false\n");
    headrace = Headrace.open(project, ambient(), false);
    server = headrace.serve(null, 0);
    OpenFeatureAPI api = OpenFeatureAPI.getInstance();
    api.setProviderAndWait(
        "remote",
        OfrepProvider.constructProvider(
            OfrepProviderOptions.builder()
                .baseUrl(server.uri().toString())
                .headers(ImmutableMap.of("X-API-Key", ImmutableList.of(KEY)))
                .build()));
    api.setProviderAndWait("local", HeadraceProvider.of(carry(), Map.of(), InstantSource.system()));
    remote = api.getClient("remote");
    local = api.getClient("local");
  }

  @AfterAll
  static void stop() {
    OpenFeatureAPI.getInstance().shutdown();
    server.close();
    headrace.close();
  }

  private static Path carry() throws Exception {
    Files.writeString(carried.resolve("headrace.yaml"), "name: shop\nflags: {}\n");
    Files.createDirectories(carried.resolve("flags"));
    try (Stream<Path> flags = Files.list(project.resolve("flags"))) {
      for (Path flag : flags.toList()) {
        Files.copy(flag, carried.resolve("flags").resolve(flag.getFileName()));
      }
    }
    return carried;
  }

  private static Ambient ambient() {
    return new Ambient(
        Map.of("KEY", KEY), InstantSource.system(), ZoneOffset.UTC, project, project, project);
  }

  private static void write(String file, String text) throws Exception {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static String command(String... args) {
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

  private static ImmutableContext unit(String key, Map<String, Value> attributes) {
    return new ImmutableContext(key, new HashMap<>(attributes));
  }

  private static HttpResponse<String> post(String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri().resolve(path))
            .header("Authorization", "Bearer " + KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void publishedClient_readsEveryType() {
    ImmutableContext unit = unit("user-1", Map.of());
    assertThat(remote.getBooleanValue("dark", false, unit)).isTrue();
    assertThat(remote.getIntegerValue("quota", 0, unit)).isEqualTo(12);
    assertThat(remote.getDoubleValue("ratio", 0.0, unit)).isEqualTo(0.25);
    assertThat(remote.getStringValue("checkout-button", "", unit)).isEqualTo("#00f");
    Value banner = remote.getObjectValue("banner", new Value(), unit);
    assertThat(banner.asStructure().getValue("text").asString()).isEqualTo("hi");
    assertThat(banner.asStructure().getValue("size").asInteger()).isEqualTo(3);
  }

  @Test
  void publishedClient_andProvider_agreeOnEveryUnit() {
    int green = 0;
    for (int i = 0; i < 300; i++) {
      ImmutableContext unit = unit("user-" + i, Map.of("country", new Value("DE")));
      FlagEvaluationDetails<String> there = remote.getStringDetails("checkout-button", "", unit);
      FlagEvaluationDetails<String> here = local.getStringDetails("checkout-button", "", unit);
      assertThat(there.getVariant()).isEqualTo(here.getVariant()).isNotNull();
      assertThat(there.getValue()).isEqualTo(here.getValue());
      assertThat(there.getReason()).isEqualTo(here.getReason()).isEqualTo("SPLIT");
      green += there.getVariant().equals("green") ? 1 : 0;
    }
    assertThat(green).isBetween(100, 200);
  }

  @Test
  void publishedClient_hearsOfErrors() {
    FlagEvaluationDetails<Boolean> absent =
        remote.getBooleanDetails("absent", true, unit("u", Map.of()));
    assertThat(absent.getErrorCode()).isEqualTo(ErrorCode.FLAG_NOT_FOUND);
    assertThat(absent.getValue()).isTrue();
    assertThat(
            remote
                .getStringDetails(
                    "checkout-button",
                    "x",
                    new ImmutableContext(new HashMap<>(Map.of("country", new Value("DE")))))
                .getErrorCode())
        .isEqualTo(ErrorCode.INVALID_CONTEXT); // What this client makes of every 400.
    assertThat(remote.getBooleanDetails("quota", true, unit("u", Map.of())).getErrorCode())
        .isEqualTo(ErrorCode.TYPE_MISMATCH);
  }

  @Test
  void provider_hearsOfErrors_andUsesTheProgramsDefault() {
    assertThat(local.getBooleanDetails("absent", true, unit("u", Map.of())).getErrorCode())
        .isEqualTo(ErrorCode.FLAG_NOT_FOUND);
    assertThat(local.getBooleanDetails("quota", true, unit("u", Map.of())).getErrorCode())
        .isEqualTo(ErrorCode.TYPE_MISMATCH);
    FlagEvaluationDetails<Boolean> off = local.getBooleanDetails("off", false, unit("u", Map.of()));
    assertThat(off.getValue()).isFalse();
    assertThat(off.getReason()).isEqualTo("DISABLED");
    assertThat(local.getIntegerValue("quota", 0)).isEqualTo(12);
    assertThat(local.getDoubleValue("quota", 0.0)).isEqualTo(12.0);
    assertThat(local.getObjectValue("banner", new Value()).asStructure().getValue("tags").asList())
        .hasSize(1);
  }

  @Test
  void bulk_isTaggedAndAnsweredBriefly() throws Exception {
    String context = "{\"context\": {\"targetingKey\": \"bulk-1\", \"country\": \"FR\"}}";
    HttpResponse<String> all = post("/ofrep/v1/evaluate/flags", context);
    assertThat(all.statusCode()).isEqualTo(200);
    JsonNode flags = JSON.readTree(all.body()).path("flags");
    Map<String, JsonNode> byKey = new TreeMap<>();
    flags.forEach(flag -> byKey.put(flag.path("key").asText(), flag));
    assertThat(byKey)
        .containsOnlyKeys("banner", "checkout-button", "dark", "quota", "off", "ratio");
    assertThat(byKey.get("dark"))
        .isEqualTo(
            JSON.readTree(
                "{\"key\":\"dark\",\"value\":true,\"reason\":\"STATIC\",\"variant\":\"on\"}"));
    assertThat(byKey.get("off"))
        .isEqualTo(JSON.readTree("{\"key\":\"off\",\"reason\":\"DISABLED\"}"));
    assertThat(byKey.get("checkout-button").path("reason").asText()).isEqualTo("UNKNOWN");
    String tag = all.headers().firstValue("ETag").orElseThrow();
    for (String sent : new String[] {tag, "W/" + tag, "\"other\", " + tag}) {
      HttpResponse<String> again = post("/ofrep/v1/evaluate/flags", context, "If-None-Match", sent);
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(again.headers().firstValue("ETag")).hasValue(tag);
    }
    assertThat(
            post("/ofrep/v1/evaluate/flags", context.replace("FR", "DE"), "If-None-Match", tag)
                .statusCode())
        .isEqualTo(200);
    HttpResponse<String> nobody = post("/ofrep/v1/evaluate/flags", "{\"context\": {}}");
    assertThat(nobody.statusCode()).isEqualTo(200); // Flags that need no unit have values.
  }

  @Test
  void hostileRequests_areToldWhy() throws Exception {
    String one = "/ofrep/v1/evaluate/flags/checkout-button";
    refused(post(one, ""), 400, "PARSE_ERROR");
    refused(post(one, "{"), 400, "PARSE_ERROR");
    refused(post(one, "[]"), 400, "PARSE_ERROR");
    refused(post(one, "{} {}"), 400, "PARSE_ERROR");
    refused(post(one, "{\"context\": {\"a\": 1, \"a\": 2}}"), 400, "PARSE_ERROR");
    refused(post(one, "{}"), 400, "INVALID_CONTEXT");
    refused(post(one, "{\"context\": 7}"), 400, "INVALID_CONTEXT");
    refused(
        post(one, "{\"context\": {\"targetingKey\": 7, \"country\": \"DE\"}}"),
        400,
        "INVALID_CONTEXT");
    refused(
        post(one, "{\"context\": {\"targetingKey\": \"\", \"country\": \"DE\"}}"),
        400,
        "TARGETING_KEY_MISSING");
    refused(
        post(one, "{\"context\": {\"x\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}}"),
        400,
        "PARSE_ERROR");
    refused(post(one, "{\"context\": {\"x\": " + "9".repeat(5_000) + "}}"), 400, "PARSE_ERROR");
    refused(
        post(one, "{\"context\": {\"x\": \"" + "x".repeat(10 << 20) + "\"}}"), 400, "PARSE_ERROR");
    refused(
        post("/ofrep/v1/evaluate/flags/no%2Fsuch%20flag", "{\"context\": {}}"),
        404,
        "FLAG_NOT_FOUND");
    assertThat(post("/ofrep/v2/evaluate/flags", "{}").statusCode()).isEqualTo(404);
    HttpRequest get =
        HttpRequest.newBuilder(server.uri().resolve(one)).header("X-API-Key", KEY).build();
    assertThat(HTTP.send(get, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    HttpRequest stranger = HttpRequest.newBuilder(server.uri().resolve(one)).build();
    assertThat(HTTP.send(stranger, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
    URI configuration = server.uri().resolve("/ofrep/v1/configuration");
    HttpRequest asked = HttpRequest.newBuilder(configuration).header("X-API-Key", KEY).build();
    assertThat(
            JSON.readTree(HTTP.send(asked, HttpResponse.BodyHandlers.ofString()).body())
                .at("/capabilities/cacheInvalidation/polling/enabled")
                .booleanValue())
        .isTrue();
  }

  private static void refused(HttpResponse<String> response, int status, String code)
      throws Exception {
    JsonNode body = JSON.readTree(response.body());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(body.path("errorCode").asText()).as(response.body()).isEqualTo(code);
    assertThat(body.path("errorDetails").asText()).isNotEmpty();
  }

  @Test
  void stop_takesEffectWithoutARestart_andStartGivesTheSameVariants() throws Exception {
    String path = "/ofrep/v1/evaluate/flags/checkout-button";
    String unit = "{\"context\": {\"targetingKey\": \"user-5\", \"country\": \"AT\"}}";
    String before = post(path, unit).body();
    assertThat(before).contains("SPLIT");
    command("experiment", "stop", "button_colour", "--reason", "errors", "-p", project.toString());
    awaitReason(path, unit, "UNKNOWN");
    assertThat(command("experiment", "-p", project.toString())).contains("stopped");
    assertThat(
            command(
                "experiment",
                "explain-bucket",
                "button_colour",
                "user-5",
                "-p",
                project.toString()))
        .contains("the experiment is stopped");
    command("experiment", "start", "button_colour", "-p", project.toString());
    awaitReason(path, unit, "SPLIT");
    assertThat(post(path, unit).body()).isEqualTo(before);
  }

  private static void awaitReason(String path, String unit, String reason) throws Exception {
    Soon.await(() -> JSON.readTree(post(path, unit).body()).path("reason").asText().equals(reason));
  }

  @Test
  void files_takeEffectWithoutARestart_unlessTheyAreWrong() throws Exception {
    String path = "/ofrep/v1/evaluate/flags/fresh";
    String unit = "{\"context\": {\"targetingKey\": \"u\"}}";
    assertThat(post(path, unit).statusCode()).isEqualTo(404);
    write("flags/fresh.yaml", "variants: {a: 1}\ndefault: a\n");
    awaitReason(path, unit, "STATIC");
    write("flags/fresh.yaml", "variants: {a: 1\n");
    Thread.sleep(700);
    assertThat(post(path, unit).statusCode()).isEqualTo(200);
    Files.delete(project.resolve("flags/fresh.yaml"));
    Soon.await(() -> post(path, unit).statusCode() == 404);
  }
}
