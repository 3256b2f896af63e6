package dev.headrace.decisions.assignment.growthbook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.decisions.assignment.hash.Hashing;
import dev.headrace.decisions.assignment.hash.Ranges;
import dev.headrace.decisions.assignment.hash.Ranges.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Hashes and ranges as payloads write them. */
final class Arithmetic {
  private Arithmetic() {}

  /** Where a unit falls; empty for a version of the hash that there is not. */
  static OptionalDouble hash(String seed, String unit, int version) {
    return switch (version) {
      case 1 -> OptionalDouble.of(Hashing.GROWTHBOOK_V1.fraction(seed, unit));
      case 2 -> OptionalDouble.of(Hashing.GROWTHBOOK_V2.fraction(seed, unit));
      default -> OptionalDouble.empty();
    };
  }

  /** The version that is written, or the usual one. */
  static int version(JsonNode node, int usual) {
    int version = node.path("hashVersion").asInt(0);
    return version == 0 ? usual : version;
  }

  /** A list of pairs. */
  static Ranges ranges(JsonNode pairs) {
    List<Range> ranges = new ArrayList<>();
    pairs.forEach(pair -> ranges.add(range(pair)));
    return new Ranges(ranges);
  }

  static Range range(JsonNode pair) {
    return new Range(pair.path(0).asDouble(), pair.path(1).asDouble());
  }

  static List<Double> numbers(JsonNode list) {
    List<Double> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }

  /** Whether a unit is in a namespace, written {@code [id, from, to]}. */
  static boolean inNamespace(String unit, JsonNode namespace) {
    double place = Hashing.GROWTHBOOK_V1.fraction("__" + namespace.path(0).asText(), unit);
    return place >= namespace.path(1).asDouble() && place < namespace.path(2).asDouble();
  }
}
