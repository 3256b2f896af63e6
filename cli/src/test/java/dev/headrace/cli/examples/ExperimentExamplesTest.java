package dev.headrace.cli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments on public data give the figures that are published with them. */
class ExperimentExamplesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;

  @Test
  void cookieCats_gateAtLevel40_losesPlayersWithinAWeek() throws IOException {
    ExampleProject cats = ExampleProject.copy("cookie_cats", directory);
    cats.run();
    String printed = cats.succeed(List.of("experiment", "analyze", "gate", "--json"));
    JsonNode report = JSON.readTree(printed);

    assertThat(report.at("/verdict/sentence").asText())
        .isEqualTo("Do not ship, because gate_40 made day_7_retention worse.");
    JsonNode week = report.at("/metrics/0");
    // 8,502 of 44,700 and 8,279 of 45,489 players came back after a week.
    assertThat(week.at("/values/0/value").doubleValue()).isCloseTo(8502 / 44700.0, within(1e-15));
    assertThat(week.at("/values/1/value").doubleValue()).isCloseTo(8279 / 45489.0, within(1e-15));
    assertThat(week.at("/effects/0/pValue").doubleValue()).isCloseTo(0.00155, within(5e-6));
    JsonNode day = report.at("/metrics/1");
    assertThat(day.at("/values/0/value").doubleValue()).isCloseTo(0.448188, within(5e-7));
    assertThat(day.at("/values/1/value").doubleValue()).isCloseTo(0.442283, within(5e-7));
    assertThat(day.at("/effects/0/pValue").doubleValue()).isCloseTo(0.0744, within(5e-5));
    // Known of this data set: the arms are a little uneven, below the alarm.
    assertThat(report.at("/health/1/figure").doubleValue()).isCloseTo(0.00861, within(5e-6));

    assertThat(cats.succeed(List.of("experiment", "analyze", "gate", "--json")))
        .as("the same to the byte")
        .isEqualTo(printed);
    assertThat(cats.metrics("day_7_retention", "--by", "test_version").getFirst().toString())
        .isEqualTo("{\"test_version\":\"gate_30\",\"day_7_retention\":" + 8502 / 44700.0 + "}");
    assertThat(cats.succeed(List.of("lineage", "gate"))).contains("day_7_retention", "players");
  }

  @Test
  void hillstrom_mensMail_sellsMost() throws IOException {
    ExampleProject shop = ExampleProject.copy("hillstrom", directory);
    shop.run();
    JsonNode report =
        JSON.readTree(shop.succeed(List.of("experiment", "analyze", "email", "--json")));

    assertThat(report.at("/verdict/sentence").asText())
        .isEqualTo("Ship Mens E-Mail, because it made spend better and harmed no guardrail.");
    assertThat(values(report, 0)).containsExactly("0.653", "1.423", "1.077");
    assertThat(values(report, 1)).containsExactly("0.106", "0.183", "0.151");
    assertThat(values(report, 2)).containsExactly("0.006", "0.013", "0.009");
    // Welch's t of spend, men's mail against none: t 5.300, computed with scipy.stats.ttest_ind.
    assertThat(report.at("/metrics/0/effects/0/statistic").doubleValue())
        .isCloseTo(5.3001, within(1e-4));
  }

  private static List<String> values(JsonNode report, int metric) {
    return report
        .at("/metrics/" + metric + "/values")
        .valueStream()
        .map(value -> String.format(Locale.ROOT, "%.3f", value.path("value").doubleValue()))
        .toList();
  }
}
