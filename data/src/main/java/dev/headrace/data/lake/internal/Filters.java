package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.Between;
import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.error.HeadraceException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What to read as an Iceberg expression. A limit that cannot be expressed exactly is widened or
 * left out, so that the files found are always enough.
 */
final class Filters {
  /** All of the ranges together. */
  static Expression of(VersionId version, Schema schema, List<Between> ranges) {
    return ranges.stream()
        .map(range -> of(version, schema, range))
        .reduce(Expressions.alwaysTrue(), Expressions::and);
  }

  /** Exactly the rows of the days {@code from} until before {@code to}, by a temporal column. */
  static Expression days(Types.NestedField column, LocalDate from, LocalDate to) {
    return Expressions.and(
        Expressions.greaterThanOrEqual(column.name(), startOf(column.type(), from)),
        Expressions.lessThan(column.name(), startOf(column.type(), to)));
  }

  private static Object startOf(Type type, LocalDate day) {
    // An int is a date to Iceberg, a long a timestamp in microseconds.
    return type.typeId() == Type.TypeID.DATE
        ? (Object) Math.toIntExact(day.toEpochDay())
        : (Object) Bounds.micros(day.atStartOfDay());
  }

  private static Expression of(VersionId version, Schema schema, Between range) {
    Types.NestedField field = schema.caseInsensitiveFindField(range.column());
    if (field == null) {
      throw new HeadraceException(
          LakeError.LAKE_COLUMN_MISSING,
          "Cannot read table '%s': it has no column '%s'."
              .formatted(version.table(), range.column()),
          "Its columns are %s."
              .formatted(
                  String.join(
                      ", ", schema.columns().stream().map(Types.NestedField::name).toList())));
    }
    Object lower = limit(field.type(), range.lower(), Bounds.Side.LOWER);
    Object upper = limit(field.type(), range.upper(), Bounds.Side.UPPER);
    String name = schema.findColumnName(field.fieldId());
    Expression from =
        lower == null ? Expressions.alwaysTrue() : Expressions.greaterThanOrEqual(name, lower);
    Expression to =
        upper == null ? Expressions.alwaysTrue() : Expressions.lessThanOrEqual(name, upper);
    return Expressions.and(from, to);
  }

  private static @Nullable Object limit(Type type, @Nullable Object value, Bounds.Side side) {
    if (value == null) {
      return null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> value instanceof Boolean ? value : null;
      case STRING -> value instanceof String ? value : null;
      case INTEGER, LONG -> value instanceof Number number ? whole(number, side) : null;
      case FLOAT, DOUBLE -> value instanceof Number number ? real(number, side) : null;
      case DECIMAL ->
          value instanceof Number number ? decimal((Types.DecimalType) type, number, side) : null;
      case DATE -> {
        LocalDateTime time = time(value, side);
        yield time == null ? null : (Object) Math.toIntExact(time.toLocalDate().toEpochDay());
      }
      case TIMESTAMP -> {
        LocalDateTime time = time(value, side);
        yield time == null ? null : (Object) Bounds.micros(time);
      }
      case TIME -> value instanceof LocalTime time ? (Object) Bounds.micros(time) : null;
      default -> null;
    };
  }

  /** A date means its first instant as a lower limit, its last as an upper one. */
  private static @Nullable LocalDateTime time(Object value, Bounds.Side side) {
    return switch (value) {
      case LocalDate date when side == Bounds.Side.LOWER -> date.atStartOfDay();
      case LocalDate date -> date.atTime(LocalTime.MAX);
      case LocalDateTime dateTime -> dateTime;
      case Instant instant -> LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
      default -> null;
    };
  }

  private static @Nullable Long whole(Number number, Bounds.Side side) {
    BigDecimal exact = exact(number);
    if (exact == null) {
      return null;
    }
    BigDecimal whole = exact.setScale(0, outwards(side));
    // Beyond long nothing can be told apart: no limit.
    return whole.toBigInteger().bitLength() > 63 ? null : (Long) whole.longValueExact();
  }

  private static @Nullable BigDecimal decimal(
      Types.DecimalType type, Number number, Bounds.Side side) {
    BigDecimal exact = exact(number);
    if (exact == null) {
      return null;
    }
    BigDecimal scaled = exact.setScale(type.scale(), outwards(side));
    return scaled.precision() > type.precision() ? null : scaled;
  }

  private static @Nullable Double real(Number number, Bounds.Side side) {
    double value = number.doubleValue();
    if (Double.isNaN(value)) {
      return null;
    }
    if (number instanceof Double || number instanceof Float) {
      return value == 0 ? (side == Bounds.Side.LOWER ? -0d : 0d) : (Double) value;
    }
    return side == Bounds.Side.LOWER ? Math.nextDown(value) : Math.nextUp(value);
  }

  private static @Nullable BigDecimal exact(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      return Double.isFinite(value) ? new BigDecimal(value) : null;
    }
    return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
  }

  private static RoundingMode outwards(Bounds.Side side) {
    return side == Bounds.Side.LOWER ? RoundingMode.FLOOR : RoundingMode.CEILING;
  }

  private Filters() {}
}
