package dev.headrace.ml.registry;

import dev.headrace.core.project.Names;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.FeatureSelection;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.transform.RowExpression;
import dev.headrace.ml.learn.transform.Transform;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table that a model needs, by the names the table gives them.
 *
 * @param label empty for a model that finds without one
 * @param features learnt from: columns as they are, and what is computed of columns
 * @param transform what computes them; none where all are columns
 * @param split what {@code time}, {@code group} or {@code column} of the split names
 * @param group whose rows are ranked against each other; empty where nothing is ranked
 * @param slices what the metrics are told apart by
 */
record ModelColumns(
    Optional<String> label,
    List<String> features,
    Transform transform,
    Optional<String> split,
    Optional<String> weight,
    Optional<String> group,
    List<String> key,
    List<String> slices) {
  /** Columns of the table of predictions. */
  static final String FOLD = "fold";

  static final String PREDICTION = "prediction";

  /** Of a model without a label, whether it had seen the row. */
  static final String LEARNT_FROM = "learnt_from";

  /** The number of a row, to bring predictions and rows together. */
  static final String ROW = "hr_row";

  /**
   * Finds them.
   *
   * @throws HeadraceException MODEL_COLUMN, with the nearest name
   */
  static ModelColumns of(String model, ModelSpec spec, Schema table) {
    List<String> key = spec.key().stream().map(name -> find(model, spec, table, name)).toList();
    Optional<String> label = optional(model, spec, table, spec.label());
    Optional<String> weight = optional(model, spec, table, spec.weight());
    Optional<String> group = optional(model, spec, table, spec.group());
    Optional<String> split =
        Stream.of(spec.split().time(), spec.split().group(), spec.split().column())
            .flatMap(Stream::ofNullable)
            .findFirst()
            .map(name -> find(model, spec, table, name));
    List<String> except =
        spec.except().stream().map(name -> find(model, spec, table, name)).toList();
    List<String> features;
    Transform transform = Transform.NONE;
    if (!spec.computed().isEmpty()) {
      transform = computing(model, spec, table);
      features = transform.features().stream().map(Transform.Feature::name).toList();
    } else if (spec.features().isEmpty()) {
      features =
          table.fields().stream()
              .map(Field::name)
              .filter(name -> !name.startsWith("_"))
              .filter(name -> label.filter(name::equals).isEmpty() && !key.contains(name))
              .filter(name -> !except.contains(name))
              .filter(name -> weight.filter(name::equals).isEmpty())
              .filter(name -> group.filter(name::equals).isEmpty())
              .filter(name -> split.filter(name::equals).isEmpty())
              .filter(name -> !name.equals(spec.time()))
              .toList();
    } else {
      features =
          spec.features().stream()
              .flatMap(name -> named(model, spec, table, name))
              .distinct()
              .toList();
    }
    if (features.isEmpty()) {
      throw new HeadraceException(
          ModelError.MODEL_COLUMN,
          "Cannot train model '%s': %s has no column to learn from."
              .formatted(model, spec.from().shown()),
          "Leave fewer columns out.");
    }
    List<String> slices =
        spec.evaluate().slices().stream().map(name -> find(model, spec, table, name)).toList();
    return new ModelColumns(label, features, transform, split, weight, group, key, slices);
  }

  /** What computes features: those named as they are come first, then in the declared order. */
  private static Transform computing(String model, ModelSpec spec, Schema table) {
    SequencedMap<String, Transform.Input> inputs = new LinkedHashMap<>();
    SequencedMap<String, Transform.Feature> features = new LinkedHashMap<>();
    for (String name :
        spec.features().stream().flatMap(one -> named(model, spec, table, one)).toList()) {
      inputs.put(name, input(model, spec, table, name));
      features.put(name, new Transform.Passed(name));
    }
    spec.computed()
        .forEach(
            (name, expression) -> {
              for (String written : expression.columns()) {
                String column = find(model, spec, table, written);
                inputs.put(column, input(model, spec, table, column));
              }
              features.put(name, new Transform.Computed(name, expression));
            });
    return new Transform(List.copyOf(inputs.values()), List.copyOf(features.values()));
  }

  private static Transform.Input input(String model, ModelSpec spec, Schema table, String column) {
    Type type = table.field(column).orElseThrow().type();
    return new Transform.Input(
        column,
        Transform.InputType.of(type)
            .orElseThrow(
                () ->
                    new HeadraceException(
                        LearnError.LEARN_TYPE,
                        "Cannot train model '%s': column '%s' of %s is neither a number, a text nor a time, but %s."
                            .formatted(model, column, spec.from().shown(), type),
                        "Derive a number or a text from it in a table.")));
  }

  /** The columns that features are made of. */
  List<String> reads() {
    return transform.isNone()
        ? features
        : transform.inputs().stream().map(Transform.Input::column).toList();
  }

  /** The columns that one feature is made of. */
  List<String> reads(String feature) {
    return transform.features().stream()
        .filter(one -> one.name().equals(feature))
        .findFirst()
        .map(
            one ->
                switch (one) {
                  case Transform.Passed(String name) -> List.of(name);
                  case Transform.Computed(String _, RowExpression expression) ->
                      reads().stream()
                          .filter(
                              column ->
                                  expression.columns().stream().anyMatch(column::equalsIgnoreCase))
                          .toList();
                })
        .orElse(List.of(feature));
  }

  /** Refuses a label or a key that is called as what is added to the table of predictions. */
  void requireFree(String model, ModelSpec spec, PredictedColumns predicted) {
    List<String> added = new ArrayList<>(predicted.numbers());
    added.add(spec.label() == null ? LEARNT_FROM : FOLD);
    if (predicted.numbers().size() > 1) {
      added.add(PredictedColumns.CLASS);
    }
    for (String taken : added) {
      if (kept().stream().anyMatch(taken::equalsIgnoreCase)) {
        throw new HeadraceException(
            ModelError.MODEL_COLUMN,
            "Cannot train model '%s': the table of predictions has a column '%s' of its own."
                .formatted(model, taken),
            "Name that column otherwise in " + spec.from().shown() + ".");
      }
    }
  }

  /** The columns that a feature stands for: those of a view carry its name in front. */
  private static Stream<String> named(String model, ModelSpec spec, Schema table, String name) {
    if (!ModelRows.isOfView(name)) {
      return Stream.of(find(model, spec, table, name));
    }
    int dot = name.indexOf('.');
    String column = FeatureSelection.column(name.substring(0, dot), name.substring(dot + 1));
    if (name.endsWith(".*")) {
      String prefix = column.substring(0, column.length() - 1);
      return table.names().stream().filter(one -> one.startsWith(prefix));
    }
    return Stream.of(find(model, spec, table, column));
  }

  private static Optional<String> optional(
      String model, ModelSpec spec, Schema table, @Nullable String name) {
    return Optional.ofNullable(name).map(given -> find(model, spec, table, given));
  }

  private static String find(String model, ModelSpec spec, Schema table, String name) {
    return table
        .field(name)
        .map(Field::name)
        .orElseThrow(
            () ->
                new HeadraceException(
                    ModelError.MODEL_COLUMN,
                    "Cannot train model '%s': %s has no column '%s'."
                        .formatted(model, spec.from().shown(), name),
                    Names.suggest(name, table.names())));
  }

  /** All of them once, in the order that makes the order of rows: key, time, features, rest. */
  private SequencedSet<String> all() {
    SequencedSet<String> all = new LinkedHashSet<>(key);
    group.ifPresent(all::add);
    split.ifPresent(all::add);
    all.addAll(reads());
    weight.ifPresent(all::add);
    label.ifPresent(all::add);
    all.addAll(slices);
    return all;
  }

  /**
   * The rows in an order that follows from their values alone, whatever files they lie in: rows
   * that tie are equal in every column that is read. They are numbered from 1.
   */
  String numbered(String table) {
    return numbered(table, List.copyOf(all()));
  }

  /** The same for an order that is known to give the same numbers. */
  String numbered(String table, List<String> order) {
    return numbered(table, List.copyOf(all()), order);
  }

  /**
   * Selects columns of a table with the number of the row in an order.
   *
   * @param order columns that make the order; rows that are equal in them are interchangeable
   */
  static String numbered(String table, List<String> selected, List<String> order) {
    return "select %s, row_number() over (order by %s) as %s from %s"
        .formatted(
            quoted(selected, ""), quoted(order, " nulls last"), ROW, SqlQuotes.identifier(table));
  }

  /** Selects columns of a table in the order that they make themselves. */
  static String ordered(String table, List<String> columns) {
    return "select %s from %s order by %s"
        .formatted(
            quoted(columns, ""), SqlQuotes.identifier(table), quoted(columns, " nulls last"));
  }

  static String quoted(List<String> columns, String after) {
    return columns.stream()
        .map(name -> SqlQuotes.identifier(name) + after)
        .collect(Collectors.joining(", "));
  }

  /** The columns to learn from and to judge by, in the order of rows. */
  OrderedRows read(String table, Schema schema, SqlEngine engine, Relation from, Watch watch) {
    SequencedSet<String> read = new LinkedHashSet<>(reads());
    label.ifPresent(read::add);
    split.ifPresent(read::add);
    weight.ifPresent(read::add);
    group.ifPresent(read::add);
    read.addAll(slices);
    return OrderedRows.read(
        table, new LinkedHashSet<>(key), all(), read, schema, engine, from, watch);
  }

  /** The columns that the table of predictions keeps. */
  List<String> kept() {
    SequencedSet<String> kept = new LinkedHashSet<>(key);
    group.ifPresent(kept::add);
    label.ifPresent(kept::add);
    return List.copyOf(kept);
  }
}
