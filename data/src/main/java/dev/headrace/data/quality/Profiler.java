package dev.headrace.data.quality;

import dev.headrace.data.quality.ColumnProfile.Histogram;
import dev.headrace.data.quality.ColumnProfile.Length;
import dev.headrace.data.quality.ColumnProfile.Range;
import dev.headrace.data.quality.ColumnProfile.ValueCount;
import dev.headrace.data.quality.internal.Aggregates;
import dev.headrace.data.quality.internal.Literals;
import dev.headrace.data.quality.internal.ProfileSql;
import dev.headrace.data.quality.internal.Sql;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Describes the columns of a table, in two queries per 50 columns: one aggregate, then the most
 * frequent values and histograms, whose bins need the range. Thread-safe.
 */
public final class Profiler {
  private static final int COLUMNS_PER_QUERY = 50;
  // Below this, a top five says something even if every value is different.
  private static final int ALWAYS_TOP = 20;

  private final SqlEngine engine;
  private final ProfileSql sql;

  public Profiler(SqlEngine engine) {
    this.engine = engine;
    this.sql = new ProfileSql(engine.name());
  }

  /** Describes the columns of {@code schema} in {@code table}. */
  public TableProfile profile(Relation table, Schema schema, Watch watch) {
    List<ColumnProfile> columns = new ArrayList<>();
    long rows = 0;
    int queries = 0;
    List<Field> fields = schema.fields();
    for (int from = 0; from < fields.size(); from += COLUMNS_PER_QUERY) {
      Batch batch =
          new Batch(fields.subList(from, Math.min(from + COLUMNS_PER_QUERY, fields.size())));
      try (Rows result = engine.execute(query(batch.aggregates.sql(), table), watch)) {
        batch.read(result.next());
      }
      queries++;
      rows = batch.rows;
      Optional<String> details = batch.details();
      if (details.isPresent()) {
        try (Rows result = engine.execute(query(details.get(), table), watch)) {
          for (var row = result.next(); row != null; row = result.next()) {
            batch.detail(row);
          }
        }
        queries++;
      }
      columns.addAll(batch.profiles());
      watch.progress((double) columns.size() / fields.size());
    }
    return new TableProfile(rows, columns, queries);
  }

  private static Query query(String sql, Relation table) {
    return Query.of(sql, Map.of(Sql.THIS, table));
  }

  /** Some columns on their way through the two queries. */
  private final class Batch {
    private final Aggregates aggregates = new Aggregates();
    private final List<Column> columns = new ArrayList<>();
    private long rows;

    Batch(List<Field> fields) {
      aggregates.position("count(*)");
      fields.forEach(field -> columns.add(new Column(field, aggregates)));
    }

    void read(@Nullable List<@Nullable Object> row) {
      if (row == null) {
        throw new IllegalStateException("an aggregate yields one row");
      }
      rows = number(row.getFirst());
      columns.forEach(column -> column.read(row));
    }

    Optional<String> details() {
      List<String> branches = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        branches.addAll(columns.get(i).details(i));
      }
      return branches.isEmpty()
          ? Optional.empty()
          : Optional.of(String.join("\nunion all\n", branches));
    }

    void detail(List<@Nullable Object> row) {
      Column column = columns.get((int) number(row.get(0)));
      String value = String.valueOf(row.get(2));
      long count = number(row.get(3));
      if ("top".equals(row.get(1))) {
        column.top.add(new ValueCount(value, count));
      } else {
        column.bins[Integer.parseInt(value)] = count;
      }
    }

