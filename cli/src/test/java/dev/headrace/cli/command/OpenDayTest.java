package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of few looks are not looked at while the day of a look goes on. */
class OpenDayTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);

  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void shop() throws IOException {
    shell = new Shell(directory);
    shell.write(
        "sources/exposures.yaml",
        "files: exposures/*.csv\ntime: at\ncolumns: {user_id: int, at: timestamptz}\n");
    shell.write(
        "sources/orders.yaml",
        "files: orders/*.csv\ntime: at\ncolumns: {user_id: int, at: timestamptz}\n");
    shell.write("metrics/orders_made.yaml", "table: orders\ncount: \"*\"\n");
  }

  private void declare(String zone, String analysis) throws IOException {
    shell.write("headrace.yaml", "name: shop\ntimezone: " + zone + "\n");
    shell.write(
        "experiments/prices.yaml",
        """
        unit: user_id
        assignments: exposures
        variants: {old: 50%, new: 50%}
        metrics: {goal: orders_made}
        period: {start: 2026-03-01, end: 2026-03-05}
        """
            + analysis);
  }

  /**
   * Everybody until a moment, an hour apart; every fifth of "old" orders, and every second of
   * "new".
   */
  private JsonNode analyzeAt(Instant now) throws IOException {
    Instant first = FIRST.atStartOfDay().toInstant(ZoneOffset.UTC);
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    StringBuilder orders = new StringBuilder("user_id,at\n");
    int user = 0;
    for (Instant at = first; at.isBefore(now); at = at.plusSeconds(600)) {
      exposures.append("%d,%s,%s\n".formatted(user, at, user % 2 == 0 ? "old" : "new"));
      if (user % 10 == 0 || user % 4 == 1) {
        orders.append("%d,%s\n".formatted(user, at.plusSeconds(60)));
      }
      user++;
    }
    shell.write("exposures/all.csv", exposures.toString());
    shell.write("orders/all.csv", orders.toString());
    shell.setTime(now);
    shell.succeed("run", "--full-refresh");
    return shell.json("experiment", "analyze", "prices", "--json");
  }

  private static String sentence(JsonNode report) {
    return report.path("verdict").path("sentence").asText();
  }

  @Test
  void look_isDueWhenItsDayIsOver() throws IOException {
    declare("UTC", "analysis: {sequential: group, group: {looks: [2026-03-03]}}\n");

    JsonNode onTheDay = analyzeAt(Instant.parse("2026-03-03T23:50:00Z"));
    assertThat(onTheDay.path("look").isNull()).isTrue();
    assertThat(sentence(onTheDay))
        .isEqualTo(
            "Keep running, because rows reach the end of 2026-03-02 and the first of 2 looks is"
                + " after 2026-03-03.");

    JsonNode after = analyzeAt(Instant.parse("2026-03-04T00:10:00Z"));
    assertThat(after.path("look").path("number").asInt()).isEqualTo(1);
    String told = after.path("metrics").toString();

    // Told again until the next one is due, which that is after its day.
    JsonNode lastDay = analyzeAt(Instant.parse("2026-03-05T20:00:00Z"));
    assertThat(lastDay.path("look").path("number").asInt()).isEqualTo(1);
    assertThat(lastDay.path("metrics")).hasToString(told);
    assertThat(analyzeAt(Instant.parse("2026-03-06T00:10:00Z")).path("look").path("number").asInt())
        .isEqualTo(2);
  }

  @Test
  void testOfOneLook_isNotOverOnItsLastDay() throws IOException {
    declare("UTC", "");

    JsonNode onTheDay = analyzeAt(Instant.parse("2026-03-05T22:00:00Z"));
    assertThat(sentence(onTheDay))
        .isEqualTo(
            "Keep running, because the period ends on 2026-03-05, which was not over when its rows"
                + " were published, and the test allows one look.");
    assertThat(onTheDay.path("health").findValuesAsText("check")).contains("peeking");

    JsonNode after = analyzeAt(Instant.parse("2026-03-06T00:10:00Z"));
    assertThat(sentence(after)).startsWith("Ship new");
    assertThat(after.path("health").findValuesAsText("check")).doesNotContain("peeking");
  }

  /** The day of an instant ends where the project is. */
  @Test
  void dayEnds_inTheProjectsZone() throws IOException {
    declare("America/New_York", "");

    assertThat(sentence(analyzeAt(Instant.parse("2026-03-06T04:50:00Z"))))
        .startsWith("Keep running");
    assertThat(sentence(analyzeAt(Instant.parse("2026-03-06T05:10:00Z")))).startsWith("Ship new");
  }

  /** History that was written down long ago is over, however little of its last day there is. */
  @Test
  void historyLoadedLater_isOver() throws IOException {
    declare("UTC", "");
    analyzeAt(Instant.parse("2026-03-05T01:00:00Z"));
    shell.setTime(Instant.parse("2026-06-01T00:00:00Z"));
    shell.succeed("run", "--full-refresh");

    assertThat(sentence(shell.json("experiment", "analyze", "prices", "--json")))
        .startsWith("Ship new");
  }

  /** Shops that are dealt on one day; what they sell is counted until now. */
  private JsonNode analyzeShopsAt(Instant now, int lastDay) throws IOException {
    StringBuilder exposures = new StringBuilder("user_id,at,variant\n");
    StringBuilder orders = new StringBuilder("user_id,at\n");
    for (int shop = 0; shop < 200; shop++) {
      exposures.append(
          "%d,%sT00:00:00Z,%s\n".formatted(shop, FIRST, shop % 2 == 0 ? "old" : "new"));
      for (int day = 0; day < lastDay; day++) {
        if ((shop + day) % (shop % 2 == 1 ? 3 : 7) == 0) {
          orders.append("%d,%sT09:00:00Z\n".formatted(shop, FIRST.plusDays(day)));
        }
      }
    }
    shell.write("exposures/all.csv", exposures.toString());
    shell.write("orders/all.csv", orders.toString());
    shell.setTime(now);
    shell.succeed("run", "--full-refresh");
    return shell.json("experiment", "analyze", "prices", "--json");
  }

  @Test
  void shopsDealtOnOneDay_areOverWhenTheirSalesAre() throws IOException {
    declare("UTC", "");

    assertThat(sentence(analyzeShopsAt(Instant.parse("2026-03-04T12:00:00Z"), 4)))
        .isEqualTo(
            "Keep running, because exposures reach 2026-03-01 and what is measured 2026-03-03 of a"
                + " period that ends on 2026-03-05, and the test allows one look.");
    assertThat(sentence(analyzeShopsAt(Instant.parse("2026-03-05T23:00:00Z"), 5)))
        .startsWith("Keep running");
    JsonNode after = analyzeShopsAt(Instant.parse("2026-03-06T00:10:00Z"), 5);
    assertThat(sentence(after)).startsWith("Ship new");
    assertThat(after.path("health").findValuesAsText("check")).doesNotContain("peeking");
  }

  @Test
  void shopsDealtOnOneDay_haveTheLooksOfTheirSales() throws IOException {
    declare("UTC", "analysis: {sequential: group, group: {looks: [2026-03-03]}}\n");

    assertThat(sentence(analyzeShopsAt(Instant.parse("2026-03-03T12:00:00Z"), 3)))
        .isEqualTo(
            "Keep running, because rows reach the end of 2026-03-02 and the first of 2 looks is"
                + " after 2026-03-03.");
    assertThat(analyzeShopsAt(Instant.parse("2026-03-04T12:00:00Z"), 4).at("/look/number").asInt())
        .isEqualTo(1);
    assertThat(analyzeShopsAt(Instant.parse("2026-03-06T12:00:00Z"), 5).at("/look/number").asInt())
        .isEqualTo(2);
  }

  /** Orders that are dated ahead end no experiment. */
  @Test
  void salesOfDaysToCome_endNothing() throws IOException {
    declare("UTC", "");

    assertThat(sentence(analyzeShopsAt(Instant.parse("2026-03-03T12:00:00Z"), 30)))
        .startsWith(
            "Keep running, because exposures reach 2026-03-01 and what is measured 2026-03-02");
  }
}
