package dev.headrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views that know something later than the moments they are asked for, held to a count by hand. */
class ViewLeaksTest {
  private static final LocalDateTime BEGIN = LocalDateTime.of(2026, 3, 1, 0, 0);

  private record Order(int user, LocalDateTime at, LocalDateTime changed) {}

  private record Visit(int user, LocalDateTime at) {}

  @TempDir Path directory;
  private Shell shell;
  private final List<Order> orders = new ArrayList<>();
  private final List<Visit> visits = new ArrayList<>();

  /** Every third order was changed some days later; all of them expire in the future. */
  @BeforeEach
  void project() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\n");
    shell.write(
        "sources/orders.yaml",
        "files: orders/*.csv\ncolumns: {ordered_at: timestamp, changed_at: timestamp, expires_at:"
            + " timestamp}\n");
    shell.write("sources/visits.yaml", "files: visits/*.csv\ncolumns: {seen_at: timestamp}\n");
    Random random = new Random(3);
    StringBuilder csv = new StringBuilder("user_id,amount,ordered_at,changed_at,expires_at\n");
    for (int i = 0; i < 300; i++) {
      LocalDateTime at = BEGIN.plusMinutes(random.nextInt(20 * 1_440));
      LocalDateTime changed = i % 3 == 0 ? at.plusDays(1 + random.nextInt(4)) : at;
      orders.add(new Order(random.nextInt(60), at, changed));
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%.2f,%s,%s,%s%n",
              orders.getLast().user,
              10 * random.nextDouble(),
              at,
              changed,
              at.plusYears(1)));
    }
    shell.write("orders/all.csv", csv.toString());
    StringBuilder rows = new StringBuilder("visit_id,user_id,seen_at,bought\n");
    for (int i = 0; i < 700; i++) {
      visits.add(
          new Visit(random.nextInt(60), BEGIN.plusDays(1).plusMinutes(random.nextInt(24 * 1_440))));
      rows.append(
          "%d,%d,%s,%s%n"
              .formatted(
                  i,
                  visits.getLast().user,
                  visits.getLast().at,
                  random.nextBoolean() ? "yes" : "no"));
    }
    shell.write("visits/all.csv", rows.toString());
  }

  private List<String> warnings(String view, String features) throws IOException {
    shell.write("features/spending.yaml", "entity: user\nfrom: orders\ntime: ordered_at\n" + view);
    shell.write(
        "models/bought.yaml",
        "label: bought\nfrom: visits\ntime: seen_at\nkey: [visit_id]\nfeatures: ["
            + features
            + "]\nlearn: {logistic: {l2: 1}}\nsplit: {test: 25%}\nevaluate: {importance: false}\n");
    shell.succeed("run");
    return shell
        .json("models", "show", "bought@latest", "--json")
        .path("warnings")
        .valueStream()
        .map(JsonNode::asText)
        .toList();
  }

  private static final String SUM = "features:\n  spend: {sum: amount}\n";

  @Test
  void rowsThatWereChangedLater_areCounted_unlessTheirArrivalIsDeclared() throws IOException {
    long late =
        visits.stream()
            .filter(
                visit ->
                    orders.stream()
                        .anyMatch(
                            order ->
                                order.user == visit.user
                                    && !order.at.isAfter(visit.at)
                                    && order.changed.isAfter(visit.at)))
            .count();
    assertThat(late).isPositive();
    assertThat(warnings(SUM, "spending.*"))
        .containsExactly(
            "view 'spending' shows %d of 700 rows something of 'orders' that is marked with a 'changed_at' later than their moment: was it there, and so, at the time? If not, declare 'arrival: changed_at'"
                .formatted(late));
    assertThat(warnings("arrival: changed_at\n" + SUM, "spending.*")).isEmpty();
  }

  @Test
  void timesThatAViewTells_areComparedWithTheMoment() throws IOException {
    long known = 0;
    long late = 0;
    for (Visit visit : visits) {
      Order last = null;
      for (Order order : orders) {
        if (order.user == visit.user
            && !order.at.isAfter(visit.at)
            && (last == null || order.at.isAfter(last.at))) {
          last = order;
        }
      }
      known += last == null ? 0 : 1;
      late += last != null && last.changed.isAfter(visit.at) ? 1 : 0;
    }
    assertThat(late).isPositive();
    assertThat(warnings("features:\n  changed: {last: changed_at}\n", "spending.changed"))
        .contains(
            "'spending__changed' is later than 'seen_at' in %d of the %d rows that have it: it is not known when the prediction is needed"
                .formatted(late, known));
  }
}
