package dev.headrace.cli.models;

import dev.headrace.cli.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A project with one source: parcels that come late, or do not, by their weight and carrier. */
final class ParcelsProject {
  private ParcelsProject() {}

  static Shell of(Path directory, int rows) throws IOException {
    Shell shell = new Shell(directory);
    shell.write("headrace.yaml", "name: parcels\n");
    shell.write(
        "sources/parcels.yaml",
        "files: data/*.csv\nload: replace\ntime: sent_at\n"
            + "columns: {weight: double, sent_at: timestamp}\n");
    data(shell, 1, rows);
    return shell;
  }

  static void data(Shell shell, int seed, int rows) throws IOException {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("id,weight,carrier,late,took,sent_at\n");
    for (int i = 0; i < rows; i++) {
      double weight = random.nextDouble() * 10;
      String carrier = random.nextBoolean() ? "fast" : "slow";
      double odds = weight / 2 - 3 + (carrier.equals("slow") ? 2 : 0);
      csv.append(
          "%d,%s,%s,%s,%s,2026-01-0%d 10:00:00%n"
              .formatted(
                  9_007_199_254_740_993L + i,
                  i % 9 == 0 ? "" : Double.toString(weight),
                  carrier,
                  random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? "yes" : "no",
                  3 * weight + random.nextGaussian(),
                  1 + i * 4 / rows));
    }
    shell.write("data/parcels.csv", csv.toString());
  }
}
