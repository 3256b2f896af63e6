package dev.headrace.data.draft;

import dev.headrace.core.project.spec.Yaml;
import java.util.LinkedHashMap;
import java.util.Map;

/** What every new project has. */
final class Scaffold {
  private static final String SOURCES =
      """
      # Sources

      One file per source; its name is the table. `sources/orders.yaml`:

      ```yaml
      files: data/orders/*.csv           # a path, a glob or a list; relative to the project
      load: append                       # append: each file once; replace: what the files hold now
      columns: {ordered_at: timestamp, total: "decimal(12,2)"}     # the rest is inferred
      key: [order_id]                    # duplicates are dropped and counted
      time: ordered_at
      max-rejected: 1%                   # rows that cannot be read go to orders__rejected
      checks:
        - not-null: [order_id]
      ```

      `headrace schema` writes JSON Schemas, with which an editor completes these files.
      """;

  private static final String TABLES =
      """
      # Tables

      One SELECT per file; its name is the table. What it reads is found in FROM.
      `tables/daily_orders.sql`:

      ```sql
      /*---
      description: Orders and their total per day.
      materialize: table                 # view | table | incremental
      checks:
        - unique: [day]
      ---*/
      select cast(ordered_at as date) as day, count(*) as orders, sum(total) as total
      from orders
      group by cast(ordered_at as date)
      ```
      """;

  private Scaffold() {}

  /** Text by path; to be added to. */
  static Map<String, String> files(String project) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("headrace.yaml", "name: " + Yaml.text(project) + "\ntimezone: UTC\n");
    files.put(
        ".gitignore",
        "# Ledger, lake, caches: rebuilt from sources and definitions.\n.headrace/\n");
    files.put("sources/README.md", SOURCES);
    files.put("tables/README.md", TABLES);
    return files;
  }
}
