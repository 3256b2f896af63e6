package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Whom rows that came, changed or went are about: as they are now, and as they were. */
final class ChangedUnits {
  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final Scanner scanner;
  private final Published published;
  private final Lake lake;
  private final RowsOfDays rows;

  ChangedUnits(
      ExperimentSpec spec,
      UnitScan scan,
      Scanner scanner,
      Published published,
      Lake lake,
      RowsOfDays rows) {
    this.spec = spec;
    this.scan = scan;
    this.scanner = scanner;
    this.published = published;
    this.lake = lake;
    this.rows = rows;
  }

  /** The units that rows of changed days are about, before and now. */
  Query query(Kept kept, Advance.Days days) {
    Map<String, Relation> relations = new HashMap<>();
    List<String> selects = new ArrayList<>();
    days.redone()
        .forEach(
            (table, ranges) -> {
              Map<String, Object> parameters = new HashMap<>();
              String condition = rows.condition(table, ranges, parameters);
              String sql = String.join("\nunion all\n", named(table, condition));
              Query now = scanner.over(scan, sql, Map.of(), parameters);
              Query before =
                  scanner.over(scan, sql, Map.of(table, earlier(table, kept)), parameters);
              for (Query query : List.of(now, before)) {
                String name = "named_" + selects.size();
                relations.put(name, new Relation.View(query));
                selects.add("select unit from " + name);
              }
            });
    return Query.of(
        "select distinct unit from (\n"
            + String.join("\nunion all\n", selects)
            + "\n) as named where unit is not null",
        relations);
  }

  /** Whom rows of a table are about, in each of its roles. */
  private Set<String> named(String table, String condition) {
    Set<String> selects = new LinkedHashSet<>();
    if (table.equals(key(spec.assignments()))) {
      selects.add(
          "select %s as unit from %s where %s"
              .formatted(
                  SqlQuotes.identifier(spec.unit()),
                  SqlQuotes.identifier(spec.assignments()),
                  condition));
    }
    for (UnitScan.Column column : scan.parts()) {
      for (UnitMeasure.Rows of : column.measure().rows()) {
        if (of.table().equals(table)) {
          selects.add(
              "select %s as unit %s where %s"
                  .formatted(of.unit(), of.source().replace('\n', ' '), condition));
        }
      }
    }
    return selects;
  }

  private Relation earlier(String table, Kept kept) {
    Publication.Content content = published.table(table).orElseThrow().content();
    String state = Objects.requireNonNull(kept.tables().get(table)).state();
    return lake.scan(Relations.version(content), Long.parseLong(state.substring(1)));
  }

  private static String key(String table) {
    return table.toLowerCase(Locale.ROOT);
  }
}
