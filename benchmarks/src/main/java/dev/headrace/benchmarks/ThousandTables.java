package dev.headrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A project of 1,000 tables: 400 of a hundred rows each, 600 joins of two of them in four layers.
 */
final class ThousandTables {
  private static final int LEAVES = 400;
  private static final int LAYERS = 4;
  private static final int JOINS_PER_LAYER = 150;

  /** A table and its statement. */
  record Table(String name, String sql) {}

  private ThousandTables() {}

  /** The tables, each after those it reads; always the same. */
  static List<Table> tables() {
    SplittableRandom random = new SplittableRandom(1);
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < LEAVES; i++) {
      tables.add(
          new Table(
              "t" + i,
              "select range as id, (range * 7919 + %d) %% 1000 as v from range(100)".formatted(i)));
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      int below = tables.size();
      for (int i = 0; i < JOINS_PER_LAYER; i++) {
        int left = random.nextInt(below);
        int right = (left + 1 + random.nextInt(below - 1)) % below;
        tables.add(
            new Table(
                "t" + tables.size(),
                "select a.id, (a.v + b.v) %% 1000 as v from t%d a join t%d b on a.id = b.id"
                    .formatted(left, right)));
      }
    }
    return tables;
  }

  /** Writes the project into a directory. */
  static void write(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("tables"));
    Files.writeString(directory.resolve("headrace.yaml"), "name: thousand\ntimezone: UTC\n");
    for (Table table : tables()) {
      Files.writeString(
          directory.resolve("tables").resolve(table.name() + ".sql"), table.sql() + "\n");
    }
  }
}
