package dev.headrace.ml.features.internal;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.project.Names;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Computation;
import dev.headrace.ml.features.Computation.Aggregation;
import dev.headrace.ml.features.Feature;
import dev.headrace.ml.features.FeatureError;
import dev.headrace.ml.features.FeatureView;
import dev.headrace.ml.features.FeatureViewSpec;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks up what a view names, and refuses what does not fit. */
public final class ViewResolver {
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final SqlEngine engine;

  public ViewResolver(SqlEngine engine) {
    this.engine = engine;
  }

  /** A view looked up, with the types of what it aggregates by column. */
  public record Resolved(ViewRows rows, Map<String, Type> types) {}

  /**
   * Looks a view up.
   *
   * @param alias for its SQL
   * @param wanted names of the features that are needed
   * @param relation what its table stands for
   * @throws HeadraceException FEATURES_UNKNOWN_COLUMN, FEATURES_TYPE, FEATURES_EXPRESSION
   */
  public Resolved resolve(String alias, Asset asset, Set<String> wanted, Relation relation) {
    FeatureViewSpec spec = (FeatureViewSpec) asset.declaration().spec();
    FeatureView whole = FeatureView.of(asset.name(), spec);
    FeatureView view =
        new FeatureView(
            whole.name(),
            spec,
            whole.features().stream().filter(feature -> wanted.contains(feature.name())).toList());
    Schema columns =
        engine.describe(
            Query.of("select * from " + alias + "_rows", Map.of(alias + "_rows", relation)));
    return new Search(alias, asset, whole, view, relation, columns).resolve();
  }

  private final class Search {
    private final String alias;
    private final Asset asset;
    private final FeatureView whole;
    private final FeatureView view;
    private final Relation relation;
    private final Schema columns;
    private final SequencedMap<String, String> expressions = new LinkedHashMap<>();
    private final SequencedMap<String, String> conditions = new LinkedHashMap<>();
    private final SequencedMap<String, Cell> cells = new LinkedHashMap<>();
    private final Map<String, Type> types = new LinkedHashMap<>();

    Search(
        String alias,
        Asset asset,
        FeatureView whole,
        FeatureView view,
        Relation relation,
        Schema columns) {
      this.alias = alias;
      this.asset = asset;
      this.whole = whole;
      this.view = view;
      this.relation = relation;
      this.columns = columns;
    }

    Resolved resolve() {
      FeatureViewSpec spec = view.spec();
      List<Field> keys =
          spec.keyColumns().stream()
              .map(column -> column(spec.key().isEmpty() ? "entity" : "key", column))
              .toList();
      for (Field key : keys) {
        if (!ViewRows.isKeyType(key.type())) {
          throw refused(
              FeatureError.FEATURES_TYPE,
              "key",
              "its key column '%s' is %s".formatted(key.name(), words(key.type())),
              "A key is a whole number, text, boolean, date or uuid.");
        }
      }
      Field time = timeColumn("time", spec.time());
      Optional<Field> arrival = arrival(spec);
      List<String> order =
          spec.row().isEmpty()
              ? defaultOrder()
              : spec.row().stream().map(column -> column("row", column).name()).toList();
      if (order.isEmpty()) {
        whole.features().forEach(this::addTieBreak);
      }
      view.features().forEach(feature -> add(feature.name(), feature));
      view.features().forEach(this::addParts);
      describe();
      requireTypes();
      return new Resolved(
          new ViewRows(
              alias,
              view,
              relation,
              null,
              keys,
              time,
              arrival,
              order,
              expressions,
              conditions,
              cells),
          types);
    }

    private Optional<Field> arrival(FeatureViewSpec spec) {
      String declared = spec.arrival();
      if (declared == null) {
        return columns
            .field(FeatureViewSpec.DEFAULT_ARRIVAL)
            .map(field -> timeColumn("from", field.name()));
      }
      return declared.equals(FeatureViewSpec.NO_ARRIVAL)
          ? Optional.empty()
          : Optional.of(timeColumn("arrival", declared));
    }

    private List<String> defaultOrder() {
      return columns.field("_file").isPresent() && columns.field("_line").isPresent()
          ? List.of("_file", "_line")
          : List.of();
    }

    private Field column(String key, String name) {
      return columns
          .field(name)
          .orElseThrow(
              () ->
                  refused(
                      FeatureError.FEATURES_UNKNOWN_COLUMN,
                      key,
                      "'%s' has no column '%s'".formatted(view.spec().from(), name),
                      Names.suggest(name, columns.names())));
    }

    private Field timeColumn(String key, String name) {
      Field field = column(key, name);
      if (!ViewRows.isTimeType(field.type())) {
        throw refused(
            FeatureError.FEATURES_TYPE,
            key,
            "'%s' is %s, not a date or timestamp".formatted(name, words(field.type())),
            "Give the column a type in the source, or cast it in a table.");
      }
      return field;
    }

    private void add(String name, Feature feature) {
      if (cells.containsKey(name) || !(feature.computation() instanceof Aggregation aggregation)) {
        return;
      }
      boolean countsRows = aggregation instanceof Computation.Count(String of) && of.equals("*");
      cells.put(
          name,
          new Cell(
              "c" + cells.size(),
              aggregation,
              countsRows
                  ? Optional.empty()
                  : Optional.of(named(expressions, "x", aggregation.of())),
              feature.where().map(where -> named(conditions, "m", where)),
              feature.window()));
      if (!countsRows
          && WORD.matcher(aggregation.of()).matches()
          && columns.field(aggregation.of()).isEmpty()) {
        column("features." + feature.declared(), aggregation.of());
      }
    }

