package dev.headrace.data.lake.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the newest metadata seen of each table. A metadata file never changes once it is
 * written, so what is known under its location stays true; whether it is still the newest, only the
 * catalog can say. Thread-safe.
 */
final class KnownMetadata {
  /** A snapshot takes about two kilobytes, and as much again when its text is kept. */
  private static final int MAX_SNAPSHOTS = 10_000;

  private final LinkedHashMap<TableIdentifier, TableMetadata> tables =
      new LinkedHashMap<>(64, 0.75f, true);
  private long snapshots;

  /** The table's metadata, if what is remembered of it came from or went to this location. */
  synchronized @Nullable TableMetadata get(TableIdentifier table, String location) {
    TableMetadata known = tables.get(table);
    return known != null && location.equals(known.metadataFileLocation()) ? known : null;
  }

  /** Remembers metadata that has its location, in place of tables used longest ago. */
  synchronized void put(TableIdentifier table, TableMetadata metadata) {
    forget(table);
    if (size(metadata) > MAX_SNAPSHOTS) {
      return;
    }
    tables.put(table, metadata);
    snapshots += size(metadata);
    var oldest = tables.entrySet().iterator();
    while (snapshots > MAX_SNAPSHOTS) {
      Map.Entry<TableIdentifier, TableMetadata> gone = oldest.next();
      snapshots -= size(gone.getValue());
      oldest.remove();
    }
  }

  synchronized void forget(TableIdentifier table) {
    TableMetadata gone = tables.remove(table);
    if (gone != null) {
      snapshots -= size(gone);
    }
  }

  /** A table without snapshots takes room too. */
  private static int size(TableMetadata metadata) {
    return 1 + metadata.snapshots().size();
  }
}
