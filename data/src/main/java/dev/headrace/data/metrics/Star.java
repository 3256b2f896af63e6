package dev.headrace.data.metrics;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.data.ingest.SourceSpec;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.Checked;
import dev.headrace.data.quality.Severity;
import dev.headrace.data.tables.TableSpec;
import dev.headrace.data.tables.TableSpec.Growth;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which tables can be joined, by what the project declares and has checked: a foreign key in the
 * checks of a table is a join, and a column that a check has proven unique is one that a join
 * towards it cannot multiply rows.
 */
final class Star {
  private final Graph graph;
  private final Shown shown;
  private final Map<String, Schema> known = new HashMap<>();

  Star(Graph graph, Shown shown) {
    this.graph = graph;
    this.shown = shown;
  }

  /**
   * A declared join.
   *
   * @param column of the table that declares it
   * @param table joined
   * @param key its column
   */
  record ForeignKey(String column, String table, String key) {}

  /** Whether a column tells the rows of its table apart. */
  enum Uniqueness {
    /** A check or the way the table is built makes sure of it, for the rows that are shown. */
    PROVEN,
    /** It is declared, but what is shown was built before that. */
    UNCHECKED,
    /** A check tells of rows that repeat it, but lets them be published, or looks at some only. */
    WARNED_OF,
    UNDECLARED
  }

  /** The joins that a table declares. */
  List<ForeignKey> foreignKeys(String table) {
    List<ForeignKey> found = new ArrayList<>();
    for (CheckSpec check : checks(table)) {
      if (check.rule() instanceof Check.ForeignKey(Map<String, String> columns)) {
        columns.forEach(
            (column, target) -> {
              int dot = target.lastIndexOf('.');
              if (dot > 0) {
                found.add(
                    new ForeignKey(
                        lower(column), lower(target.substring(0, dot)), target.substring(dot + 1)));
              }
            });
      }
    }
    return found;
  }

  /** Whether a join to a column can find more than one row. */
  Uniqueness uniqueness(String table, String column) {
    List<CheckSpec> unique =
        checks(table).stream()
            .filter(
                check ->
                    check.rule() instanceof Check.Unique(List<String> columns)
                        && columns.size() == 1
                        && columns.getFirst().equalsIgnoreCase(column))
            .toList();
    boolean checked =
        unique.stream()
            .anyMatch(check -> check.severity() == Severity.ERROR && check.where() == null);
    boolean keyed =
        key(table)
            .filter(key -> key.size() == 1 && key.getFirst().equalsIgnoreCase(column))
            .isPresent();
    if (!checked && !keyed) {
      return unique.isEmpty() ? Uniqueness.UNDECLARED : Uniqueness.WARNED_OF;
    }
    boolean asDeclared =
        graph.find(table).filter(asset -> shown.isAsDeclared(asset, checked)).isPresent();
    return asDeclared ? Uniqueness.PROVEN : Uniqueness.UNCHECKED;
  }

  /** The column of the event time that a table declares. */
  Optional<String> time(String table) {
    return spec(table)
        .flatMap(
            spec ->
                switch (spec) {
                  case TableSpec own -> Optional.ofNullable(own.time());
                  case SourceSpec own -> Optional.ofNullable(own.time());
                  default -> Optional.<String>empty();
                });
  }

  /** Columns of a table as it is shown. */
  Schema schema(String table) {
    return known.computeIfAbsent(lower(table), shown::schema);
  }

  /** Whether a table is shown at all, so that its columns are known. */
  boolean isShown(String table) {
    return shown.has(table);
  }

  /** Every asset that other tables may be joined to. */
  List<String> tables() {
    return graph.built().stream().map(Asset::name).filter(this::isShown).toList();
  }

  private List<CheckSpec> checks(String table) {
    return spec(table)
        .map(spec -> spec instanceof Checked checked ? checked.checks() : List.<CheckSpec>of())
        .orElse(List.of());
  }

  /** Columns whose values the way of building keeps apart. */
  private Optional<List<String>> key(String table) {
    return spec(table)
        .flatMap(
            spec ->
                switch (spec) {
                  case TableSpec own ->
                      own.growth() == Growth.BY_KEY ? Optional.of(own.key()) : Optional.empty();
                  case SourceSpec own ->
                      own.key().isEmpty() ? Optional.<List<String>>empty() : Optional.of(own.key());
                  default -> Optional.<List<String>>empty();
                });
  }

  private Optional<Record> spec(String table) {
    return graph.find(lower(table)).map(asset -> asset.declaration().spec());
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