    List<ColumnProfile> profiles() {
      return columns.stream().map(column -> column.profile(rows)).toList();
    }
  }

  /** One column on its way through the two queries. */
  private final class Column {
    private static final int ABSENT = -1;

    private final Field field;
    private final int present;
    private int finite = ABSENT;
    private int distinct = ABSENT;
    private int least = ABSENT;
    private int greatest = ABSENT;
    private int mean = ABSENT;
    private int deviation = ABSENT;
    private int quantiles = ABSENT;
    private int shortest = ABSENT;
    private int longest = ABSENT;
    private final List<ValueCount> top = new ArrayList<>();
    private final long[] bins = new long[Histogram.BINS];
    private List<@Nullable Object> row = List.of();

    Column(Field field, Aggregates aggregates) {
      this.field = field;
      String name = Sql.name(field.name());
      present = aggregates.position("count(" + name + ")");
      if (!Literals.isScalar(field.type())) {
        return;
      }
      distinct = aggregates.position("approx_count_distinct(" + name + ")");
      boolean text = field.type() == Primitive.STRING;
      if (text || hasOrder()) {
        least = aggregates.position("min(" + sql.finite(field) + ")");
        greatest = aggregates.position("max(" + sql.finite(field) + ")");
      }
      if (text) {
        shortest = aggregates.position("min(length(" + name + "))");
        longest = aggregates.position("max(length(" + name + "))");
        mean = aggregates.position("avg(length(" + name + "))");
      }
      if (hasOrder()) {
        finite = aggregates.position("count(" + sql.finite(field) + ")");
        quantiles = aggregates.position(sql.quantiles(field));
      }
      if (hasOrder() && !Literals.isTemporal(field.type())) {
        mean = aggregates.position("avg(" + sql.number(field) + ")");
        deviation = aggregates.position("stddev_samp(" + sql.number(field) + ")");
      }
    }

    void read(List<@Nullable Object> values) {
      row = values;
    }

    List<String> details(int number) {
      List<String> branches = new ArrayList<>();
      long values = number(row.get(present));
      long distinctValues = distinct == ABSENT ? 0 : number(row.get(distinct));
      boolean repetitive = values <= ALWAYS_TOP || distinctValues <= values / 2;
      if (distinct != ABSENT && field.type() != Primitive.BINARY && values > 0 && repetitive) {
        branches.add(sql.top(number, field));
      }
      if (binned()) {
        branches.add(sql.bins(number, field, low(), high()));
      }
      return branches;
    }

    ColumnProfile profile(long rows) {
      long values = number(row.get(present));
      return new ColumnProfile(
          field.name(),
          field.type(),
          rows,
          rows - values,
          finite == ABSENT ? 0 : values - number(row.get(finite)),
          distinct == ABSENT
              ? OptionalLong.empty()
              : OptionalLong.of(Math.min(values, number(row.get(distinct)))),
          range(),
          real(mean),
          real(deviation),
          quantiles(),
          at(shortest)
              .map(length -> new Length(number(length), number(at(longest).orElse(length)))),
          top,
          histogram());
    }

    private Optional<Range> range() {
      Optional<Object> greatestValue = at(greatest);
      return at(least).flatMap(low -> greatestValue.map(high -> new Range(low, high)));
    }

    private List<Object> quantiles() {
      List<Object> values = new ArrayList<>();
      if (at(quantiles).orElse(null) instanceof List<?> list) {
        list.forEach(values::add);
      }
      return values;
    }

    private Optional<Histogram> histogram() {
      if (!hasOrder() || at(least).isEmpty()) {
        return Optional.empty();
      }
      if (low() == high()) {
        bins[0] = number(row.get(finite));
      } else if (!binned()) {
        return Optional.empty();
      }
      List<Long> counts = new ArrayList<>();
      for (long count : bins) {
        counts.add(count);
      }
      return Optional.of(new Histogram(low(), high(), counts));
    }

    /** Whether the bins have a width that a double can express. */
    private boolean binned() {
      return hasOrder()
          && at(least).isPresent()
          && (high() - low()) / Histogram.BINS > 0
          && Double.isFinite(high() - low());
    }

    private double low() {
      return asDouble(at(least).orElseThrow());
    }

    private double high() {
      return asDouble(at(greatest).orElseThrow());
    }

    private boolean hasOrder() {
      return Literals.isExact(field.type())
          || Literals.isFloating(field.type())
          || Literals.isTemporal(field.type());
    }

    private OptionalDouble real(int position) {
      return at(position).orElse(null) instanceof Number number
              && Double.isFinite(number.doubleValue())
          ? OptionalDouble.of(number.doubleValue())
          : OptionalDouble.empty();
    }

    private Optional<Object> at(int position) {
      return position == ABSENT ? Optional.empty() : Optional.ofNullable(row.get(position));
    }
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  private static double asDouble(Object value) {
    return switch (value) {
      case BigDecimal number -> number.doubleValue();
      case Number number -> number.doubleValue();
      case LocalDate date -> micros(date.atStartOfDay().toInstant(ZoneOffset.UTC));
      case LocalDateTime time -> micros(time.toInstant(ZoneOffset.UTC));
      case Instant instant -> micros(instant);
      default -> throw new IllegalArgumentException(value.getClass().toString());
    };
  }

  private static double micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
