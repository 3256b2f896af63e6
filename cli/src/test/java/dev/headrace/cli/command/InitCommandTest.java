package dev.headrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From somebody's files to a project that runs. */
class InitCommandTest {
  @TempDir Path directory;
  private Shell shell;

  @BeforeEach
  void openShell() {
    shell = new Shell(directory);
  }

  /** 40 orders of customers 1 to 10, one per hour, each of 2.50. */
  private void writeOrders(String file) throws IOException {
    StringBuilder orders = new StringBuilder("Order ID,customer_id,ordered_at,total,status\n");
    for (int i = 0; i < 40; i++) {
      orders.append(
          "%d,%d,2026-03-%02dT%02d:00:00,2.50,%s%n"
              .formatted(100 + i, 1 + i % 10, 1 + i / 24, i % 24, i % 3 == 0 ? "open" : "paid"));
    }
    shell.write(file, orders.toString());
  }

  private void writeEvents(String file) throws IOException {
    StringBuilder events = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      events.append(
          "{\"event_id\":\"e%d\",\"customer_id\":%d,\"at\":\"2026-03-01T00:%02d:00Z\",\"device\":{\"os\":\"x\"}}\n"
              .formatted(i, 1 + i % 11, i));
    }
    shell.write(file, events + "{\"event_id\": \"cut off\n");
  }

  private void writeCustomers(String file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "copy (select i as customer_id, 'customer ' || i as name, date '1980-01-01' as birth_date"
              + " from range(1, 11) t(i)) to '%s' (format parquet)"
                  .formatted(directory.resolve(file)));
    }
  }

  @Test
  void filesOfThreeFormats_becomeAProjectThatRuns() throws Exception {
    writeOrders("My Orders 2026.csv");
    writeCustomers("customers.parquet");
    writeEvents("events.jsonl");
    assertThat(
            shell.succeed(
                "init",
                "shop",
                "--from",
                "My Orders 2026.csv",
                "customers.parquet",
                "events.jsonl"))
        .contains("  sources/my_orders_2026.yaml\n")
        .contains("my_orders_2026: 40 rows, 5 columns, ")
        .contains("events: 30 rows, 4 columns, ")
        .contains("; 1 row cannot be read")
        .endsWith(
            """
            Next:
              headrace plan -p shop
              headrace run -p shop
              headrace sql -p shop "select * from daily_my_orders_2026"
            """);

    assertThat(source("my_orders_2026"))
        .contains("files: \"../My Orders 2026.csv\"\n")
        .contains("key: [Order ID]\n")
        .contains("time: ordered_at\n")
        .contains("  total: \"decimal(18,2)\"\n")
        .contains("  - accepted-values: {status: [open, paid]}\n")
        .contains("  - foreign-key: {customer_id: customers.customer_id}\n");
    assertThat(source("customers")).contains("key: [customer_id]\n").doesNotContain("time:");
    // Customer 11 has events but is no customer: what does not hold is not proposed.
    assertThat(source("events")).doesNotContain("foreign-key").contains("max-rejected: 4%\n");

    assertThat(shell.json("plan", "-p", "shop", "--json").at("/steps")).hasSize(5);
    JsonNode run = shell.json("run", "-p", "shop", "--json");
    assertThat(run.at("/checks/failed").asInt()).isZero();
    assertThat(run.at("/checks/passed").asInt()).isGreaterThan(10);
    assertThat(
            shell.json(
                "sql", "-p", "shop", "select * from daily_my_orders_2026 order by day", "--json"))
        .hasToString(
            "[{\"day\":\"2026-03-01\",\"my_orders_2026\":24,\"customer_ids\":10,\"total\":60.0},"
                + "{\"day\":\"2026-03-02\",\"my_orders_2026\":16,\"customer_ids\":10,\"total\":40.0}]");
    assertThat(shell.json("sql", "-p", "shop", "select * from daily_events", "--json"))
        .hasToString("[{\"day\":\"2026-03-01\",\"events\":30,\"customer_ids\":11}]");
    assertThat(shell.json("plan", "-p", "shop", "--json").at("/steps").findValuesAsText("action"))
        .containsOnly("skip");
  }

  private String source(String name) throws IOException {
    return Files.readString(directory.resolve("shop/sources/" + name + ".yaml"));
  }

  @Test
  void money_isProposedAsDecimalsWhereItComesInCents() throws Exception {
    shell.write(
        "orders.csv",
        """
        order_id,unitPrice,total_eur,tax_rate,fee,latitude
        1,12.50,25.1,0.19,0.125,48.1
        2,7.99,-7.99,0.07,0.5,9.2
        3,,100,0.19,0.25,11.3
        """);
    shell.succeed("init", "shop", "--from", "orders.csv");
    assertThat(source("orders"))
        .contains("  unitPrice: \"decimal(18,2)\"\n", "  total_eur: \"decimal(18,2)\"\n")
        .contains("  fee: double\n", "  latitude: double\n");
    shell.succeed("run", "-p", "shop");
    assertThat(
            shell.succeed(
                "sql", "-p", "shop", "--format", "csv", "select sum(total_eur) as t from orders"))
        .isEqualTo("t\r\n117.11\r\n");
  }

  @Test
  void withoutFiles_scaffoldsWhatParses() throws IOException {
    assertThat(shell.succeed("init", "shop")).contains("  headrace ls -p shop\n");
    assertThat(shell.json("ls", "-p", "shop", "--json").at("/assets")).isEmpty();
    for (String folder : new String[] {"sources/orders.yaml", "tables/daily_orders.sql"}) {
      Path readme = directory.resolve("shop").resolve(folder).resolveSibling("README.md");
      String text = Files.readString(readme);
      String example = text.replaceAll("(?s).*?```(yaml|sql)\n(.*?)```.*", "$2");
      shell.write("shop/" + folder, example);
    }
    assertThat(shell.json("ls", "-p", "shop", "--json").at("/assets")).hasSize(2);
  }

  @Test
  void sameStems_getNamesOfTheirOwn() throws IOException {
    writeOrders("a/orders.csv");
    writeOrders("b/orders.csv");
    writeEvents("orders.json");
    JsonNode made =
        shell.json(
            "init", "shop", "--json", "--from", "a/orders.csv", "orders.json", "b/orders.csv");
    assertThat(made.at("/sources").findValuesAsText("name"))
        .containsExactly("orders", "orders_json", "orders_csv");
    shell.succeed("run", "-p", "shop");
  }

  @Test
  void glob_isOneSource() throws IOException {
    writeOrders("in/orders_1.csv");
    writeOrders("in/orders_2.csv");
    JsonNode made = shell.json("init", "shop", "--json", "--from", "in/orders_*.csv");
    assertThat(made.at("/sources/0/name").asText()).isEqualTo("orders");
    assertThat(made.at("/sources/0/rows").asLong()).isEqualTo(80);
    assertThat(made.at("/sources/0/files").asText()).isEqualTo("../in/orders_*.csv");
    // Each order is in both files.
    assertThat(source("orders")).doesNotContain("\nkey:");
    shell.succeed("run", "-p", "shop");
  }

  @Test
  void namesLikeWildcardsAndWords_work() throws IOException {
    writeOrders("2026 [select].csv");
    shell.write("select.csv", "at,order,time\n2026-01-01,1,x\n2026-01-02,2,y\n");
    shell.succeed("init", "shop", "--from", "2026 [select].csv", "select.csv");
    shell.succeed("run", "-p", "shop");
    assertThat(shell.json("ls", "-p", "shop", "--json").at("/assets").findValuesAsText("name"))
        .contains("t_2026_select", "select_table", "daily_select_table");
  }

  @Test
  void logs_becomeLinesToTakeApart() throws IOException {
    shell.write("access.log", "1.2.3.4 GET /\n5.6.7.8 GET /a\n");
    shell.succeed("init", "shop", "--from", "access.log");
    shell.succeed("run", "-p", "shop");
    assertThat(shell.json("sql", "-p", "shop", "select line from stg_access", "--json")).hasSize(2);
  }

  @Test
  void targetInUse_isRefused() throws IOException {
    shell.write("shop/notes.txt", "mine");
    assertThat(shell.run("init", "shop")).isEqualTo(5);
    assertThat(shell.err()).contains("the directory is not empty ('notes.txt' is in it)");
    shell.write("other/headrace.yaml", "name: x\n");
    assertThat(shell.run("init", "other")).isEqualTo(5);
    assertThat(shell.err()).contains("it is a project already");
  }

  @Test
  void unsuitableFiles_areRefusedAndNothingIsWritten() throws IOException {
    writeOrders("orders.csv");
    shell.write("empty.csv", "");
    shell.write("table.xlsx", "x");
    assertRefused(4, "Did you mean 'orders.csv'?", "order.csv");
    assertRefused(4, "nothing matches", "*.json");
    assertRefused(2, "it is a directory", ".");
    assertRefused(2, "the file is empty", "empty.csv");
    assertRefused(2, "its extension stands for no format", "table.xlsx");
  }

  private void assertRefused(int code, String text, String file) {
    assertThat(shell.run("init", "shop", "--from", "orders.csv", file)).as(file).isEqualTo(code);
    assertThat(shell.err()).contains(text);
    assertThat(directory.resolve("shop")).doesNotExist();
  }
}
