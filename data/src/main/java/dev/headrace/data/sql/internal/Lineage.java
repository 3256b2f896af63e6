package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.ColumnLineage;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.OutputColumn;
import dev.headrace.data.sql.ColumnLineage.Source;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import dev.headrace.data.sql.internal.Sight.Column;
import dev.headrace.data.sql.internal.Sight.Ctes;
import dev.headrace.data.sql.internal.Sight.Relation;
import dev.headrace.data.sql.internal.Sight.Scope;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows columns through a syntax tree, from the tables outwards.
 *
 * <p>Each query node yields its columns with what they derive from; each FROM yields relations in
 * which the names of the SELECT are looked up. The result is compared with the columns that DuckDB
 * itself says the statement has; if they differ, nothing is claimed.
 */
public final class Lineage {
  /** Table functions that yield one column, and its name. */
  private static final Set<String> ONE_COLUMN = Set.of("generate_series", "range", "unnest");

  private final Map<String, List<OutputColumn>> inputs;
  private final Reading reading;

  /** Of the SELECT that is walked: columns of which its groups have values of one day. */
  private Set<Source> grouped = Set.of();

  private Lineage(Map<String, List<OutputColumn>> inputs, Reading reading) {
    this.inputs = inputs;
    this.reading = reading;
  }

  /**
   * What the columns of {@code statement} take their values from.
   *
   * @param inputs schemas of what FROM may name, keyed by the name in lower case
   * @param output the columns of the result according to the engine
   */
  public static ColumnLineage values(
      JsonNode statement, Map<String, Schema> inputs, Schema output) {
    Map<String, List<OutputColumn>> themselves = new HashMap<>();
    inputs.forEach(
        (name, schema) ->
            themselves.put(
                name,
                schema.names().stream()
                    .map(
                        column ->
                            new OutputColumn(column, new Known(Set.of(new Source(name, column)))))
                    .toList()));
    return trace(statement, themselves, output, Reading.VALUES);
  }

  /**
   * The same of times, as far as they stay in their day.
   *
   * @param inputs what FROM may name, keyed by the name in lower case, and what its columns derive
   *     from
   */
  public static ColumnLineage days(
      JsonNode statement, Map<String, List<OutputColumn>> inputs, Schema output) {
    return trace(statement, inputs, output, new DayReading());
  }

