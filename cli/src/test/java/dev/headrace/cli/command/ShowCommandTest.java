package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code show} and {@code lineage} tell of a small project. */
class ShowCommandTest {
  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void writeProject() throws IOException {
    shell = new Shell(directory);
    shell.write("headrace.yaml", "name: shop\n");
    shell.write(
        "data/orders.csv",
        """
        order_id,customer,ordered_at,total
        1,ann,2026-03-02T10:00:00,10.50
        2,bob,2026-03-02T11:00:00,4.25
        3,ann,2026-03-05T09:00:00,7.00
        4,cy,2026-03-05T09:30:00,99.00,surplus
        """);
    shell.write(
        "sources/orders.yaml",
        """
        files: data/orders.csv
        time: ordered_at
        max-rejected: 50%
        columns: {total: "decimal(12,2)"}
        checks: [{not-null: [order_id]}]
        tags: [raw]
        """);
    shell.write(
        "tables/takings.sql",
        """
        /*---
        description: What came in per day.
        materialize: incremental
        time: day
        ---*/
        select cast(ordered_at as date) as day, count(*) as orders, sum(total) as total
        from orders
        where ordered_at >= $from and ordered_at < $to
        group by cast(ordered_at as date)
        """);
    shell.write(
        "tables/customers.sql",
        """
        /*---
        materialize: view
        ---*/
        select customer, {'id': order_id, 'total': total} as pair from orders
        """);
    shell.write("tables/later.sql", "select day, total / orders as average from takings");
  }

  @Test
  void source_showsFilesRowsChecksAndWhatIsKeptAside() {
    shell.succeed("run");
    assertThat(shell.succeed("show", "ORDERS"))
        .startsWith("orders  source\n")
        .contains("file         sources/orders.yaml\n")
        .contains("max-rejected 50%\n")
        .contains("read by      customers, takings\n")
        .contains(", run 1\n")
        .contains("kept aside   orders__rejected (1 row)\n")
        .contains("event time   2026-03-02T10:00:00Z to 2026-03-05T09:00:00Z\n")
        .contains("  ✓ not-null(order_id)\n")
        .contains("orders: 3 rows, 7 columns")
        .doesNotContain("\u001b");
  }

  @Test
  void incremental_json_hasDaysAndProfile() throws IOException {
    shell.succeed("run");
    JsonNode shown = shell.json("show", "takings", "--json");
    assertThat(shown.at("/definition/settings/description").asText())
        .isEqualTo("What came in per day.");
    assertThat(shown.at("/definition/settings/materialize").asText()).isEqualTo("incremental");
    assertThat(shown.at("/published/rows").asLong()).isEqualTo(2);
    assertThat(shown.at("/published/currentDefinition").asBoolean()).isTrue();
    assertThat(shown.at("/published/days"))
        .hasToString("[{\"first\":\"2026-03-02\",\"last\":\"2026-03-05\"}]");
    assertThat(shown.at("/columns/2"))
        .hasToString("{\"id\":3,\"name\":\"total\",\"type\":\"decimal(38,2)\"}");
    JsonNode total = shown.at("/profile/columns/2");
    assertThat(total.at("/least").doubleValue()).isEqualTo(7.0);
    assertThat(total.at("/greatest").doubleValue()).isEqualTo(14.75);
    assertThat(total.at("/mean").doubleValue()).isEqualTo(10.875);
    assertThat(total.at("/histogram/rows")).hasSize(20);
  }

  @Test
  void changedDefinition_isSaid() throws IOException {
    shell.succeed("run");
    shell.write("tables/later.sql", "select day, total from takings");
    assertThat(shell.succeed("show", "later", "--no-profile"))
        .contains("its definition has changed since")
        .contains("  average  double\n");
  }

  @Test
  void view_isProfiledThroughItsQuery() throws IOException {
    shell.succeed("run");
    JsonNode shown = shell.json("show", "customers", "--json");
    assertThat(shown.at("/published/rows").isNull()).isTrue();
    assertThat(shown.at("/profile/rows").asLong()).isEqualTo(3);
    assertThat(shown.at("/profile/columns/0/top/0/text").asText()).isEqualTo("ann");
  }

