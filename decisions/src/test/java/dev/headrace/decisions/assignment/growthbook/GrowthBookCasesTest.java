package dev.headrace.decisions.assignment.growthbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.decisions.assignment.hash.Ranges;
import dev.headrace.decisions.assignment.targeting.Condition;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case that GrowthBook publishes for makers of kits, version 0.8: 517 in 13 groups. Source,
 * commit and licence stand at the head of the resource.
 */
class GrowthBookCasesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode CASES = cases();

  private static JsonNode cases() {
    try (InputStream in =
        GrowthBookCasesTest.class.getResourceAsStream(
            "/dev/headrace/decisions/assignment/growthbook-cases.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void cases_areAllThere() {
    Map<String, Integer> groups = new LinkedHashMap<>();
    CASES
        .properties()
        .forEach(
            group -> {
              if (group.getValue().isArray()) {
                groups.put(group.getKey(), group.getValue().size());
              }
            });
    assertThat(groups)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("evalCondition", 248),
                Map.entry("hash", 15),
                Map.entry("getBucketRange", 13),
                Map.entry("feature", 55),
                Map.entry("run", 73),
                Map.entry("chooseVariation", 13),
                Map.entry("getQueryStringOverride", 16),
                Map.entry("inNamespace", 16),
                Map.entry("getEqualWeights", 6),
                Map.entry("decrypt", 10),
                Map.entry("stickyBucket", 13),
                Map.entry("urlRedirect", 4),
                Map.entry("contextualBandit", 35)));
    assertThat(groups.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(517);
  }

  private static Stream<DynamicTest> each(String group, Case test) {
    Stream.Builder<DynamicTest> tests = Stream.builder();
    int number = 0;
    for (JsonNode one : CASES.path(group)) {
      String name = one.path(0).isTextual() ? one.path(0).textValue() : one.path(0).toString();
      tests.add(DynamicTest.dynamicTest(group + " " + number++ + ": " + name, () -> test.run(one)));
    }
    return tests.build();
  }

  @FunctionalInterface
  private interface Case {
    void run(JsonNode one);
  }

  @TestFactory
  Stream<DynamicTest> evalCondition() {
    return each(
        "evalCondition",
        one -> {
          Condition condition = Condition.of(one.get(1), map(one.path(4)));
          assertThat(condition.holds(one.get(2))).isEqualTo(one.get(3).booleanValue());
        });
  }

  private static Map<String, JsonNode> map(JsonNode object) {
    Map<String, JsonNode> map = new HashMap<>();
    object.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }

  @TestFactory
  Stream<DynamicTest> hash() {
    return each(
        "hash",
        one -> {
          OptionalDouble hash =
              Arithmetic.hash(one.get(0).asText(), one.get(1).asText(), one.get(2).asInt());
          if (one.get(3).isNull()) {
            assertThat(hash).isEmpty();
          } else {
            assertThat(hash).hasValue(one.get(3).doubleValue());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> getBucketRange() {
    return each(
        "getBucketRange",
        one -> {
          JsonNode in = one.get(1);
          Ranges ranges =
              Ranges.growthBook(
                  in.get(0).asInt(), in.get(1).asDouble(), Arithmetic.numbers(in.path(2)));
          close(ranges, one.get(2));
        });
  }

  private static void close(Ranges ranges, JsonNode expected) {
    assertThat(ranges.ranges()).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(ranges.ranges().get(i).from())
          .isCloseTo(expected.get(i).get(0).doubleValue(), within(1e-9));
      assertThat(ranges.ranges().get(i).to())
          .isCloseTo(expected.get(i).get(1).doubleValue(), within(1e-9));
    }
  }

  @TestFactory
  Stream<DynamicTest> chooseVariation() {
    return each(
        "chooseVariation",
        one ->
            assertThat(Arithmetic.ranges(one.get(2)).at(one.get(1).doubleValue()))
                .isEqualTo(one.get(3).intValue()));
  }

  @TestFactory
  Stream<DynamicTest> getQueryStringOverride() {
    return each(
        "getQueryStringOverride",
        one ->
            assertThat(
                    QueryStrings.override(
                        one.get(1).asText(), one.get(2).asText(), one.get(3).asInt()))
                .isEqualTo(one.get(4).isNull() ? null : Integer.valueOf(one.get(4).intValue())));
  }

  @TestFactory
  Stream<DynamicTest> inNamespace() {
    return each(
        "inNamespace",
        one ->
            assertThat(Arithmetic.inNamespace(one.get(1).asText(), one.get(2)))
                .isEqualTo(one.get(3).booleanValue()));
  }

  @TestFactory
  Stream<DynamicTest> getEqualWeights() {
    return each(
        "getEqualWeights",
        one -> {
          List<Double> weights = Ranges.equal(one.get(0).asInt());
          assertThat(weights).hasSize(one.get(1).size());
          for (int i = 0; i < weights.size(); i++) { // They are written with eight digits.
            assertThat(weights.get(i)).isCloseTo(one.get(1).get(i).doubleValue(), within(1e-8));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> decrypt() {
    return each(
        "decrypt",
        one ->
            assertThat(Encrypted.decrypt(one.get(1).asText(), one.get(2).asText()).orElse(null))
                .isEqualTo(one.get(3).textValue()));
  }

  @TestFactory
  Stream<DynamicTest> run() {
    return each(
        "run",
        one -> {
          ExperimentResult result = new GrowthBook(one.get(1)).run(one.get(2), visit(one.get(1)));
          same(result.value(), one.get(3));
          assertThat(result.inExperiment()).isEqualTo(one.get(4).booleanValue());
          assertThat(result.hashUsed()).isEqualTo(one.get(5).booleanValue());
        });
  }

  @TestFactory
  Stream<DynamicTest> feature() {
    return each("feature", GrowthBookCasesTest::featureCase);
  }

  @TestFactory
  Stream<DynamicTest> contextualBandit() {
    return each("contextualBandit", GrowthBookCasesTest::featureCase);
  }

  private static void featureCase(JsonNode one) {
    FeatureResult result =
        new GrowthBook(one.get(1)).feature(one.get(2).asText(), visit(one.get(1)));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("value", result.value());
    json.put("on", result.on());
    json.put("off", !result.on());
    json.put("source", result.source());
    json.put("ruleId", result.ruleId());
    result.experiment().ifPresent(experiment -> json.set("experiment", experiment));
    result.result().ifPresent(experiment -> json.set("experimentResult", json(one, experiment)));
    same(json, one.get(3));
  }

  private static ObjectNode json(JsonNode one, ExperimentResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("featureId", one.get(2).asText());
    return fill(json, result);
  }

  private static ObjectNode fill(ObjectNode json, ExperimentResult result) {
    json.put("inExperiment", result.inExperiment());
    json.put("variationId", result.variationId());
    json.set("value", result.value());
    json.put("hashUsed", result.hashUsed());
    json.put("hashAttribute", result.hashAttribute());
    json.set("hashValue", result.hashValue());
    json.put("key", result.key());
    result.name().ifPresent(name -> json.put("name", name));
    result.bucket().ifPresent(bucket -> json.put("bucket", bucket));
    json.put("stickyBucketUsed", result.stickyBucketUsed());
    result
        .leaf()
        .ifPresent(
            leaf -> {
              json.put("leafId", leaf.id());
              leaf.weights().forEach(json.putArray("variationWeights")::add);
              leaf.banditVersion().ifPresent(version -> json.set("banditVersion", version));
            });
    return json;
  }

  @TestFactory
  Stream<DynamicTest> stickyBucket() {
    return each(
        "stickyBucket",
        one -> {
          StickyBuckets sticky = new StickyBuckets();
          for (JsonNode document : one.get(2)) {
            document
                .path("assignments")
                .properties()
                .forEach(
                    entry ->
                        sticky.put(
                            document.path("attributeName").asText(),
                            document.path("attributeValue").asText(),
                            entry.getKey(),
                            entry.getValue().asText()));
          }
          Visit plain = visit(one.get(1));
          Visit visit =
              new Visit(
                  plain.attributes(),
                  plain.enabled(),
                  plain.qaMode(),
                  plain.url(),
                  plain.forcedVariations(),
                  Optional.of(sticky));
          FeatureResult result = new GrowthBook(one.get(1)).feature(one.get(3).asText(), visit);
          if (one.get(4).isNull()) {
            assertThat(result.result()).isEmpty();
          } else {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("featureId", one.get(3).asText());
            same(fill(json, result.result().orElseThrow()), one.get(4));
          }
          Map<String, Map<String, String>> remembered = new LinkedHashMap<>();
          one.get(5)
              .properties()
              .forEach(
                  unit ->
                      remembered.put(
                          unit.getKey(),
                          JSON.convertValue(
                              unit.getValue().path("assignments"),
                              new TypeReference<Map<String, String>>() {})));
          // Documents of others are kept beside those of the visitor; a kit is not asked for them.
          Map<String, Map<String, String>> own = new LinkedHashMap<>(sticky.all());
          own.keySet().removeIf(unit -> !isOf(unit, plain.attributes()));
          assertThat(own).isEqualTo(remembered);
        });
  }

  private static boolean isOf(String unit, JsonNode attributes) {
    int bars = unit.indexOf("||");
    return attributes.path(unit.substring(0, bars)).asText("").equals(unit.substring(bars + 2));
  }

  @TestFactory
  Stream<DynamicTest> urlRedirect() {
    return each(
        "urlRedirect",
        one -> {
          JsonNode context = one.get(1);
          Optional<String> target =
              new GrowthBook(context).redirect(context.path("experiments"), visit(context));
          assertThat(target).hasValue(one.get(2).get(0).path("urlWithParams").asText());
          assertThat(one.get(2)).hasSize(1);
        });
  }

  private static Visit visit(JsonNode context) {
    Map<String, Integer> forced = new HashMap<>();
    context
        .path("forcedVariations")
        .properties()
        .forEach(entry -> forced.put(entry.getKey(), entry.getValue().asInt()));
    JsonNode attributes = context.path("attributes");
    return new Visit(
        attributes.isObject() ? attributes : JsonNodeFactory.instance.objectNode(),
        context.path("enabled").asBoolean(true),
        context.path("qaMode").asBoolean(false),
        context.path("url").asText(""),
        forced,
        Optional.empty());
  }

  /** Equal, where 1 and 1.0 are. */
  private static void same(JsonNode actual, JsonNode expected) {
    assertThat(normal(actual)).isEqualTo(normal(expected));
  }

  private static JsonNode normal(JsonNode node) {
    if (node.isNumber()) {
      return JsonNodeFactory.instance.numberNode(node.doubleValue());
    }
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Iterator<Map.Entry<String, JsonNode>> it = node.properties().iterator();
          it.hasNext(); ) {
        Map.Entry<String, JsonNode> entry = it.next();
        copy.set(entry.getKey(), normal(entry.getValue()));
      }
      return copy;
    }
    if (node.isArray()) {
      var copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> copy.add(normal(item)));
      return copy;
    }
    return node;
  }
}
