package dev.headrace.data.metrics;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A small star schema of random rows, kept in memory and written as a project: orders and refunds
 * of customers of countries. It has nulls everywhere, customers that no table knows, orders at
 * equal times and around the hour that daylight saving takes away.
 */
final class StarWorld {
  static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final LocalDateTime BEGIN = LocalDateTime.parse("2026-03-20T00:00");

  /** A row with the columns of all tables it is joined to. */
  record Row(String fact, Map<String, @Nullable Object> columns, LocalDateTime local) {
    @Nullable Object get(String column) {
      return columns.get(column);
    }
  }

  final List<Row> orders = new ArrayList<>();
  final List<Row> refunds = new ArrayList<>();
  private final StringBuilder orderFile =
      new StringBuilder("order_id,customer_id,at,status,amount,quantity\n");
  private final StringBuilder refundFile = new StringBuilder("refund_id,buyer,at,amount\n");
  private final StringBuilder customerFile = new StringBuilder("customer_id,country_id,tier\n");
  private final StringBuilder countryFile = new StringBuilder("country_id,region\n");

  StarWorld(long seed) {
    Random random = new Random(seed);
    Map<Integer, @Nullable String> regions = new LinkedHashMap<>();
    for (int i = 0; i < 5; i++) {
      String region = random.nextInt(5) == 0 ? null : "region" + random.nextInt(3);
      regions.put(i, region);
      line(countryFile, i, region);
    }
    Map<Integer, Map<String, @Nullable Object>> customers = new LinkedHashMap<>();
    for (int i = 0; i < 12; i++) {
      Integer country = random.nextInt(6) == 0 ? null : random.nextInt(6); // 5 is in no table.
      String tier =
          random.nextInt(4) == 0 ? null : List.of("gold", "it's", "new").get(random.nextInt(3));
      Map<String, @Nullable Object> columns = new LinkedHashMap<>();
      columns.put("country_id", country);
      columns.put("tier", tier);
      columns.put("region", country == null ? null : regions.get(country));
      customers.put(i, columns);
      line(customerFile, i, country, tier);
    }
    int rows = 20 + random.nextInt(200);
    for (int i = 0; i < rows; i++) {
      order(random, i, customers);
      if (random.nextInt(3) == 0) {
        refund(random, i, customers);
      }
    }
  }

  private void order(Random random, int id, Map<Integer, Map<String, @Nullable Object>> customers) {
    Integer customer =
        random.nextInt(8) == 0 ? null : random.nextInt(14); // 12 and 13 are in no table.
    Instant at = BEGIN.plusMinutes(15L * random.nextInt(4 * 24 * 80)).atZone(ZONE).toInstant();
    String status =
        random.nextInt(6) == 0 ? null : List.of("paid", "open", "void").get(random.nextInt(3));
    BigDecimal amount =
        random.nextInt(8) == 0 ? null : BigDecimal.valueOf(random.nextInt(20000) - 3000, 2);
    Long quantity = random.nextInt(8) == 0 ? null : (long) random.nextInt(5);
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    columns.put("order_id", (long) id);
    columns.put("customer_id", customer);
    columns.put("status", status);
    columns.put("amount", amount);
    columns.put("quantity", quantity);
    join(columns, customer, customers);
    orders.add(new Row("orders", columns, LocalDateTime.ofInstant(at, ZONE)));
    line(orderFile, id, customer, at, status, amount, quantity);
  }

  private void refund(
      Random random, int id, Map<Integer, Map<String, @Nullable Object>> customers) {
    Integer buyer = random.nextInt(8) == 0 ? null : random.nextInt(14);
    LocalDateTime at = BEGIN.plusMinutes(30L * random.nextInt(2 * 24 * 80));
    BigDecimal amount = BigDecimal.valueOf(1 + random.nextInt(5000), 2);
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    columns.put("refund_id", (long) id);
    columns.put("buyer", buyer);
    columns.put("amount", amount);
    join(columns, buyer, customers);
    refunds.add(new Row("refunds", columns, at));
    line(refundFile, id, buyer, at, amount);
  }

  private static void join(
      Map<String, @Nullable Object> columns,
      @Nullable Integer customer,
      Map<Integer, Map<String, @Nullable Object>> customers) {
    Map<String, @Nullable Object> joined = customer == null ? null : customers.get(customer);
    columns.put("tier", joined == null ? null : joined.get("tier"));
    columns.put("region", joined == null ? null : joined.get("region"));
  }

  private static void line(StringBuilder file, @Nullable Object... values) {
    for (int i = 0; i < values.length; i++) {
      file.append(i == 0 ? "" : ",").append(values[i] == null ? "" : values[i]);
    }
    file.append('\n');
  }

  void write(MetricProject project) throws IOException {
    project
        .file("data/orders.csv", orderFile.toString())
        .file("data/refunds.csv", refundFile.toString())
        .file("data/customers.csv", customerFile.toString())
        .file("data/countries.csv", countryFile.toString())
        .file(
            "sources/orders.yaml",
            """
            files: data/orders.csv
            time: at
            columns: {order_id: long, customer_id: int, at: timestamptz, status: string, amount: "decimal(12,2)", quantity: int}
            checks:
              - foreign-key: {customer_id: customers.customer_id}
                severity: warn
            """)
        .file(
            "sources/refunds.yaml",
            """
            files: data/refunds.csv
            columns: {refund_id: long, buyer: int, at: timestamp, amount: "decimal(12,2)"}
            checks:
              - foreign-key: {buyer: customers.customer_id}
                severity: warn
            """)
        .file(
            "sources/customers.yaml",
            """
            files: data/customers.csv
            key: [customer_id]
            columns: {customer_id: int, country_id: int, tier: string}
            checks:
              - foreign-key: {country_id: countries.country_id}
                severity: warn
            """)
        .file(
            "sources/countries.yaml",
            """
            files: data/countries.csv
            columns: {country_id: int, region: string}
            checks:
              - unique: [country_id]
            """);
  }

  /** The moment as seconds, to compare what differs in type. */
  static long seconds(LocalDateTime local) {
    return local.toEpochSecond(ZoneOffset.UTC);
  }
}
