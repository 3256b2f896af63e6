package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Written;
import dev.headrace.spark.wire.Written.Column;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What Iceberg's writer knows of a file, as text. */
final class Metrics {
  private Metrics() {}

  static Written written(
      Path path,
      long sizeBytes,
      Schema schema,
      org.apache.iceberg.Metrics metrics,
      @Nullable Integer day) {
    Map<Integer, Column> columns = new HashMap<>();
    for (Types.NestedField field : TypeUtil.indexById(schema.asStruct()).values()) {
      // Of what is inside lists and maps Iceberg's writer counts nothing.
      if (field.type().isPrimitiveType() && metrics.valueCounts().containsKey(field.fieldId())) {
        columns.put(field.fieldId(), column(field, metrics));
      }
    }
    return new Written(path.toString(), metrics.recordCount(), sizeBytes, columns, day);
  }

  private static Column column(Types.NestedField field, org.apache.iceberg.Metrics metrics) {
    int id = field.fieldId();
    boolean hasNan = of(metrics.nanValueCounts(), id) > 0;
    return new Column(
        of(metrics.columnSizes(), id),
        of(metrics.valueCounts(), id),
        of(metrics.nullValueCounts(), id),
        hasNan ? null : bound(field.type(), metrics.lowerBounds(), id),
        hasNan ? null : bound(field.type(), metrics.upperBounds(), id));
  }

  private static long of(@Nullable Map<Integer, Long> counts, int id) {
    Long count = counts == null ? null : counts.get(id);
    return count == null ? 0 : count;
  }

  private static @Nullable String bound(
      Type type, @Nullable Map<Integer, ByteBuffer> bounds, int id) {
    ByteBuffer bytes = bounds == null ? null : bounds.get(id);
    if (bytes == null) {
      return null;
    }
    Object value = Conversions.fromByteBuffer(type, bytes);
    return switch (type.typeId()) {
      case DATE -> LocalDate.ofEpochDay((Integer) value).toString();
      case TIME -> LocalTime.ofNanoOfDay((Long) value * 1_000).toString();
      case TIMESTAMP -> {
        Instant instant = Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS);
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        yield ((Types.TimestampType) type).shouldAdjustToUTC()
            ? time.toString()
            : time.toLocalDateTime().toString();
      }
      case BINARY, FIXED -> {
        byte[] content = new byte[bytes.remaining()];
        bytes.duplicate().get(content);
        yield HexFormat.of().formatHex(content);
      }
      default -> value.toString();
    };
  }
}
