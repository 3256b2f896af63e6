package dev.headrace.data.quality.internal;

import dev.headrace.core.project.Declaration.Origin;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.data.quality.Bounds;
import dev.headrace.data.quality.Check;
import dev.headrace.data.quality.CheckSpec;
import dev.headrace.data.quality.PlannedCheck;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Resolves declared checks against the columns of their table; notes what is wrong with them. */
public final class Resolver {
  // Beyond this many alternatives a hash lookup beats comparing one by one (measured).
  private static final int MOST_COMPARED_ONE_BY_ONE = 16;

  private final String table;
  private final Schema schema;
  private final Function<String, Optional<Schema>> otherTables;
  private final Origin origin;
  private final Problems problems;
  private final List<PlannedCheck> planned = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  public Resolver(
      String table,
      Schema schema,
      Function<String, Optional<Schema>> otherTables,
      Origin origin,
      Problems problems) {
    this.table = table;
    this.schema = schema;
    this.otherTables = otherTables;
    this.origin = origin;
    this.problems = problems;
  }

  /** The checks that make sense, in order of declaration. */
  public List<PlannedCheck> resolve(List<CheckSpec> specs) {
    for (int i = 0; i < specs.size(); i++) {
      resolve(specs.get(i), "checks[" + i + "]");
    }
    return List.copyOf(planned);
  }

  private void resolve(CheckSpec spec, String path) {
    if (spec.where() != null && spec.where().isBlank()) {
      problem(path + ".where", "The condition of a check is empty.", "Remove 'where'.");
      return;
    }
    switch (spec.rule()) {
      case Check.NotNull(List<String> columns) -> {
        String at = path + ".not-null";
        if (named(columns.isEmpty(), at)) {
          columns.forEach(
              name ->
                  field(name, at)
                      .ifPresent(
                          field ->
                              add(spec, "not-null", columns.size(), new Probe.Present(field))));
        }
      }
      case Check.Unique(List<String> columns) -> unique(spec, columns, path + ".unique");
      case Check.AcceptedValues(var columns) -> {
        if (named(columns.isEmpty(), path + ".accepted-values")) {
          columns.forEach(
              (name, values) -> {
                String at = path + ".accepted-values." + name;
                field(name, at)
                    .flatMap(field -> accepted(field, values, at))
                    .ifPresent(probe -> add(spec, "accepted-values", columns.size(), probe));
              });
        }
      }
      case Check.Range(var columns) -> {
        if (named(columns.isEmpty(), path + ".range")) {
          columns.forEach(
              (name, bounds) -> {
                String at = path + ".range." + name;
                field(name, at)
                    .flatMap(field -> within(field, bounds, at))
                    .ifPresent(probe -> add(spec, "range", columns.size(), probe));
              });
        }
      }
      case Check.Regex(var columns) -> {
        if (named(columns.isEmpty(), path + ".regex")) {
          columns.forEach(
              (name, regex) -> {
                String at = path + ".regex." + name;
                field(name, at)
                    .flatMap(field -> matching(field, regex, at))
                    .ifPresent(probe -> add(spec, "regex", columns.size(), probe));
              });
        }
      }
      case Check.ForeignKey(var columns) -> {
        if (named(columns.isEmpty(), path + ".foreign-key")) {
          columns.forEach(
              (name, target) -> {
                String at = path + ".foreign-key." + name;
                field(name, at)
                    .flatMap(field -> referring(field, target, at))
                    .ifPresent(probe -> add(spec, "foreign-key", columns.size(), probe));
              });
        }
      }
      case Check.RowCount(Long min, Long max) -> rowCount(spec, min, max, path + ".row-count");
      case Check.Freshness(var columns) -> {
        if (named(columns.isEmpty(), path + ".freshness")) {
          columns.forEach(
              (name, allowed) -> {
                String at = path + ".freshness." + name;
                field(name, at)
                    .filter(field -> temporal(field, at) && positive(allowed, at))
                    .ifPresent(
                        field ->
                            add(spec, "freshness", columns.size(), new Probe.Age(field, allowed)));
              });
        }
      }
      case Check.Sql(String query) -> own(spec, query, path);
    }
  }

  private void unique(CheckSpec spec, List<String> columns, String at) {
    if (!named(columns.isEmpty(), at)) {
      return;
    }
    List<Field> fields = columns.stream().flatMap(name -> field(name, at).stream()).toList();
    if (fields.size() < columns.size()) {
      return;
    }
    if (fields.stream().distinct().count() < fields.size()) {
      problem(at, "A column is named twice in " + columns + ".", "Name each column once.");
      return;
    }
    for (Field field : fields) {
      if (!Literals.isScalar(field.type())) {
        mismatch(at, "unique", field, "Take it of a column without parts.");
        return;
      }
    }
    add(spec, "unique", 1, new Probe.Distinct(fields));
  }