  @Test
  void sideTable_canBeShown() throws IOException {
    shell.succeed("run");
    assertThat(shell.succeed("show", "orders__rejected"))
        .startsWith("orders__rejected  side table of source orders\n")
        .contains("rows         1 in ");
    assertThat(shell.json("show", "orders__rejected", "--json").at("/definition/asset").asText())
        .isEqualTo("orders");
  }

  @Test
  void neverBuilt_saysSo() throws IOException {
    assertThat(shell.succeed("show", "takings"))
        .contains("built        never; build it with: headrace run --select +takings\n");
    assertThat(shell.json("show", "orders__failed", "--json").at("/published").isNull()).isTrue();
  }

  @Test
  void sideTable_thatIsNotThere_isExplainedByItsAsset() throws IOException {
    assertThat(shell.run("sql", "select * from orders__failed")).isNotZero();
    assertThat(shell.err()).contains("Build it first: headrace run --select +orders.");
    shell.succeed("run");
    assertThat(shell.run("sql", "select * from orders__failed")).isNotZero();
    assertThat(shell.err())
        .contains("no run has kept a row of 'orders' aside in environment 'prod'.");
  }

  @Test
  void unknownName_suggestsTheNearest() {
    assertThat(shell.run("show", "taking")).isEqualTo(4);
    assertThat(shell.err()).contains("CATALOG_UNKNOWN_TABLE").contains("Did you mean 'takings'?");
  }

  @Test
  void lineage_followsColumnsToTheRawTables() throws IOException {
    shell.succeed("run");
    JsonNode lineage = shell.json("lineage", "later", "--json");
    assertThat(lineage.at("/edges")).hasSize(2);
    JsonNode average = lineage.at("/columns/1");
    assertThat(average.at("/inputs"))
        .hasToString(
            "[{\"table\":\"takings\",\"column\":\"orders\"},{\"table\":\"takings\",\"column\":\"total\"}]");
    assertThat(average.at("/sources")).hasToString("[{\"table\":\"orders\",\"column\":\"total\"}]");
    assertThat(shell.succeed("lineage", "later.average"))
        .contains("takings.orders, takings.total")
        .contains("orders.total");
  }

  @Test
  void lineage_followsColumnsToWhatIsMadeFromThem() throws IOException {
    shell.succeed("run");
    JsonNode columns = shell.json("lineage", "orders", "--json").at("/columns");
    for (JsonNode column : columns) {
      String readers = column.at("/readers").toString();
      switch (column.at("/name").asText()) {
        case "total" ->
            assertThat(readers)
                .isEqualTo(
                    "[{\"table\":\"customers\",\"column\":\"pair\"},"
                        + "{\"table\":\"later\",\"column\":\"average\"},"
                        + "{\"table\":\"takings\",\"column\":\"total\"}]");
        case "ordered_at" ->
            assertThat(readers).contains("{\"table\":\"takings\",\"column\":\"day\"}");
        case "_file" -> assertThat(readers).isEqualTo("[]");
        default -> assertThat(readers).doesNotContain("average");
      }
      assertThat(column.at("/possibleReaders")).isEmpty();
    }
    assertThat(shell.succeed("lineage", "orders.total")).contains("takings.total", "later.average");
  }

  @Test
  void lineage_ofAColumnThatIsNotThere_suggestsTheNearest() {
    shell.succeed("run");
    assertThat(shell.run("lineage", "later.avarage")).isEqualTo(4);
    assertThat(shell.err()).contains("Did you mean 'average'?");
  }

  @Test
  void lineage_beforeTheFirstRun_isUnknown() throws IOException {
    assertThat(shell.succeed("lineage", "later", "--columns"))
        .isEqualTo("unknown: 'orders' has not been built, so its columns are not known\n");
    assertThat(shell.json("lineage", "later", "--json").at("/columns")).isEmpty();
  }
}
