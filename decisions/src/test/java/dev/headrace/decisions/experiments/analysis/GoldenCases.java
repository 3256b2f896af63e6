package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The reference cases beside the project, read in place. */
final class GoldenCases {
  private GoldenCases() {}

  /** One case; numbers are compared within what the case states, at least 1e-9. */
  record Case(String id, String area, JsonNode inputs, JsonNode expected, JsonNode tolerance) {
    void same(double ours, JsonNode reference) {
      same(ours, number(reference));
    }

    void same(double ours, double reference) {
      if (Double.isInfinite(reference)) {
        assertThat(ours).as(id).isEqualTo(reference);
        return;
      }
      double allowed =
          Math.max(
              1e-9,
              Math.max(
                  tolerance.path("abs").asDouble(0),
                  tolerance.path("rel").asDouble(0) * Math.abs(reference)));
      assertThat(ours).as(id).isCloseTo(reference, within(allowed));
    }

    void same(double[] ours, JsonNode reference) {
      assertThat(ours).as(id).hasSize(reference.size());
      for (int i = 0; i < ours.length; i++) {
        same(ours[i], reference.get(i));
      }
    }

    double[] numbers(String field) {
      return GoldenCases.numbers(inputs.get(field));
    }
  }

  static List<Case> all() throws IOException {
    Path file = Path.of(System.getProperty("headrace.root"), "../shared/golden/experiments.json");
    List<Case> cases = new ArrayList<>();
    for (JsonNode each : new ObjectMapper().readTree(Files.readString(file)).get("cases")) {
      cases.add(
          new Case(
              each.get("id").asText(),
              each.get("area").asText(),
              each.get("inputs"),
              each.get("expected"),
              each.get("tolerance")));
    }
    return cases;
  }

  static double number(JsonNode node) {
    return node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
  }

  static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(GoldenCases::number)
        .toArray();
  }
}