  private Optional<Probe> accepted(Field field, List<String> values, String at) {
    if (values.isEmpty()) {
      problem(at, "No value of '" + field.name() + "' is accepted.", "List the values.");
      return Optional.empty();
    }
    if (!Literals.isScalar(field.type()) || field.type() == Primitive.BINARY) {
      mismatch(at, "accepted-values", field, "Take a text, number, boolean or date column.");
      return Optional.empty();
    }
    List<String> literals = new ArrayList<>();
    for (String value : values) {
      Optional<Comparable<?>> read =
          Literals.read(value, field.type())
              .filter(
                  number ->
                      !Literals.isInteger(field.type())
                          || !(number instanceof BigDecimal decimal)
                          || decimal.scale() <= 0);
      if (read.isEmpty()) {
        unreadable(at, value, field);
        return Optional.empty();
      }
      literals.add(Literals.write(read.get(), field.type()));
    }
    String column = Sql.name(field.name());
    String condition =
        literals.size() <= MOST_COMPARED_ONE_BY_ONE
            ? literals.stream()
                .map(literal -> column + " = " + literal)
                .collect(Collectors.joining(" or "))
            : column + " in (" + String.join(", ", literals) + ")";
    return Optional.of(
        new Probe.Matching(
            field, Probe.Matching.Test.VALUES, condition, "one of " + listed(values)));
  }

  private Optional<Probe> within(Field field, Bounds bounds, String at) {
    if (!Literals.isExact(field.type())
        && !Literals.isFloating(field.type())
        && !Literals.isTemporal(field.type())) {
      mismatch(at, "range", field, "Use accepted-values or regex for it.");
      return Optional.empty();
    }
    if ((bounds.min() != null && bounds.above() != null)
        || (bounds.max() != null && bounds.below() != null)) {
      problem(
          at,
          "The range of '" + field.name() + "' has two bounds on one side.",
          "Keep either min or above, and either max or below.");
      return Optional.empty();
    }
    Optional<Optional<Interval.End>> lower = end(field, bounds.min(), bounds.above(), at);
    Optional<Optional<Interval.End>> upper = end(field, bounds.max(), bounds.below(), at);
    if (lower.isEmpty() || upper.isEmpty()) {
      return Optional.empty();
    }
    Interval interval = new Interval(field.type(), lower.get(), upper.get());
    if (lower.get().isEmpty() && upper.get().isEmpty()) {
      problem(at, "The range of '" + field.name() + "' has no bound.", "Give min, max or both.");
      return Optional.empty();
    }
    if (interval.isEmpty()) {
      problem(
          at,
          "No value can be " + interval.text() + ".",
          "Swap the bounds or widen the range of '" + field.name() + "'.");
      return Optional.empty();
    }
    return Optional.of(new Probe.Within(field, interval));
  }

  /** Empty when the text cannot be read; an empty end when there is none. */
  private Optional<Optional<Interval.End>> end(
      Field field, @Nullable String included, @Nullable String excluded, String at) {
    String text = included == null ? excluded : included;
    if (text == null) {
      return Optional.of(Optional.empty());
    }
    Optional<Comparable<?>> value = Literals.read(text, field.type());
    if (value.isEmpty()) {
      unreadable(at, text, field);
      return Optional.empty();
    }
    return Optional.of(Optional.of(new Interval.End(value.get(), included != null)));
  }

  private Optional<Probe> matching(Field field, String regex, String at) {
    if (field.type() != Primitive.STRING) {
      mismatch(at, "regex", field, "Use range or accepted-values for it.");
      return Optional.empty();
    }
    Optional<String> flaw = Patterns.flaw(regex);
    if (flaw.isPresent()) {
      problem(
          at,
          "'" + regex + "' is not a usable regular expression: " + flaw.get() + ".",
          "Write it in RE2 syntax.");
      return Optional.empty();
    }
    return Optional.of(
        new Probe.Matching(
            field,
            Probe.Matching.Test.PATTERN,
            Patterns.condition(Sql.name(field.name()), regex),
            "a match of " + regex));
  }

  private Optional<Probe> referring(Field field, String target, String at) {
    int dot = target.lastIndexOf('.');
    if (dot <= 0 || dot == target.length() - 1) {
      problem(
          at,
          "'" + target + "' does not name a column of a table.",
          "Write it as table.column, for example customers.id.");
      return Optional.empty();
    }
    String otherTable = target.substring(0, dot).strip();
    String otherColumn = target.substring(dot + 1).strip();
    boolean itself = otherTable.equalsIgnoreCase(table);
    Optional<Schema> other = itself ? Optional.of(schema) : otherTables.apply(otherTable);
    if (other.isEmpty()) {
      problem(
          at, "There is no table '" + otherTable + "'.", "Name a source or table of this project.");
      return Optional.empty();
    }
    Optional<Field> column = field(otherColumn, other.get(), otherTable, at);
    if (column.isEmpty()) {
      return Optional.empty();
    }
    if (!comparable(field.type(), column.get().type())) {
      problem(
          at,
          "'%s' is %s but '%s.%s' is %s."
              .formatted(
                  field.name(),
                  Literals.describe(field.type()),
                  otherTable,
                  column.get().name(),
                  Literals.describe(column.get().type())),
          "Give both columns the same type.");
      return Optional.empty();
    }
    String relation = itself ? Sql.THIS : otherTable.toLowerCase(Locale.ROOT);
    return Optional.of(
        new Probe.Referring(field, relation, column.get(), otherTable + "." + column.get().name()));
  }