    /** What decides between equal rows must not depend on which features are asked for. */
    private void addTieBreak(Feature feature) {
      if (feature.computation() instanceof Aggregation aggregation
          && !aggregation.of().equals("*")) {
        named(expressions, "x", aggregation.of());
      }
      feature.where().ifPresent(where -> named(conditions, "m", where));
    }

    /** Features and columns that a derived feature is made of are computed along. */
    private void addParts(Feature feature) {
      switch (feature.computation()) {
        case Computation.Ratio(List<String> of) ->
            of.forEach(part -> whole.feature(part).ifPresent(known -> add(part, known)));
        case Computation.Sql(String expression) -> {
          for (String name : Formulas.namesIn(expression)) {
            Optional<Feature> known = whole.feature(name);
            if (known.isPresent()) {
              add(name, known.get());
            } else {
              columns.field(name).ifPresent(column -> add(name, newest(column)));
            }
          }
        }
        case Aggregation _ -> {}
      }
    }

    private Feature newest(Field column) {
      return new Feature(
          column.name(),
          column.name(),
          new Computation.Last(SqlQuotes.identifier(column.name())),
          Optional.empty(),
          Optional.empty());
    }

    /** The same expression is computed once. */
    private static String named(SequencedMap<String, String> known, String prefix, String sql) {
      for (Map.Entry<String, String> entry : known.entrySet()) {
        if (entry.getValue().equals(sql)) {
          return entry.getKey();
        }
      }
      String name = prefix + known.size();
      known.put(name, sql);
      return name;
    }

    private void describe() {
      List<String> all = new ArrayList<>();
      expressions.forEach((name, sql) -> all.add("(" + sql + "\n) as " + name));
      conditions.forEach((name, sql) -> all.add("(" + sql + "\n) as " + name));
      if (all.isEmpty()) {
        return;
      }
      Schema found;
      try {
        found = describe(String.join(", ", all));
      } catch (HeadraceException e) {
        throw guilty().orElse(e);
      }
      if (found.fields().size() != all.size()) {
        throw guilty()
            .orElseThrow(() -> new IllegalStateException("an expression is not one value"));
      }
      found.fields().forEach(field -> types.put(field.name(), field.type()));
      conditions.forEach(
          (name, sql) -> {
            Type type = Objects.requireNonNull(types.get(name));
            if (type != Type.Primitive.BOOLEAN) {
              throw refused(
                  FeatureError.FEATURES_TYPE,
                  "features",
                  "the condition '%s' is %s, not true or false".formatted(sql, words(type)),
                  "Write a comparison.");
            }
          });
    }

    private Schema describe(String select) {
      return engine.describe(
          Query.of(
              "select " + select + " from " + alias + "_rows as " + Expressions.ROWS,
              Map.of(alias + "_rows", relation)));
    }

    /** Each feature alone, to name the one that is wrong. */
    private Optional<HeadraceException> guilty() {
      for (Feature feature : view.features()) {
        List<String> parts = new ArrayList<>();
        feature.where().ifPresent(parts::add);
        if (feature.computation() instanceof Aggregation aggregation
            && !aggregation.of().equals("*")) {
          parts.add(aggregation.of());
        }
        for (String sql : parts) {
          try {
            if (describe("(" + sql + "\n) as x").fields().size() != 1) {
              return Optional.of(
                  refused(
                      FeatureError.FEATURES_EXPRESSION,
                      "features." + feature.declared(),
                      "feature '%s': '%s' is not one value".formatted(feature.name(), sql),
                      "Write one expression over one row."));
            }
          } catch (HeadraceException e) {
            return Optional.of(
                new HeadraceException(
                    FeatureError.FEATURES_EXPRESSION,
                    "Cannot compute feature '%s.%s' from '%s': %s"
                        .formatted(view.name(), feature.name(), sql, e.getMessage()),
                    e.hint(),
                    place("features." + feature.declared()),
                    e));
          }
        }
      }
      return Optional.empty();
    }

    private void requireTypes() {
      cells.forEach(
          (name, cell) -> {
            Type type = cell.value().map(types::get).orElse(Type.Primitive.LONG);
            String takes = Cells.misfit(cell.aggregation(), type);
            if (takes != null) {
              String declared = whole.feature(name).map(Feature::declared).orElse(name);
              throw refused(
                  FeatureError.FEATURES_TYPE,
                  "features." + declared,
                  "feature '%s' takes %s, but '%s' is %s"
                      .formatted(name, takes, cell.aggregation().of(), words(type)),
                  "Name another column, cast this one, or choose another aggregation.");
            }
          });
    }

    private HeadraceException refused(FeatureError code, String key, String reason, String hint) {
      return new HeadraceException(
          code,
          "Cannot compute view '%s': %s.".formatted(view.name(), reason),
          hint,
          place(key),
          null);
    }

    private Location place(String key) {
      return asset.declaration().origin().at(key);
    }
  }

  /** A type as a user would write it. */
  static String words(Type type) {
    return switch (type) {
      case Type.Primitive primitive -> primitive.name().toLowerCase(Locale.ROOT);
      case Type.Decimal decimal -> "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
      case Type.Struct _ -> "a struct";
      case Type.ListOf _ -> "a list";
      case Type.MapOf _ -> "a map";
    };
  }
}
