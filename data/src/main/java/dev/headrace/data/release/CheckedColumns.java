package dev.headrace.data.release;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.project.Declaration.Origin;
import dev.headrace.core.project.Problems;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckPlan;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.Checked;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether checks fit the columns they are about, found without reading a row. */
public final class CheckedColumns {
  private static final String THIS = "this";

  /**
   * Places of a check that is planned alone.
   *
   * @param key the check in its file, such as {@code checks[2]}
   */
  private record Alone(Origin declared, String key) implements Origin {
    @Override
    public String file() {
      return declared.file();
    }

    @Override
    public Location at(String keyPath) {
      return declared.at(keyPath.replace("checks[0]", key));
    }
  }

  private final Map<String, Schema> columns;
  private final SqlEngine engine;

  /**
   * @param columns of the tables there are, by name in lower case, as far as they are known
   * @param engine binds conditions and queries
   */
  public CheckedColumns(Map<String, Schema> columns, SqlEngine engine) {
    this.columns = columns;
    this.engine = engine;
  }

  /**
   * Adds a problem for each check of an asset that would not be answered: an unknown column, a
   * value that is none of the column's type, bounds that hold nothing, a condition or query that
   * does not fit. Without checks, or while its columns are unknown, nothing is added.
   */
  public void check(Asset asset, Problems problems) {
    Schema schema = columns.get(asset.name().toLowerCase(Locale.ROOT));
    if (schema == null || !(asset.declaration().spec() instanceof Checked checked)) {
      return;
    }
    for (int i = 0; i < checked.checks().size(); i++) {
      check(asset, schema, checked.checks().get(i), "checks[" + i + "]", problems);
    }
  }

  private void check(Asset asset, Schema schema, CheckSpec check, String key, Problems problems) {
    Origin origin = asset.declaration().origin();
    if (!pointsToUnread(asset, check)) {
      CheckPlan.of(
          asset.name(),
          schema,
          List.of(check),
          table -> Optional.ofNullable(columns.get(lower(table))),
          new Alone(origin, key),
          problems);
    }
    String condition = check.where();
    if (condition != null && !condition.isBlank()) {
      Map<String, Relation> row = Map.of(THIS, rows(schema));
      String query = "select 1 as one from this where (\n" + condition + "\n)";
      bind(query, row, origin.at(key + ".where"), problems);
    }
    if (check.rule() instanceof Check.Sql(String query)) {
      Map<String, Relation> read = new HashMap<>(Map.of(THIS, rows(schema)));
      for (String other : asset.definition().checkedAgainst()) {
        Schema known = columns.get(lower(other));
        if (known == null) {
          return; // It may be this query that reads it.
        }
        read.put(lower(other), rows(known));
      }
      String own = query.replace("{this}", SqlQuotes.identifier(THIS));
      bind(own, read, origin.at(key + ".sql"), problems);
    }
  }

  /** Whether a check refers to a table whose columns nobody has seen yet. */
  private boolean pointsToUnread(Asset asset, CheckSpec check) {
    return check.rule() instanceof Check.ForeignKey(Map<String, String> targets)
        && targets.values().stream()
            .map(target -> lower(Check.ForeignKey.tableOf(target)))
            .anyMatch(table -> !columns.containsKey(table) && !table.equals(lower(asset.name())));
  }

  private void bind(String query, Map<String, Relation> read, Location place, Problems problems) {
    try {
      engine.describe(new Query(query, read, Map.of(), place));
    } catch (HeadraceException e) {
      problems.add(place, String.valueOf(e.getMessage()), e.hint());
    }
  }

  private static Relation rows(Schema schema) {
    return new Relation.Files(schema, List.of(), 0);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