  private void rowCount(CheckSpec spec, @Nullable Long min, @Nullable Long max, String at) {
    if (min == null && max == null) {
      problem(at, "The number of rows has no bound.", "Give min, max or both.");
    } else if ((min != null && min < 0) || (max != null && max < 0)) {
      problem(at, "A number of rows is never negative.", "Give bounds of 0 or more.");
    } else if (min != null && max != null && min > max) {
      problem(at, "No table has at least " + min + " and at most " + max + " rows.", "Swap them.");
    } else {
      add(spec, "row-count", 1, new Probe.Count(min, max));
    }
  }

  private void own(CheckSpec spec, String query, String path) {
    if (spec.where() != null) {
      problem(
          path + ".where",
          "A sql check takes no separate condition.",
          "Write the condition into the query.");
    } else if (!query.contains("{this}")) {
      problem(
          path + ".sql",
          "The query does not read {this}.",
          "Write {this} where the table's name belongs.");
    } else {
      String words = query.strip().replaceAll("\\s+", " ");
      CRC32 sum = new CRC32();
      sum.update(words.getBytes(StandardCharsets.UTF_8));
      String id = "sql-" + String.format(Locale.ROOT, "%08x", sum.getValue());
      add(spec, id, 1, new Probe.Own(query.replace("{this}", Sql.name(Sql.THIS))));
    }
  }

  private void add(CheckSpec spec, String rule, int siblings, Probe probe) {
    String columns = probe.columns().isEmpty() ? "" : "(" + String.join(",", probe.columns()) + ")";
    Optional<String> where = Optional.ofNullable(spec.where());
    String id;
    if (spec.name() != null) {
      id = siblings == 1 ? spec.name() : spec.name() + columns;
    } else {
      id =
          rule + columns + where.map(w -> " where " + w.strip().replaceAll("\\s+", " ")).orElse("");
    }
    String unused = id;
    for (int n = 2; !ids.add(unused); n++) {
      unused = id + " #" + n;
    }
    planned.add(new PlannedCheck(unused, spec.severity(), where, probe));
  }

  private Optional<Field> field(String name, String at) {
    return field(name, schema, table, at);
  }

  private Optional<Field> field(String name, Schema in, String of, String at) {
    Optional<Field> field = in.field(name);
    if (field.isEmpty()) {
      problem(
          at,
          "'" + of + "' has no column '" + name + "'.",
          Names.nearest(name, in.names())
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Its columns are " + listed(in.names()) + "."));
    }
    return field;
  }

  private boolean named(boolean none, String at) {
    if (none) {
      problem(at, "The check names no column.", "Name at least one column or remove the check.");
    }
    return !none;
  }

  private boolean temporal(Field field, String at) {
    boolean temporal = Literals.isTemporal(field.type());
    if (!temporal) {
      mismatch(at, "freshness", field, "Take a date or timestamp column.");
    }
    return temporal;
  }

  private boolean positive(Duration allowed, String at) {
    boolean positive = allowed.isPositive();
    if (!positive) {
      problem(at, "An age of " + allowed + " cannot be kept.", "Allow an age above zero.");
    }
    return positive;
  }

  private void mismatch(String at, String rule, Field field, String hint) {
    problem(
        at,
        "%s does not apply to '%s', which is %s."
            .formatted(rule, field.name(), Literals.describe(field.type())),
        hint);
  }

  private void unreadable(String at, String text, Field field) {
    String type = Literals.describe(field.type());
    problem(
        at,
        "'%s' is not a value of '%s', which is %s.".formatted(text, field.name(), type),
        "Write it as %s."
            .formatted(
                Literals.isTemporal(field.type()) ? "2026-01-31 or 2026-01-31T08:30" : type));
  }

  private void problem(String at, String message, String hint) {
    problems.add(origin.at(at), message, hint);
  }

  private static boolean comparable(Type a, Type b) {
    return a.equals(b)
        ? Literals.isScalar(a)
        : (Literals.isExact(a) && Literals.isExact(b))
            || (Literals.isFloating(a) && Literals.isFloating(b));
  }

  private static String listed(List<String> values) {
    int shown = Math.min(values.size(), 10);
    String text = String.join(", ", values.subList(0, shown));
    return shown == values.size() ? text : text + " and " + (values.size() - shown) + " more";
  }
}