  private static ColumnLineage trace(
      JsonNode statement, Map<String, List<OutputColumn>> inputs, Schema output, Reading reading) {
    List<Column> columns;
    try {
      columns = new Lineage(inputs, reading).query(statement.path("node"), null, null);
    } catch (Untraceable e) {
      return unknown(output, String.valueOf(e.getMessage()));
    }
    if (columns.size() != output.fields().size()) {
      String reason = "its columns could not be counted";
      return reading.takesNames() ? byName(columns, output, reason) : unknown(output, reason);
    }
    List<OutputColumn> result = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = output.fields().get(i).name();
      String traced = columns.get(i).name();
      if (traced != null && !traced.equalsIgnoreCase(name)) {
        return unknown(output, "its columns could not be matched");
      }
      result.add(new OutputColumn(name, columns.get(i).derivation()));
    }
    return new ColumnLineage(result);
  }

  /**
   * Where one item becomes several columns, such as the fields of a struct: those of the others
   * whose name is there once.
   */
  private static ColumnLineage byName(List<Column> columns, Schema output, String reason) {
    List<OutputColumn> result = new ArrayList<>();
    for (Field field : output.fields()) {
      List<Column> named = columns.stream().filter(column -> column.isNamed(field.name())).toList();
      // The engine tells a second column of a name apart by a number.
      boolean once = output.field(field.name() + "_1").isEmpty();
      result.add(
          new OutputColumn(
              field.name(),
              named.size() == 1 && once ? named.getFirst().derivation() : new Unknown(reason)));
    }
    return new ColumnLineage(result);
  }

  private static ColumnLineage unknown(Schema output, String reason) {
    return new ColumnLineage(
        output.fields().stream()
            .map(field -> new OutputColumn(field.name(), new Unknown(reason)))
            .toList());
  }

  /** A construct that hides which columns there are. */
  private static final class Untraceable extends RuntimeException {
    Untraceable(String reason) {
      super(reason, null, false, false);
    }
  }

  // ------------------------------------------------------------------ queries

  private List<Column> query(JsonNode node, @Nullable Ctes ctes, @Nullable Scope outer) {
    Ctes inner = ctes;
    for (JsonNode cte : node.path("cte_map").path("map")) {
      inner = cte(cte, inner, outer);
    }
    return switch (node.path("type").asText()) {
      case "SELECT_NODE" -> select(node, inner, outer);
      case "SET_OPERATION_NODE" -> setOperation(node, inner, outer);
      case "RECURSIVE_CTE_NODE" -> recursive(node, List.of(), inner, outer);
      default -> throw new Untraceable("it has a part that is not understood");
    };
  }

  private Ctes cte(JsonNode entry, @Nullable Ctes ctes, @Nullable Scope outer) {
    String name = entry.path("key").asText();
    JsonNode query = entry.path("value").path("query_node");
    List<String> aliases = texts(entry.path("value").path("aliases"));
    Relation relation;
    try {
      List<Column> columns =
          query.path("type").asText().equals("RECURSIVE_CTE_NODE")
              ? recursive(query, aliases, ctes, outer)
              : query(query, ctes, outer);
      relation = new Relation(name, renamed(columns, aliases));
    } catch (Untraceable e) {
      relation = Relation.open(name, new Unknown(String.valueOf(e.getMessage())));
    }
    return new Ctes(name, relation, ctes);
  }

  /** Grows what the columns derive from until a further round adds nothing. */
  private List<Column> recursive(
      JsonNode node, List<String> aliases, @Nullable Ctes ctes, @Nullable Scope outer) {
    String name = node.path("cte_name").asText();
    List<Column> columns = renamed(query(node.path("left"), ctes, outer), aliases);
    while (true) {
      Ctes withItself = new Ctes(name, new Relation(name, columns), ctes);
      List<Column> next = byPosition(columns, query(node.path("right"), withItself, outer));
      if (next.equals(columns)) {
        return columns;
      }
      columns = next;
    }
  }

  private List<Column> setOperation(JsonNode node, @Nullable Ctes ctes, @Nullable Scope outer) {
    List<List<Column>> sides = new ArrayList<>();
    for (JsonNode child : node.path("children")) {
      sides.add(query(child, ctes, outer));
    }
    if (sides.isEmpty()) {
      throw new Untraceable("it has a set operation that is not understood");
    }
    String kind = node.path("setop_type").asText();
    List<Column> result = sides.getFirst();
    for (List<Column> side : sides.subList(1, sides.size())) {
      result =
          switch (kind) {
            case "UNION", "INTERSECT" -> byPosition(result, side);
            case "UNION_BY_NAME" -> byName(result, side);
            // Rows of the right side are taken away; no value comes from there.
            case "EXCEPT" -> result;
            default -> throw new Untraceable("it has a set operation that is not understood");
          };
    }
    return result;
  }

  private static List<Column> byPosition(List<Column> left, List<Column> right) {
    if (left.size() != right.size()) {
      throw new Untraceable("the sides of a set operation could not be matched");
    }
    List<Column> both = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      both.add(
          new Column(left.get(i).name(), left.get(i).derivation().and(right.get(i).derivation())));
    }
    return both;
  }

  private static List<Column> byName(List<Column> left, List<Column> right) {
    Map<String, Column> all = new LinkedHashMap<>();
    for (List<Column> side : List.of(left, right)) {
      for (Column column : side) {
        String name = column.name();
        if (name == null) {
          throw new Untraceable("a column of UNION BY NAME has no name");
        }
        all.merge(
            name.toLowerCase(Locale.ROOT),
            column,
            (a, b) -> new Column(a.name(), a.derivation().and(b.derivation())));
      }
    }
    return List.copyOf(all.values());
  }

  private List<Column> select(JsonNode node, @Nullable Ctes ctes, @Nullable Scope outer) {
    Scope scope = Scope.of(new ArrayList<>(), outer);
    from(node.path("from_table"), ctes, scope);
    Set<Source> around = grouped;
    grouped = reading.takesNames() ? groups(node, ctes, scope) : Set.of();
    try {
      return items(node, ctes, scope);
    } finally {
      grouped = around;
    }
  }

  /** What the expressions of GROUP BY derive from: positions, names of items, or all that can. */
  private Set<Source> groups(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    grouped = Set.of();
    List<JsonNode> items = new ArrayList<>();
    node.path("select_list").forEach(items::add);
    List<JsonNode> groups = new ArrayList<>();
    if (node.path("aggregate_handling").asText().equals("FORCE_AGGREGATES")) {
      groups.addAll(items);
    } else if (node.path("group_sets").size() == 1) {
      node.path("group_expressions").forEach(groups::add);
    }
    Set<Source> sources = new HashSet<>();
    for (JsonNode group : groups) {
      JsonNode meant = meant(group, items, ctes, scope);
      if (!meant.path("class").asText().equals("STAR")
          && expression(meant, ctes, scope) instanceof Known(Set<Source> found)) {
        found.forEach(source -> sources.add(new Source(source.table(), source.column())));
      }
    }
    return sources;
  }

  private JsonNode meant(JsonNode group, List<JsonNode> items, @Nullable Ctes ctes, Scope scope) {
    JsonNode position = group.path("literal").path("text");
    if (group.path("class").asText().equals("CONSTANT") && position.asInt(0) > 0) {
      return items.get(Math.min(position.asInt(), items.size()) - 1);
    }
    List<String> name = texts(group.path("column_names"));
    return name.size() == 1 && expression(group, ctes, scope) instanceof Unknown
        ? items.stream()
            .filter(item -> item.path("alias").asText().equalsIgnoreCase(name.getFirst()))
            .findFirst()
            .orElse(group)
        : group;
  }

  private List<Column> items(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    List<Column> columns = new ArrayList<>();
    for (JsonNode item : node.path("select_list")) {
      if (item.path("class").asText().equals("STAR")) {
        star(item, ctes, scope, columns);
        continue;
      }
      Derivation derivation = expression(item, ctes, scope);
      String alias = item.path("alias").asText();
      String name = alias;
      if (name.isEmpty() && item.path("class").asText().equals("COLUMN_REF")) {
        name = last(texts(item.path("column_names")));
      }
      columns.add(new Column(name.isEmpty() ? null : name, derivation));
      if (!alias.isEmpty()) {
        scope.aliases().putIfAbsent(alias, derivation);
      }
    }
    return columns;
  }

  private void star(JsonNode star, @Nullable Ctes ctes, Scope scope, List<Column> columns) {
    if (star.path("columns").asBoolean() || star.path("expr").isObject()) {
      throw new Untraceable("COLUMNS picks columns by rule");
    }
    String only = star.path("relation_name").asText();
    Set<String> excluded = lower(texts(star.path("exclude_list")));
    Set<String> excludedOfOne = new HashSet<>();
    for (JsonNode entry : star.path("qualified_exclude_list")) {
      String qualified = entry.path("table").asText() + "." + entry.path("column").asText();
      excludedOfOne.add(qualified.toLowerCase(Locale.ROOT));
      if (entry.path("table").asText().isEmpty()) {
        excluded.add(entry.path("column").asText().toLowerCase(Locale.ROOT));
      }
    }
    Map<String, JsonNode> replaced = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    star.path("replace_list").forEach(e -> replaced.put(e.path("key").asText(), e.path("value")));
    Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    star.path("rename_list")
        .forEach(e -> names.put(e.path("key").path("column").asText(), e.path("value").asText()));
    boolean found = false;
    for (Relation relation : scope.relations()) {
      if (!only.isEmpty() && !relation.alias().equalsIgnoreCase(only)) {
        continue;
      }
      found = true;
      if (relation.open()) {
        throw new Untraceable(
            relation.rest() instanceof Unknown(String reason)
                ? reason
                : "a star stands for columns that are not known");
      }
      for (Column column : relation.columns()) {
        String name = column.name();
        if (name == null) {
          columns.add(column);
          continue;
        }
        String key = name.toLowerCase(Locale.ROOT);
        if (excluded.contains(key)
            || excludedOfOne.contains((relation.alias() + "." + name).toLowerCase(Locale.ROOT))
            || (only.isEmpty() && relation.hidden().contains(key))) {
          continue;
        }
        Derivation merged = only.isEmpty() ? scope.merged().get(name) : null;
        JsonNode replacement = replaced.get(name);
        columns.add(
            new Column(
                names.getOrDefault(name, name),
                replacement != null
                    ? expression(replacement, ctes, scope)
                    : merged != null ? merged : column.derivation()));
      }
    }
    if (!found) {
      throw new Untraceable("a star stands for the fields of a struct");
    }
  }

  // --------------------------------------------------------------------- from

  /** Adds what {@code node} brings into sight to {@code scope}. */
  private void from(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    switch (node.path("type").asText()) {
      case "EMPTY", "EMPTY_FROM", "" -> {}
      case "BASE_TABLE" -> scope.relations().add(table(node, ctes));
      case "SUBQUERY" ->
          scope
              .relations()
              .add(relation(node, "", query(node.path("subquery").path("node"), ctes, scope)));
      case "EXPRESSION_LIST" -> scope.relations().add(values(node, ctes, scope));
      case "TABLE_FUNCTION" -> scope.relations().add(tableFunction(node, ctes, scope));
      case "JOIN" -> join(node, ctes, scope);
      case "PIVOT" ->
          scope
              .relations()
              .add(Relation.open(node.path("alias").asText(), new Unknown("PIVOT mixes columns")));
      default -> throw new Untraceable("FROM has a part that is not understood");
    }
  }

  private Relation table(JsonNode node, @Nullable Ctes ctes) {
    String name = node.path("table_name").asText();
    if (!node.path("schema_name").asText().isEmpty()) {
      throw new Untraceable("'" + name + "' is in a schema of its own");
    }
    Relation cte = Ctes.find(ctes, name);
    if (cte != null) {
      if (cte.open()) {
        return Relation.open(alias(node, name), cte.rest());
      }
      return relation(node, name, cte.columns());
    }
    String key = name.toLowerCase(Locale.ROOT);
    List<OutputColumn> known = inputs.get(key);
    if (known == null) {
      throw new Untraceable("the columns of '" + name + "' are not known");
    }
    return relation(
        node,
        name,
        known.stream().map(column -> new Column(column.name(), column.derivation())).toList());
  }

  private Relation values(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    List<Column> columns = new ArrayList<>();
    for (JsonNode row : node.path("values")) {
      for (int i = 0; i < row.size(); i++) {
        Derivation cell = expression(row.get(i), ctes, scope);
        if (i < columns.size()) {
          columns.set(i, new Column("col" + i, columns.get(i).derivation().and(cell)));
        } else {
          columns.add(new Column("col" + i, cell));
        }
      }
    }
    return relation(node, "", columns);
  }

  private Relation tableFunction(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    JsonNode function = node.path("function");
    String name = function.path("function_name").asText().toLowerCase(Locale.ROOT);
    boolean isSeries = ONE_COLUMN.contains(name) && !name.equals("unnest");
    Derivation arguments =
        isSeries
            ? reading.series(function.path("arguments"), part -> expression(part, ctes, scope))
            : expression(function.path("arguments"), ctes, scope);
    if (ONE_COLUMN.contains(name)
        && !function.path("arguments").isEmpty()
        && (!name.equals("unnest") || function.path("arguments").size() == 1)) {
      return relation(node, name, List.of(new Column(name, arguments)));
    }
    return Relation.open(alias(node, name), arguments);
  }

  private void join(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    Scope left = new Scope(new ArrayList<>(), Sight.noCase(), Sight.noCase(), scope.outer());
    from(node.path("left"), ctes, left);
    // A subquery on the right may look at the left: LATERAL is implied.
    Scope right = new Scope(new ArrayList<>(), Sight.noCase(), Sight.noCase(), left);
    from(node.path("right"), ctes, right);
    String kind = node.path("join_type").asText();
    boolean onlyLeft = kind.equals("SEMI") || kind.equals("ANTI") || kind.equals("MARK");
    Set<String> using = new HashSet<>(lower(texts(node.path("using_columns"))));
    if (node.path("ref_type").asText().equals("NATURAL")) {
      using.addAll(common(left, right));
    }
    scope.merged().putAll(left.merged());
    if (!onlyLeft) {
      for (String name : using) {
        Derivation ofLeft = Sight.resolve(List.of(name), withoutOuter(left));
        Derivation ofRight = Sight.resolve(List.of(name), withoutOuter(right));
        scope
            .merged()
            .put(
                name,
                switch (kind) {
                  case "INNER", "LEFT" -> ofLeft;
                  case "RIGHT" -> ofRight;
                  default -> ofLeft.and(ofRight);
                });
        right.relations().forEach(relation -> relation.hidden().add(name));
      }
      right.merged().forEach(scope.merged()::putIfAbsent);
    }
    scope.relations().addAll(left.relations());
    if (!onlyLeft) {
      scope.relations().addAll(right.relations());
    }
  }

  private static Scope withoutOuter(Scope scope) {
    return new Scope(scope.relations(), scope.merged(), Sight.noCase(), null);
  }

  private static Set<String> common(Scope left, Scope right) {
    Set<String> common = names(left);
    common.retainAll(names(right));
    return common;
  }

  private static Set<String> names(Scope scope) {
    Set<String> names = new HashSet<>();
    for (Relation relation : scope.relations()) {
      if (relation.open()) {
        throw new Untraceable("a NATURAL join goes by columns that are not known");
      }
      for (Column column : relation.columns()) {
        if (column.name() != null) {
          names.add(column.name().toLowerCase(Locale.ROOT));
        }
      }
    }
    return names;
  }

  private static Relation relation(JsonNode node, String name, List<Column> columns) {
    return new Relation(alias(node, name), renamed(columns, texts(node.path("column_name_alias"))));
  }

  private static String alias(JsonNode node, String name) {
    String alias = node.path("alias").asText();
    return alias.isEmpty() ? name : alias;
  }

  private static List<Column> renamed(List<Column> columns, List<String> aliases) {
    List<Column> renamed = new ArrayList<>(columns);
    for (int i = 0; i < Math.min(aliases.size(), columns.size()); i++) {
      renamed.set(i, new Column(aliases.get(i), columns.get(i).derivation()));
    }
    return renamed;
  }

  // -------------------------------------------------------------- expressions

  private Derivation expression(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    if (!node.isContainerNode()) {
      return Known.NOTHING;
    }
    return switch (node.path("class").asText()) {
      case "COLUMN_REF" -> Sight.resolve(texts(node.path("column_names")), scope);
      case "SUBQUERY" -> subquery(node, ctes, scope);
      case "LAMBDA" -> lambda(node, ctes, scope);
      case "STAR" -> new Unknown("a star inside an expression");
      case "POSITIONAL_REFERENCE" -> new Unknown("a column by its position");
      default -> reading.expression(node, part -> expression(part, ctes, scope), grouped);
    };
  }

  private Derivation subquery(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    String kind = node.path("subquery_type").asText();
    if (!kind.equals("SCALAR") && !kind.equals("ANY")) {
      return new Unknown(kind + " depends on rows, not on a column");
    }
    Derivation all = expression(node.path("child"), ctes, scope);
    try {
      for (Column column : query(node.path("subquery").path("node"), ctes, scope)) {
        all = all.and(column.derivation());
      }
    } catch (Untraceable e) {
      return new Unknown(String.valueOf(e.getMessage()));
    }
    return reading.subquery(all);
  }

  private Derivation lambda(JsonNode node, @Nullable Ctes ctes, Scope scope) {
    if (!node.path("syntax_type").asText().equals("LAMBDA_KEYWORD")) {
      // The arrow is JSON's, unless an old lambda is meant: then the parameter is no column.
      return expression(node.path("lhs"), ctes, scope)
          .and(expression(node.path("expr"), ctes, scope));
    }
    Scope inner = Scope.of(List.of(), scope);
    node.path("lhs")
        .findValues("column_names")
        .forEach(names -> inner.aliases().put(last(texts(names)), Known.NOTHING));
    return expression(node.path("expr"), ctes, inner);
  }

  // ------------------------------------------------------------------- reading

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static Set<String> lower(List<String> names) {
    Set<String> lower = new HashSet<>();
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return lower;
  }

  private static String last(List<String> names) {
    return names.isEmpty() ? "" : names.getLast();
  }
}
