package dev.headrace.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.cli.Shell;
import java.io.IOException;

/** A shop that tries prices on its users: the declarations around what a test makes up. */
final class PricesShop {
  private PricesShop() {}

  /**
   * @param exposures CSV with {@code user_id}, {@code seen_at} and the variant
   * @param orders CSV with {@code user_id}, {@code ordered_at} and {@code amount}
   */
  static void write(Shell shop, CharSequence exposures, CharSequence orders) throws IOException {
    shop.write("headrace.yaml", "name: shop\n");
    shop.write("data/exposures.csv", exposures.toString());
    shop.write("data/orders.csv", orders.toString());
    shop.write(
        "sources/exposures.yaml",
        "files: data/exposures*.csv\ntime: seen_at\ncolumns: {seen_at: timestamp, user_id: int}\n");
    shop.write(
        "sources/orders.yaml",
        """
        files: data/orders*.csv
        time: ordered_at
        columns: {ordered_at: timestamp, user_id: int, amount: "decimal(12,2)"}
        """);
    shop.write("metrics/sales.yaml", "sum: amount\ntable: orders\nunit: EUR\n");
  }

  /** Declares the experiment {@code prices}: variants, metrics and how they are judged. */
  static void experiment(Shell shop, String declared) throws IOException {
    shop.write("experiments/prices.yaml", "unit: user_id\nassignments: exposures\n" + declared);
  }

  /** Its report. */
  static JsonNode analyze(Shell shop) throws IOException {
    return shop.json("experiment", "analyze", "prices", "--json");
  }
}
