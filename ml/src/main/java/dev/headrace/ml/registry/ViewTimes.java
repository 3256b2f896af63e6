package dev.headrace.ml.registry;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether feature views know something later than the moments they are asked for.
 *
 * <p>The join sees rows by their event time, and by their arrival where that is known. A row that
 * carries a further time, such as when it was updated or delivered, was written again after that
 * time: at moments between the two it was not there, or not so.
 *
 * @param labels the rows with their moments
 * @param moment column of {@code labels}
 */
record ViewTimes(Relation labels, String moment, List<Sight> sights) {
  /** Rows that are looked at. */
  private static final long MOST_ROWS = 20_000;

  /** It is told from this share of the rows on. */
  private static final double WORTH_TELLING = 0.01;

  /** Times that are known before they come. */
  private static final Pattern PLANNED =
      Pattern.compile(
          "(^|_)(due|deadline|expires?|expiry|expected|estimated|planned|promised|scheduled|until|"
              + "ends?|valid)(_|$)",
          Pattern.CASE_INSENSITIVE);

  /** When this installation loaded a row says nothing of the world. */
  private static final String LOADED = "_loaded_at";

  ViewTimes {
    sights = List.copyOf(sights);
  }

  /**
   * What a view sees.
   *
   * @param rows of its table
   * @param keys columns of the table and of the labels
   * @param arrival empty where rows are seen from their event time on
   */
  record Sight(
      String view,
      String table,
      Relation rows,
      List<String> keys,
      String time,
      Optional<String> arrival) {}

  /** Sentences, each with its figures. */
  List<String> look(SqlEngine engine, Watch watch) {
    List<String> found = new ArrayList<>();
    if (sights.isEmpty()) {
      return found;
    }
    long all = count(engine, "select count(*) as n from l", Map.of("l", labels), watch);
    long step = Math.max(1, (all + MOST_ROWS - 1) / MOST_ROWS);
    for (Sight sight : sights) {
      Schema schema = engine.describe(Query.of("select * from r", Map.of("r", sight.rows)));
      Optional<String> arrival = sight.arrival.flatMap(name -> schema.field(name)).map(Field::name);
      for (Field field : schema.fields()) {
        if (!isTime(field.type())
            || field.name().equals(LOADED)
            || field.name().equalsIgnoreCase(sight.time)
            || arrival.filter(field.name()::equals).isPresent()
            || PLANNED.matcher(field.name()).find()) {
          continue;
        }
        look(engine, sight, field.name(), arrival, step, watch).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<String> look(
      SqlEngine engine,
      Sight sight,
      String written,
      Optional<String> arrival,
      long step,
      Watch watch) {
    String order =
        ModelColumns.quoted(Stream.concat(Stream.of(moment), sight.keys.stream()).toList(), "");
    String sample = "(select *, row_number() over (order by %s) as hr_n from l)".formatted(order);
    String at = "s." + SqlQuotes.identifier(moment);
    String sees =
        sight.keys.stream()
            .map(SqlQuotes::identifier)
            .map(key -> "r.%s = s.%s".formatted(key, key))
            .collect(Collectors.joining(" and "));
    String seen =
        arrival.map(name -> " and r.%s <= %s".formatted(SqlQuotes.identifier(name), at)).orElse("");
    long rows =
        count(
            engine,
            "select count(*) as n from %s s where hr_n %% %d = 0".formatted(sample, step),
            Map.of("l", labels),
            watch);
    long late =
        count(
            engine,
            "select count(*) as n from %s s where hr_n %% %d = 0 and exists (select 1 from r where %s and r.%s <= %s and r.%s > %s%s)"
                .formatted(
                    sample,
                    step,
                    sees,
                    SqlQuotes.identifier(sight.time),
                    at,
                    SqlQuotes.identifier(written),
                    at,
                    seen),
            Map.of("l", labels, "r", sight.rows),
            watch);
    if (late == 0 || late < WORTH_TELLING * rows) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "view '%s' shows %,d of %,d rows something of '%s' that is marked with a '%s' later than"
                + " their moment: was it there, and so, at the time? If not, declare 'arrival: %s'",
            sight.view,
            late,
            rows,
            sight.table,
            written,
            written));
  }

  static boolean isTime(Type type) {
    return type == Type.Primitive.DATE
        || type == Type.Primitive.TIMESTAMP
        || type == Type.Primitive.TIMESTAMPTZ;
  }

  private static long count(
      SqlEngine engine, String sql, Map<String, Relation> relations, Watch watch) {
    try (Rows rows = engine.execute(Query.of(sql, relations), watch)) {
      List<@Nullable Object> row = rows.next();
      return row != null && row.getFirst() instanceof Number number ? number.longValue() : 0;
    }
  }
}
