package dev.headrace.cli.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A shop whose customers leave, and a model {@code churn} of who does. */
final class LeaversShop {
  private LeaversShop() {}

  /**
   * Declares it; nothing is run.
   *
   * @param more lines of the model's declaration
   */
  static Workshop of(Path directory, String more) throws IOException {
    return new Workshop(directory)
        .file("headrace.yaml", "name: shop\n")
        .file("sources/customers.yaml", "files: customers.csv\n")
        .file("customers.csv", customers())
        .file(
            "models/churn.yaml",
            "label: churned\nfrom: customers\nkey: [id]\nlearn: {logistic: {l2: 1}}\n" + more);
  }

  private static String customers() {
    Random random = new Random(5);
    StringBuilder rows = new StringBuilder("id,plan,months,charge,churned\n");
    for (int id = 0; id < 600; id++) {
      int months = random.nextInt(72);
      boolean basic = random.nextBoolean();
      boolean gone = random.nextDouble() < (basic ? 0.5 : 0.2) * (1 - months / 90.0);
      rows.append(
          "%d,%s,%d,%d,%s%n"
              .formatted(
                  id, basic ? "basic" : "full", months, 20 + random.nextInt(80), gone ? "y" : "n"));
    }
    return rows.toString();
  }
}
