package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clicks on the results of two rankings in one list, by user, over several searches. */
class ExperimentInterleaveTest {
  private static final String[] OPTIONS = {"--unit", "user_id", "--a", "old", "--b", "new"};

  @TempDir Path directory;
  private Shell shop;

  @BeforeEach
  void write() throws IOException {
    shop = new Shell(directory);
    shop.write("headrace.yaml", "name: shop\n");
    // 60 users for the new one, 30 for the old one; 10 clicked on both alike, in two searches.
    StringBuilder clicks = new StringBuilder("user_id,old,new,page\n");
    for (int user = 0; user < 100; user++) {
      if (user < 60) {
        clicks.append("%d,,1.5,first\n%d,0.25,0,second\n".formatted(user, user));
      } else if (user < 90) {
        clicks.append("%d,2,0,first\n".formatted(user));
      } else {
        clicks.append("%d,0.1,0.3,first\n%d,0.2,0,second\n".formatted(user, user));
      }
    }
    clicks.append(",5,0,first\n,0,1,first\n");
    shop.write("data/clicks.csv", clicks.toString());
    shop.write("data/none.csv", "user_id,old,new\n1,0,0\n2,1,1\n");
    shop.write(
        "sources/clicks.yaml",
        "files: data/clicks.csv\ncolumns: {user_id: int, old: double, new: double}\n");
    shop.write(
        "sources/none.yaml", "files: data/none.csv\ncolumns: {user_id: int, old: int, new: int}\n");
    shop.succeed("run");
  }

  private String[] interleave(String table, String... more) {
    String[] all = new String[3 + OPTIONS.length + more.length];
    System.arraycopy(new String[] {"experiment", "interleave", table}, 0, all, 0, 3);
    System.arraycopy(OPTIONS, 0, all, 3, OPTIONS.length);
    System.arraycopy(more, 0, all, 3 + OPTIONS.length, more.length);
    return all;
  }

  @Test
  void preference_isCountedByUnits() throws IOException {
    JsonNode report = shop.json(interleave("clicks", "--json"));
    assertThat(report.path("units").asInt()).isEqualTo(100);
    assertThat(report.path("forA").asInt()).isEqualTo(30);
    assertThat(report.path("forB").asInt()).isEqualTo(60);
    assertThat(report.path("ties").asInt()).isEqualTo(10);
    assertThat(report.path("rowsWithoutUnit").asInt()).isEqualTo(2);
    assertThat(report.path("preference").doubleValue()).isCloseTo(0.15, within(1e-12));
    // scipy.stats.binomtest(60, 90).pvalue
    assertThat(report.path("pValue").doubleValue()).isCloseTo(0.0020602656809630745, within(1e-12));
    // Votes of -1/2, 0 and 1/2 have the variance (0.9 / 4 - 0.15²) 100 / 99.
    double half = 1.959963984540054 * Math.sqrt((0.225 - 0.0225) / 99);
    assertThat(report.path("lower").doubleValue()).isCloseTo(0.15 - half, within(1e-12));
    assertThat(report.path("upper").doubleValue()).isCloseTo(0.15 + half, within(1e-12));
    assertThat(report.at("/tables/0/table").asText()).isEqualTo("clicks");
    assertThat(report.path("sentence").asText())
        .isEqualTo(
            "The ranking 'new' is preferred: 60 of 90 units that prefer one prefer 'new'"
                + " (p 0.00206).");
    assertThat(shop.succeed(interleave("clicks", "--sql", "--alpha", "0.001")))
        .startsWith("Neither ranking was shown to be preferred: 60 of 90 units")
        .contains(
            "100 units: 30 for old, 60 for new, 10 for neither.",
            "2 rows without a unit were left out.",
            "group by");
  }

  @Test
  void noPreference_isToldAsSuch() throws IOException {
    JsonNode report = shop.json(interleave("none", "--json"));
    assertThat(report.path("sentence").asText())
        .isEqualTo("Nothing can be said of the rankings: no unit prefers either ranking.");
    assertThat(report.path("preference").doubleValue()).isZero();
    assertThat(report.path("lower").isNumber()).isFalse();
    assertThat(report.path("pValue").isNumber()).isFalse();
  }

  @Test
  void badInput_isNamed() throws IOException {
    assertThat(
            shop.run(
                "experiment", "interleave", "clicks", "--unit", "user", "--a", "old", "--b", "new"))
        .isEqualTo(2);
    assertThat(shop.err()).contains("'clicks' has no column 'user'", "user_id");
    assertThat(
            shop.run(
                "experiment",
                "interleave",
                "clicks",
                "--unit",
                "user_id",
                "--a",
                "page",
                "--b",
                "new"))
        .isEqualTo(2);
    assertThat(shop.err()).contains("the column 'page' of 'clicks' is no number but string");
    assertThat(shop.run(interleave("klicks"))).isNotZero();
    assertThat(shop.err()).contains("klicks").doesNotContain("Exception");
    assertThat(shop.run(interleave("clicks", "--alpha", "1"))).isEqualTo(2);
    assertThat(shop.err()).contains("--alpha between 0 and 1");
    shop.write("data/odd.csv", "user_id,old,new\n1,0,inf\n2,1,0\n3,1,0\n");
    shop.write(
        "sources/odd.yaml",
        "files: data/odd.csv\ncolumns: {user_id: int, old: double, new: double}\n");
    shop.succeed("run");
    assertThat(shop.succeed(interleave("odd")))
        .contains("the credits of 1 units are infinite or not a number");
  }
}
