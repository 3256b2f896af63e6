package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.jspecify.annotations.Nullable;

/** Written files as Iceberg's data files, after a look whether they are what they claim to be. */
final class DataFileFactory {
  private final VersionId version;
  private final PartitionSpec spec;
  private final Map<Integer, Type> bounded;

  DataFileFactory(VersionId version, PartitionSpec spec, Schema schema) {
    this.version = version;
    this.spec = spec;
    this.bounded = boundedTypes(schema);
  }

  DataFile of(WrittenFile file) {
    DataFiles.Builder builder =
        DataFiles.builder(spec)
            .withPath(LocalFileIO.path(file.path()).toAbsolutePath().normalize().toString())
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(file.sizeBytes())
            .withMetrics(metrics(file));
    if (spec.isPartitioned()) {
      checkDay(file);
      PartitionData partition = new PartitionData(spec.partitionType());
      partition.set(0, file.day().map(LocalDate::toEpochDay).map(Math::toIntExact).orElse(null));
      builder.withPartition(partition);
    } else if (file.day().isPresent()) {
      throw wrongLayout(file, "it is split by day and the table is not");
    }
    return builder.build();
  }

  private Metrics metrics(WrittenFile file) {
    Map<Integer, Long> sizes = new HashMap<>();
    Map<Integer, Long> values = new HashMap<>();
    Map<Integer, Long> nulls = new HashMap<>();
    Map<Integer, ByteBuffer> lower = new HashMap<>();
    Map<Integer, ByteBuffer> upper = new HashMap<>();
    file.columns()
        .forEach(
            (id, column) -> {
              Type type = bounded.get(id);
              if (type == null) {
                return;
              }
              sizes.put(id, column.sizeBytes());
              values.put(id, column.values());
              nulls.put(id, column.nulls());
              putIfKnown(lower, id, Bounds.encode(type, Bounds.Side.LOWER, column.lower()));
              putIfKnown(upper, id, Bounds.encode(type, Bounds.Side.UPPER, column.upper()));
            });
    // NaN counts stay unknown: an engine gives no bounds for a column with NaN.
    return new Metrics(file.rows(), sizes, values, nulls, Map.of(), lower, upper);
  }

  /** A wrong day would hide rows from every reader that asks for some days only. */
  private void checkDay(WrittenFile file) {
    int timeId = spec.fields().getFirst().sourceId();
    WrittenFile.ColumnMetrics time = file.columns().get(timeId);
    if (file.day().isEmpty()) {
      if (time == null || time.nulls() < file.rows()) {
        throw wrongLayout(file, "it is not split by day");
      }
      return;
    }
    if (time == null) {
      return;
    }
    if (time.nulls() > 0) {
      throw wrongLayout(file, "it has rows of " + file.day().get() + " and rows without a time");
    }
    Type type = spec.schema().findType(timeId);
    for (String text : new @Nullable String[] {time.lower(), time.upper()}) {
      Optional<LocalDate> day = day(type, text);
      if (day.isPresent() && !day.equals(file.day())) {
        throw wrongLayout(
            file, "it has rows of " + day.get() + " beside those of " + file.day().get());
      }
    }
  }

  private static Optional<LocalDate> day(Type type, @Nullable String text) {
    Object value = Bounds.decode(type, Bounds.encode(type, Bounds.Side.LOWER, text));
    return switch (value) {
      case LocalDate date -> Optional.of(date);
      case LocalDateTime time -> Optional.of(time.toLocalDate());
      case Instant instant -> Optional.of(LocalDate.ofInstant(instant, ZoneOffset.UTC));
      case null, default -> Optional.empty();
    };
  }

  private HeadraceException wrongLayout(WrittenFile file, String reason) {
    return new HeadraceException(
        LakeError.LAKE_LAYOUT_CONFLICT,
        "Cannot add file '%s' to table '%s': %s.".formatted(file.path(), version.table(), reason),
        "Write the file with the layout of the table version.");
  }

  private static void putIfKnown(
      Map<Integer, ByteBuffer> bounds, Integer id, @Nullable ByteBuffer bound) {
    if (bound != null) {
      bounds.put(id, bound);
    }
  }

  /**
   * Primitive columns outside lists and maps: inside them values are not rows, and no reader may
   * leave out a file by them.
   */
  static Map<Integer, Type> boundedTypes(Schema schema) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    Map<Integer, Type> types = new HashMap<>();
    TypeUtil.indexById(schema.asStruct())
        .forEach(
            (id, field) -> {
              if (field.type().isPrimitiveType() && !isRepeated(schema, parents, id)) {
                types.put(id, field.type());
              }
            });
    return types;
  }

  private static boolean isRepeated(Schema schema, Map<Integer, Integer> parents, int id) {
    for (Integer parent = parents.get(id); parent != null; parent = parents.get(parent)) {
      Type type = schema.findType(parent);
      if (type.isListType() || type.isMapType()) {
        return true;
      }
    }
    return false;
  }
}
