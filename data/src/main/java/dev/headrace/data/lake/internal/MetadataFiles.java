package dev.headrace.data.lake.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.filter.FilteringGeneratorDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.util.JsonUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes table metadata as Iceberg does, but each snapshot's text is made only once.
 *
 * <p>A metadata file lists every snapshot the table keeps, and each commit writes a new one: with a
 * thousand snapshots most of a commit would go into text that the commit before had written
 * already. Everything but the snapshots is left to Iceberg's own writer. Thread-safe.
 */
final class MetadataFiles {
  private static final String SNAPSHOTS = "snapshots";

  /** A snapshot never changes; its text lives as long as some metadata holds it. */
  private final Map<Snapshot, SerializedString> texts =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * @param metadata with its location, and without pending changes
   */
  void write(TableMetadata metadata, OutputFile file) {
    if (isCompressed(file) || hasStatistics(metadata)) {
      // Another tool asked for it; what leaves the snapshots out would lose these.
      TableMetadataParser.overwrite(metadata, file);
      return;
    }
    try (OutputStream out = file.createOrOverwrite();
        JsonGenerator plain = JsonUtil.factory().createGenerator(out);
        JsonGenerator generator =
            new FilteringGeneratorDelegate(
                plain,
                new InPlaceOfSnapshots(plain, metadata.snapshots()),
                TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH,
                true)) {
      TableMetadataParser.toJson(withoutOldSnapshots(metadata), generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCompressed(OutputFile file) {
    return TableMetadataParser.Codec.fromFileName(file.location())
        != TableMetadataParser.Codec.NONE;
  }

  private static boolean hasStatistics(TableMetadata metadata) {
    return !metadata.statisticsFiles().isEmpty() || !metadata.partitionStatisticsFiles().isEmpty();
  }

  /** So that Iceberg's writer does not walk through them all. */
  private static TableMetadata withoutOldSnapshots(TableMetadata metadata) {
    return TableMetadata.buildFrom(metadata)
        .suppressHistoricalSnapshots()
        .withMetadataLocation(metadata.metadataFileLocation())
        .build();
  }

  private SerializedString text(Snapshot snapshot) {
    return texts.computeIfAbsent(
        snapshot, made -> new SerializedString(SnapshotParser.toJson(made, false)));
  }

  /** Lets everything pass but the snapshots, in whose place it writes all of them itself. */
  private final class InPlaceOfSnapshots extends TokenFilter {
    private final JsonGenerator out;
    private final List<Snapshot> snapshots;

    InPlaceOfSnapshots(JsonGenerator out, List<Snapshot> snapshots) {
      this.out = out;
      this.snapshots = snapshots;
    }

    @Override
    public @Nullable TokenFilter includeProperty(String name) {
      if (!name.equals(SNAPSHOTS)) {
        return INCLUDE_ALL;
      }
      try {
        out.writeArrayFieldStart(SNAPSHOTS);
        for (Snapshot snapshot : snapshots) {
          out.writeRawValue(text(snapshot));
        }
        out.writeEndArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return null;
    }
  }
}
