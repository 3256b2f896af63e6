package dev.headrace.data.quality;

import dev.headrace.data.quality.internal.GroupScan;
import dev.headrace.data.quality.internal.Literals;
import dev.headrace.data.quality.internal.Probe;
import dev.headrace.data.quality.internal.Sql;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Proposes checks that a table keeps today, for a person to agree with: conservative, because a
 * check that fails for no good reason is soon ignored.
 */
public final class CheckSuggestions {
  private static final int FEWEST_ROWS = 20;
  private static final int MOST_ACCEPTED = 10;
  private static final double NEARLY_ALL = 0.9;

  private final SqlEngine engine;

  public CheckSuggestions(SqlEngine engine) {
    this.engine = engine;
  }

  /**
   * Columns without nulls; text or whole-number columns without nulls that are unique (verified
   * exactly); the values of text columns with at most ten that all occur at least twice; numbers
   * that are never negative. Nothing for fewer than 20 rows.
   */
  public List<CheckSpec> suggest(TableProfile profile, Relation table, Watch watch) {
    List<CheckSpec> suggestions = new ArrayList<>();
    if (profile.rows() < FEWEST_ROWS) {
      return suggestions;
    }
    List<String> filled =
        profile.columns().stream()
            .filter(column -> column.nulls() == 0)
            .map(ColumnProfile::name)
            .toList();
    if (!filled.isEmpty()) {
      suggestions.add(CheckSpec.of(new Check.NotNull(filled)));
    }
    for (ColumnProfile column : profile.columns()) {
      if (looksUnique(column) && isUnique(column, table, watch)) {
        suggestions.add(CheckSpec.of(new Check.Unique(List.of(column.name()))));
      }
    }
    for (ColumnProfile column : profile.columns()) {
      acceptedValues(column, table, watch).ifPresent(suggestions::add);
      if (isNeverNegative(column)) {
        suggestions.add(CheckSpec.of(new Check.Range(Map.of(column.name(), Bounds.atLeast("0")))));
      }
    }
    return suggestions;
  }

  /** The suggestions as the items of {@code checks:} in a declaration, one per line. */
  public static String yaml(List<CheckSpec> checks) {
    return checks.stream()
        .map(check -> "  - " + yaml(check.rule()) + "\n")
        .collect(Collectors.joining());
  }

  private static String yaml(Check rule) {
    return switch (rule) {
      case Check.NotNull(var columns) -> "not-null: " + list(columns);
      case Check.Unique(var columns) -> "unique: " + list(columns);
      case Check.AcceptedValues(var columns) ->
          "accepted-values: "
              + columns.entrySet().stream()
                  .map(entry -> quoted(entry.getKey()) + ": " + list(entry.getValue()))
                  .collect(Collectors.joining(", ", "{", "}"));
      case Check.Range(var columns) ->
          "range: "
              + columns.entrySet().stream()
                  .map(e -> quoted(e.getKey()) + ": {min: " + e.getValue().min() + "}")
                  .collect(Collectors.joining(", ", "{", "}"));
      case Check.Regex regex -> throw unsuggested(regex);
      case Check.ForeignKey key -> throw unsuggested(key);
      case Check.RowCount count -> throw unsuggested(count);
      case Check.Freshness freshness -> throw unsuggested(freshness);
      case Check.Sql sql -> throw unsuggested(sql);
    };
  }

  private static IllegalArgumentException unsuggested(Check check) {
    return new IllegalArgumentException("never suggested: " + check);
  }

  private boolean looksUnique(ColumnProfile column) {
    return column.nulls() == 0
        && (column.type() == Primitive.STRING
            || column.type() == Primitive.UUID
            || Literals.isInteger(column.type()))
        && column.approximateDistinct().orElse(0) >= NEARLY_ALL * column.rows();
  }

  private boolean isUnique(ColumnProfile column, Relation table, Watch watch) {
    Probe.Distinct probe =
        new Probe.Distinct(List.of(Field.unassigned(column.name(), column.type())));
    PlannedCheck check = new PlannedCheck("", Severity.ERROR, Optional.empty(), probe);
    String sql =
        GroupScan.repeatingBlocks(check, probe).orElseGet(() -> GroupScan.repeats(check, probe));
    return count(sql, table, watch) == 0;
  }

  private Optional<CheckSpec> acceptedValues(ColumnProfile column, Relation table, Watch watch) {
    if (column.type() != Primitive.STRING
        || column.approximateDistinct().orElse(Long.MAX_VALUE) > MOST_ACCEPTED) {
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    String name = Sql.name(column.name());
    String sql =
        "select %1$s, count(*) from %2$s where %1$s is not null group by %1$s order by %1$s limit %3$s"
            .formatted(name, Sql.name(Sql.THIS), MOST_ACCEPTED + 1);
    try (Rows rows = engine.execute(query(sql, table), watch)) {
      for (var row = rows.next(); row != null; row = rows.next()) {
        if (row.get(1) instanceof Number count && count.longValue() < 2) {
          return Optional.empty();
        }
        values.add(String.valueOf(row.getFirst()));
      }
    }
    return values.isEmpty() || values.size() > MOST_ACCEPTED
        ? Optional.empty()
        : Optional.of(CheckSpec.of(new Check.AcceptedValues(Map.of(column.name(), values))));
  }

  private static boolean isNeverNegative(ColumnProfile column) {
    boolean number = Literals.isExact(column.type()) || Literals.isFloating(column.type());
    return number
        && column.notFinite() == 0
        && column
            .range()
            .map(range -> new BigDecimal(range.least().toString()).signum() >= 0)
            .orElse(false);
  }

  private long count(String sql, Relation table, Watch watch) {
    try (Rows rows = engine.execute(query(sql, table), watch)) {
      List<?> row = rows.next();
      return row != null && row.getFirst() instanceof Number count ? count.longValue() : 0;
    }
  }

  private static Query query(String sql, Relation table) {
    return Query.of(sql, Map.of(Sql.THIS, table));
  }

  private static String list(List<String> items) {
    return items.stream().map(CheckSuggestions::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** Plain where YAML cannot take it for anything else, else in double quotes. */
  private static String quoted(String text) {
    if (text.matches("[A-Za-z_][A-Za-z0-9_-]*")
        && !text.matches("(?i)true|false|null|yes|no|on|off|y|n")) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
