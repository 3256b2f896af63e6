package dev.headrace.decisions.assignment.hash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashingTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode cases(String file) throws IOException {
    try (InputStream in =
        HashingTest.class.getResourceAsStream("/dev/headrace/decisions/assignment/" + file)) {
      return JSON.readTree(in);
    }
  }

  // Appleby's function: texts whose hashes flagd's testbed found by search, and the values of the
  // reference implementation's known answers for seeds.
  @ParameterizedTest
  @CsvSource({
    "'', 0, 00000000",
    "'', 1, 514e28b7",
    "'', -1, 81f16f39",
    "test, 0, ba6bd213",
    "test, 2538058380, 704b81dc",
    "'Hello, world!', 0, c0363e43",
    "'Hello, world!', 2538058380, 24884cba",
    "The quick brown fox jumps over the lazy dog, 0, 2e4ff723",
    "ejOoVL, 0, 00000000",
    "bY9fO-, 0, 00000001",
    "SI7p-, 0, 7fffffff",
    "6LvT0, 0, 80000000",
    "ceQdGm, 0, ffffffff"
  })
  void murmur3_knownAnswers(String text, long seed, String expected) {
    assertThat(HexFormat.of().toHexDigits(Murmur3.hash32(text.getBytes(UTF_8), (int) seed)))
        .isEqualTo(expected);
  }

  @TestFactory
  Stream<DynamicTest> flagd_fractionalCases() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : cases("flagd-cases.json").path("hashed_weights_version_expected")) {
      tests.add(DynamicTest.dynamicTest(one.toString(), () -> flagd(one)));
    }
    assertThat(tests).hasSize(48);
    return tests.stream();
  }

  private static void flagd(JsonNode one) {
    JsonNode hashed = one.get(0);
    Hashing hashing = Hashing.valueOf("FLAGD_V" + one.get(2).asInt());
    double fraction;
    if (hashed.isArray()) {
      fraction = hashing.fraction(hashed.get(0).asText(), hashed.get(1).asText());
    } else if (hashing == Hashing.FLAGD_V3) { // A text alone, without a list around it.
      fraction = Integer.toUnsignedLong(Murmur3.hash32(Cbor.of(hashed), 0)) / 0x1p32;
    } else {
      fraction = hashing.fraction("", hashed.asText());
    }
    List<String> names = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    one.get(1)
        .properties()
        .forEach(
            entry -> {
              names.add(entry.getKey());
              weights.add(entry.getValue().asDouble());
            });
    assertThat(names.get(Ranges.of(weights).at(fraction))).isEqualTo(one.get(3).asText());
  }

  @TestFactory
  Stream<DynamicTest> unleash_variantCases() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one :
        cases("unleash-cases.json").path("variants_file_description_group_unit_weights_expected")) {
      tests.add(DynamicTest.dynamicTest(one.get(1).asText(), () -> unleashVariant(one)));
    }
    assertThat(tests).hasSizeGreaterThan(10);
    return tests.stream();
  }

  private static void unleashVariant(JsonNode one) {
    List<String> names = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (JsonNode pair : one.get(4)) {
      names.add(pair.get(0).asText());
      weights.add(pair.get(1).asDouble());
    }
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    int hash =
        Murmur3.hash32(
            (one.get(2).asText() + ":" + one.get(3).asText()).getBytes(UTF_8),
            Hashing.UNLEASH_VARIANT_SEED);
    // Its clients divide by the sum of the weights, which its server makes a thousand.
    double place =
        total == 1000
            ? Hashing.UNLEASH.fraction(one.get(2).asText(), one.get(3).asText())
            : Integer.remainderUnsigned(hash, (int) total) / total;
    assertThat(names.get(Ranges.of(weights).at(place))).isEqualTo(one.get(5).asText());
  }

  @TestFactory
  Stream<DynamicTest> unleash_rolloutCases() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one :
        cases("unleash-cases.json").path("rollout_file_description_group_unit_percent_expected")) {
      tests.add(
          DynamicTest.dynamicTest(
              one.get(1).asText(),
              () ->
                  assertThat(
                          Rollout.unleash(one.get(2).asText(), one.get(3).asText())
                              < one.get(4).asInt() / 100.0)
                      .isEqualTo(one.get(5).booleanValue())));
    }
    assertThat(tests).hasSizeGreaterThan(10);
    return tests.stream();
  }

  @Test
  void golden_assignmentCases() throws IOException {
    JsonNode golden =
        JSON.readTree(
                Path.of(System.getProperty("headrace.root"), "../shared/golden/experiments.json")
                    .toFile())
            .path("cases");
    int seen = 0;
    for (JsonNode one : golden) {
      if (one.path("area").asText().equals("assignment")) {
        JsonNode in = one.path("inputs");
        JsonNode out = one.path("expected");
        switch (one.path("id").asText()) {
          case "gb-hash-vectors" -> goldenHashes(in, out);
          case "gb-bucket-ranges" -> goldenRanges(in, out);
          case "flagd-fractional" -> goldenFlagd(in, out);
          case "planout-sha1" -> goldenPlanOut(in, out);
          default -> throw new AssertionError("nobody checks " + one.path("id"));
        }
        seen++;
      }
    }
    assertThat(seen).isEqualTo(4);
  }

  private static void goldenHashes(JsonNode in, JsonNode out) {
    for (int i = 0; i < out.path("hash").size(); i++) {
      JsonNode vector = in.path("vectors_seed_value_version").get(i);
      JsonNode expected = out.path("hash").get(i);
      if (!expected.isNull()) {
        assertThat(
                Hashing.valueOf("GROWTHBOOK_V" + vector.get(2).asInt())
                    .fraction(vector.get(0).asText(), vector.get(1).asText()))
            .isEqualTo(expected.doubleValue());
      }
    }
  }

  private static void goldenRanges(JsonNode in, JsonNode out) {
    for (int i = 0; i < out.path("ranges").size(); i++) {
      JsonNode one = in.path("n_coverage_weights").get(i);
      List<Double> weights = new ArrayList<>();
      one.get(2).forEach(weight -> weights.add(weight.doubleValue()));
      Ranges ranges = Ranges.growthBook(one.get(0).asInt(), one.get(1).asDouble(), weights);
      JsonNode expected = out.path("ranges").get(i);
      for (int k = 0; k < expected.size(); k++) {
        assertThat(ranges.ranges().get(k).from())
            .isCloseTo(expected.get(k).get(0).doubleValue(), within(1e-9));
        assertThat(ranges.ranges().get(k).to())
            .isCloseTo(expected.get(k).get(1).doubleValue(), within(1e-9));
      }
    }
  }

  private static void goldenFlagd(JsonNode in, JsonNode out) {
    Ranges ranges = Ranges.of(List.of(25.0, 25.0, 25.0, 25.0));
    for (int version = 1; version <= 2; version++) {
      for (int i = 0; i < in.path("names").size(); i++) {
        double place =
            Hashing.valueOf("FLAGD_V" + version)
                .fraction(in.path("flag_key").asText(), in.path("names").get(i).asText());
        assertThat(in.path("arms").get(ranges.at(place)).asText())
            .isEqualTo(out.path("v" + version).get(i).asText());
      }
    }
  }

  private static void goldenPlanOut(JsonNode in, JsonNode out) {
    for (int i = 0; i < in.path("params").size(); i++) {
      Place place =
          Hashing.PLANOUT.place(
              in.path("salt").asText() + "." + in.path("params").get(i).asText(),
              in.path("unit").asText());
      long hash = Long.parseLong(place.hash());
      assertThat(in.path("choices").get((int) (hash % 2)).asText())
          .isEqualTo(out.path("choice").get(i).asText());
      if (in.path("params").get(i).asText().equals(in.path("range8_param").asText())) {
        assertThat(hash % 8).isEqualTo(out.path("range8").longValue());
      }
    }
  }

  // RFC 8949, appendix A.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|00",
        "23|17",
        "24|1818",
        "1000|1903e8",
        "1000000000000|1b000000e8d4a51000",
        "18446744073709551615|1bffffffffffffffff",
        "-1|20",
        "-1000|3903e7",
        "1.0|01",
        "1.1|fb3ff199999999999a",
        "1.5|f93e00",
        "100000.5|fa47c35040",
        "1.0e+300|fb7e37e43c8800759c",
        "-4.1|fbc010666666666666",
        "false|f4",
        "true|f5",
        "null|f6",
        "'\"IETF\"'|6449455446",
        "'\"\\u00fc\"'|62c3bc",
        "[1, [2, 3]]|8201820203",
        "'{\"b\": [2, 3], \"a\": 1}'|a26161016162820203",
      })
  void cbor_examplesOfTheStandard(String json, String expected) throws IOException {
    assertThat(HexFormat.of().formatHex(Cbor.of(JSON.readTree(json.replaceAll("^'|'$", "")))))
        .isEqualTo(expected);
  }

  @Test
  void cbor_ofAPair_isThatOfAList() throws IOException {
    assertThat(Cbor.pair("a", "ü")).isEqualTo(Cbor.of(JSON.readTree("[\"a\", \"ü\"]")));
    assertThat(Cbor.of(TextNode.valueOf("x".repeat(300)))).hasSize(303);
  }

  @Test
  void place_saysWhatFractionComputes() {
    for (Hashing hashing : Hashing.values()) {
      for (String unit : List.of("", "user-1", "ağ☃", "x".repeat(1000), "\0")) {
        assertThat(hashing.place("salt", unit).fraction())
            .as("%s of %s", hashing, unit)
            .isEqualTo(hashing.fraction("salt", unit))
            .isBetween(0.0, 1.0);
      }
    }
  }

  @Test
  void buckets_useTheWholeRangeAndNothingElse() {
    assertThat(Buckets.bucket(0)).isZero();
    assertThat(Buckets.bucket(-1)).isEqualTo(Buckets.COUNT - 1);
    assertThat(Buckets.bucket(Integer.MIN_VALUE)).isEqualTo(Buckets.COUNT / 2);
    assertThatThrownBy(() -> Buckets.of("variant", "a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
