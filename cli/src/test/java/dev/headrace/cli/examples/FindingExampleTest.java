package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in public data without a label: kinds of customers, and those who are odd. */
class FindingExampleTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;

  @Test
  void customers_areOfThreeKindsAndTheTwoWhoGaveAllBackAreOdd() throws IOException {
    ExampleProject customers = ExampleProject.copy("customers", directory);
    customers.run();
    JsonNode kinds = JSON.readTree(customers.succeed(List.of("models", "show", "kinds", "--json")));
    assertThat(kinds.path("testedOn").intValue()).isEqualTo(1_301);
    assertThat(kinds.at("/metrics/0/estimate").doubleValue()).isBetween(0.33, 0.36);
    JsonNode best = kinds.at("/report/clusters/2/traits");
    assertThat(kinds.at("/report/clusters/2/rows").intValue()).isBetween(500, 580);
    assertThat(best.get(1).path("feature").asText()).isEqualTo("orders");
    assertThat(best.get(1).path("mean").doubleValue()).isBetween(12.5, 14.5);

    // What came back for all its price is known by hand: mugs and paper birds.
    List<JsonNode> rarest =
        customers.rows("select customer_id, anomalous from odd order by score desc limit 5");
    assertThat(rarest).allMatch(row -> row.path("anomalous").booleanValue());
    assertThat(rarest.stream().map(row -> row.path("customer_id").intValue()).toList())
        .contains(12_346, 16_446);

    String mugs =
        "{\"days_since\": 326, \"orders\": 1, \"articles\": 1, \"units\": 74215,"
            + " \"spent\": 77183.6, \"per_order\": 77183.6, \"returned\": 1}";
    JsonNode why =
        JSON.readTree(
                customers.succeed(List.of("models", "explain", "odd", "--row", mugs, "--json")))
            .path("row");
    assertThat(why.at("/contributions/0/feature").asText()).isEqualTo("per_order");
    assertThat(Math.pow(2, why.path("score").doubleValue()))
        .isCloseTo(why.path("prediction").doubleValue(), within(1e-12));
    customers.succeed(List.of("models", "reproduce", "odd"));
  }
}
