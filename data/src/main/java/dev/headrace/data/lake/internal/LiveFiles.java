package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.Between;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ManifestEvaluator;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a snapshot, read manifest by manifest on the caller's thread. Iceberg's own
 * scans plan through a pool and poll for its results as its commits do.
 */
public final class LiveFiles {
  /** What a list of files to read needs; metrics are most of a manifest. */
  private static final List<String> WITHOUT_METRICS =
      List.of(
          "content", "file_path", "file_format", "partition", "record_count", "file_size_in_bytes");

  private static final List<String> WITH_METRICS = List.of("*");

  private final VersionId version;
  private final TableMetadata metadata;
  private final Snapshot snapshot;
  private final FileIO io;
  private final Schema schema;

  public LiveFiles(VersionId version, TableMetadata metadata, Snapshot snapshot, FileIO io) {
    this.version = version;
    this.metadata = metadata;
    this.snapshot = snapshot;
    this.io = io;
    this.schema = Schemas.of(metadata, snapshot);
  }

  /** The schema the snapshot was committed with. */
  public Schema schema() {
    return schema;
  }

  /** Path, size, rows and partition of the files that may hold matching rows, by path. */
  public List<DataFile> list(List<Between> ranges) {
    return read(Filters.of(version, schema, ranges), WITHOUT_METRICS);
  }

  /** The same files with all that is known of them. */
  public List<FileEntry> entries(List<Between> ranges) {
    Map<Integer, Type> types = DataFileFactory.boundedTypes(schema);
    return read(Filters.of(version, schema, ranges), WITH_METRICS).stream()
        .map(file -> entry(file, types))
        .toList();
  }

  List<DataFile> all() {
    return read(Expressions.alwaysTrue(), WITH_METRICS);
  }

  private List<DataFile> read(Expression filter, List<String> columns) {
    if (snapshot.deleteManifests(io).stream().anyMatch(LiveFiles::isLive)) {
      throw new HeadraceException(
          LakeError.LAKE_DELETE_FILES,
          "Cannot read table '%s': snapshot %d has delete files."
              .formatted(version.table(), snapshot.snapshotId()),
          "Rewrite its data files with the tool that deleted rows, in copy-on-write mode.");
    }
    Map<Integer, PartitionSpec> specs = specs();
    List<DataFile> files = new ArrayList<>();
    for (ManifestFile manifest : snapshot.dataManifests(io)) {
      if (isLive(manifest) && mayMatch(manifest, filter, specs)) {
        try (ManifestReader<DataFile> reader =
            ManifestFiles.read(manifest, io, specs)
                .caseSensitive(false)
                .filterRows(filter)
                .select(columns)) {
          reader.forEach(files::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    files.sort(Comparator.comparing(DataFile::location));
    return files;
  }

  private static boolean isLive(ManifestFile manifest) {
    return manifest.hasAddedFiles() || manifest.hasExistingFiles();
  }

  private static boolean mayMatch(
      ManifestFile manifest, Expression filter, Map<Integer, PartitionSpec> specs) {
    return filter.op() == Expression.Operation.TRUE
        || ManifestEvaluator.forRowFilter(filter, specs.get(manifest.partitionSpecId()), false)
            .eval(manifest);
  }

  /** The table's specs know its newest columns; a filter names those of this snapshot. */
  private Map<Integer, PartitionSpec> specs() {
    Map<Integer, PartitionSpec> specs = new HashMap<>(metadata.specsById());
    specs.replaceAll(
        (id, spec) ->
            spec.fields().stream().allMatch(field -> schema.findField(field.sourceId()) != null)
                ? spec.toUnbound().bind(schema)
                : spec);
    return specs;
  }

  private static FileEntry entry(DataFile file, Map<Integer, Type> types) {
    Map<Integer, FileEntry.Column> columns = new HashMap<>();
    types.forEach(
        (id, type) -> {
          Long nulls = known(file.nullValueCounts(), id);
          Object lower = Bounds.decode(type, known(file.lowerBounds(), id));
          Object upper = Bounds.decode(type, known(file.upperBounds(), id));
          if (nulls != null || lower != null || upper != null) {
            columns.put(id, new FileEntry.Column(nulls == null ? -1 : nulls, lower, upper));
          }
        });
    return new FileEntry(
        file.location(), file.recordCount(), file.fileSizeInBytes(), day(file), columns);
  }

  private static Optional<LocalDate> day(DataFile file) {
    if (file.partition() == null || file.partition().size() == 0) {
      return Optional.empty();
    }
    return Optional.ofNullable(file.partition().get(0, Integer.class)).map(LocalDate::ofEpochDay);
  }

  private static <T> @Nullable T known(@Nullable Map<Integer, T> metrics, Integer id) {
    return metrics == null ? null : metrics.get(id);
  }
}
