package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leaks that are planted in a project, and the same project without them. */
class LeaksTest {
  @TempDir Path directory;
  private Shell shell;

  /** Every tenth parcel is listed twice, under the same long number. */
  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write(
        "sources/raw.yaml",
        "files: data/*.csv\ncolumns: {sent_at: timestamp, due_at: timestamp, closed_at: timestamp}\n");
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("id,weight,price,sent_at,due_at,closed_at,days\n");
    LocalDateTime start = LocalDateTime.of(2026, 1, 1, 0, 0);
    for (int i = 0; i < 900; i++) {
      double weight = random.nextDouble() * 10;
      LocalDateTime sent = start.plusMinutes(i * 10L);
      String row =
          "%d,%s,%s,%s,%s,%s,%d\n"
              .formatted(
                  9_007_199_254_740_993L + i,
                  weight,
                  random.nextDouble(),
                  sent,
                  sent.minusDays(2),
                  sent.plusDays(1 + random.nextInt(5)),
                  Math.max(0, (int) (weight + 3 * random.nextGaussian())));
      csv.append(row);
      if (i % 10 == 0) {
        csv.append(row);
      }
    }
    shell.write("data/parcels.csv", csv.toString());
  }

  private List<String> warnings(String sql, String model) throws IOException {
    shell.write("tables/parcels.sql", sql);
    return warnings("label: late\nfrom: parcels\nkey: [id]\n" + model);
  }

  private List<String> warnings(String model) throws IOException {
    shell.write("models/lateness.yaml", model);
    shell.succeed("run");
    return shell
        .json("models", "show", "lateness@latest", "--json")
        .path("warnings")
        .valueStream()
        .map(JsonNode::asText)
        .toList();
  }

  private static final String LATE = "case when days > 5 then 'yes' else 'no' end as late";
  private static final String CLEAN =
      "select distinct id, weight, price, sent_at, " + LATE + " from raw";
  private static final String LOGISTIC =
      "learn: {logistic: {l2: 1}}\nevaluate: {importance: false}\n";

  @Test
  void cleanRows_areNotSuspected() throws IOException {
    assertThat(warnings(CLEAN, LOGISTIC + "except: [sent_at]\n")).isEmpty();
    assertThat(
            warnings(
                CLEAN.replace("price", "price, due_at"),
                LOGISTIC + "split: {time: sent_at, test: 30%}\n"))
        .isEmpty();
  }

  @Test
  void featureOfTheLabelsColumn_isNamedThroughTheTables() throws IOException {
    shell.write("tables/stays.sql", "select *, days / 7.0 as weeks from raw");
    assertThat(
            warnings(
                CLEAN.replace("price", "price, weeks").replace("from raw", "from stays"),
                LOGISTIC + "except: [sent_at]\n"))
        .contains(
            "'weeks' is made from raw.days, as the label 'late' is: is it known before the label is?")
        .noneMatch(warning -> warning.startsWith("'weight' is made from"));
  }

  @Test
  void featureOfTheLabelsColumn_isNamedThroughAQuery() throws IOException {
    shell.write("tables/stays.sql", "select *, days / 7.0 as weeks from raw");
    assertThat(
            warnings(
                "label: late\nkey: [id]\n"
                    + LOGISTIC
                    + "from: select distinct id, weight, weeks + 1 as later, %s from stays"
                        .formatted(LATE)))
        .contains(
            "'later' is made from raw.days, as the label 'late' is: is it known before the label is?")
        .noneMatch(warning -> warning.startsWith("'weight' is made from"));
  }

  @Test
  void timeAfterTheMoment_isNamed() throws IOException {
    assertThat(
            warnings(
                CLEAN.replace("price", "price, due_at, closed_at"),
                LOGISTIC + "split: {time: sent_at, test: 30%}\n"))
        .singleElement()
        .asString()
        .startsWith("'closed_at' is later than 'sent_at' in 900 of the 900 rows");
  }

  @Test
  void rowsOnBothSides_areCounted() throws IOException {
    String twice = CLEAN.replace("distinct ", "");
    assertThat(warnings(twice, LOGISTIC + "except: [sent_at]\nsplit: {test: 30%}\n"))
        .hasSize(2)
        .anyMatch(text -> text.contains("test rows have a key (id) that training rows have too"))
        .anyMatch(text -> text.contains("test rows are equal to a training row in all features"));
    assertThat(warnings(twice, LOGISTIC + "except: [sent_at]\nsplit: {group: id, test: 30%}\n"))
        .isEmpty();
  }
}
