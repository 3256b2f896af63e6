package dev.headrace.data.tables;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.OutputColumn;
import dev.headrace.data.sql.ColumnLineage.Source;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Holds tables by day to their promise that a day is made of rows of its own day: the time of the
 * result has to be the declared time of an input. Days that no input knows of would lack rows at
 * both ends, and rows that come late would never reach them.
 *
 * <p>Told from the statement, for the rows cannot tell: a day without rows may be a Sunday. Days of
 * an input without a time are believed, as those of a calendar.
 */
final class OwnDays {
  private static final String HINT =
      "Let it be the time of an input or its day (cast(… as date)), or leave out 'materialize' to"
          + " build the table as a whole.";

  private final SqlAnalyzer analyzer;
  private final DayOfTime dayOfTime;

  /**
   * @param zone the project's, in which dates of instants are taken
   */
  OwnDays(SqlAnalyzer analyzer, ZoneId zone) {
    this.analyzer = analyzer;
    this.dayOfTime = new DayOfTime(zone);
  }

  /** What FROM names, and which of its columns tells the day of a row. */
  sealed interface Input {}

  /**
   * Rows that lie there.
   *
   * @param time the declared time column, if any
   */
  record Rows(Schema schema, Optional<String> time) implements Input {}

  /**
   * A view, whose days are those of what it reads.
   *
   * @param inputs by name in lower case
   */
  record View(Schema schema, String sql, Map<String, Input> inputs) implements Input {}

  /**
   * What a statement names.
   *
   * @param published tells the time columns; what it does not know has none
   * @param relations by name in lower case
   * @param engine asked for the columns of views
   */
  static Map<String, Input> inputs(
      Published published, Map<String, Relation> relations, SqlEngine engine) {
    Map<String, Input> inputs = new HashMap<>();
    relations.forEach(
        (name, relation) -> {
          Schema schema = relation.schema(() -> engine);
          Optional<Publication.Data> shown =
              published.table(name).map(publication -> publication.content().data());
          inputs.put(
              name,
              relation instanceof Relation.View(Query query)
                      && shown.orElse(null) instanceof Publication.Virtual
                  ? new View(schema, query.sql(), inputs(published, query.relations(), engine))
                  : shown.isPresent()
                      ? rows(schema, shown.get())
                      : new Rows(schema, Optional.empty()));
        });
    return inputs;
  }

  /** What is published as rows. */
  static Rows rows(Schema schema, Publication.Data data) {
    return new Rows(
        schema,
        data instanceof Publication.Stored stored
            ? stored.time().map(Publication.TimeColumn::name)
            : Optional.empty());
  }

  /**
   * Refuses a statement whose days are not those of its inputs.
   *
   * @param sql as it is run: models asked
   * @param inputs by name in lower case
   * @throws HeadraceException TABLE_TIME_INVALID
   */
  void require(String table, TableSpec spec, String sql, Map<String, Input> inputs, Schema result) {
    Field time = ResultColumns.time(table, spec, result);
    Types types = new Types(time.type());
    Derivation derivation =
        columns(sql, inputs, result, types).get(result.names().indexOf(time.name())).derivation();
    switch (derivation) {
      case Unknown(String reason) -> throw refusal(table, spec, reason);
      case Known known -> require(table, spec, known, types);
    }
  }

  /** Types of declared times that were met, by the column; and that of the result. */
  private record Types(Type result, Map<Source, Type> ofTimes) {
    Types(Type result) {
      this(result, new HashMap<>());
    }

    Type of(Source time) {
      return Objects.requireNonNull(ofTimes.get(new Source(time.table(), time.column())));
    }
  }

  private List<OutputColumn> columns(
      String sql, Map<String, Input> inputs, Schema output, Types types) {
    Map<String, List<OutputColumn>> origins = new HashMap<>();
    inputs.forEach((name, input) -> origins.put(name, origins(name, input, types)));
    return analyzer.days(sql, origins, output).columns();
  }

  private List<OutputColumn> origins(String name, Input input, Types types) {
    return switch (input) {
      case View(Schema schema, String sql, Map<String, Input> inputs) ->
          columns(sql, inputs, schema, types);
      case Rows(Schema schema, Optional<String> time) -> {
        time.flatMap(schema::field)
            .ifPresent(field -> types.ofTimes.put(new Source(name, field.name()), field.type()));
        yield schema.names().stream()
            .map(column -> new OutputColumn(column, origin(new Source(name, column), time, types)))
            .toList();
      }
    };
  }

  private static Derivation origin(Source column, Optional<String> time, Types types) {
    if (time.isEmpty()) {
      return Known.NOTHING;
    }
    return types.ofTimes.containsKey(column)
        ? new Known(Set.of(column))
        : new Unknown(
            "it comes from %s, and the days of '%s' are those of its time column '%s'"
                .formatted(column, column.table(), time.get()));
  }

  private void require(String table, TableSpec spec, Known time, Types types) {
    for (Source source : time.inOrder()) {
      Type from = types.of(source);
      dayOfTime
          .moved(from, source.steps(), types.result)
          .ifPresent(
              reason -> {
                throw refusal(table, spec, reason);
              });
    }
  }

  private static HeadraceException refusal(String table, TableSpec spec, String reason) {
    return ResultColumns.timeInvalid(table, spec, reason, HINT);
  }
}
