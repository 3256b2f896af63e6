package dev.headrace.data.warehouse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.core.ledger.Publication;
import dev.headrace.data.lake.IcebergTables;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Relations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A table version as one publication shows it: its published snapshot is the current one, what came
 * before it is its past, and whatever else the version holds is not there.
 *
 * <p>What is shown lies in a file too, as programs expect that read metadata by its location. It is
 * made when it is first asked for and made again when it is gone. Thread-safe.
 */
final class ShownTables {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int KEPT = 1_000;
  private static final int KEPT_FILES = 20;

  private final IcebergTables tables;
  private final Path directory;
  private final Map<String, TableMetadata> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TableMetadata> eldest) {
          return size() > KEPT;
        }
      };

  ShownTables(IcebergTables tables, Path directory) {
    this.tables = tables;
    this.directory = directory;
  }

  /**
   * The metadata that stands for a publication of stored rows.
   *
   * @throws NotFoundException if the lake no longer has them
   */
  TableMetadata of(Publication publication, Publication.Stored stored) {
    VersionId version = Relations.version(publication.content());
    TableMetadata whole =
        tables.metadata(version).orElseThrow(() -> gone(version, stored.snapshotId()));
    // Expired snapshots and used-up sequence numbers show, too: both change with the version's
    // metadata file.
    String name =
        "%d-%s.metadata.json"
            .formatted(
                publication.id(),
                UUID.nameUUIDFromBytes(
                    String.valueOf(whole.metadataFileLocation()).getBytes(StandardCharsets.UTF_8)));
    Path file = directory.resolve(version.physicalName()).resolve(name);
    synchronized (known) {
      TableMetadata shown = known.get(file.toString());
      if (shown != null) {
        return shown;
      }
    }
    TableMetadata shown = show(whole, publication, stored.snapshotId(), file);
    synchronized (known) {
      known.put(file.toString(), shown);
    }
    return shown;
  }

  private TableMetadata show(
      TableMetadata whole, Publication publication, long snapshotId, Path file) {
    Snapshot current = whole.snapshot(snapshotId);
    if (current == null) {
      throw gone(Relations.version(publication.content()), snapshotId);
    }
    Set<Long> past = new HashSet<>();
    SnapshotUtil.ancestorsOf(snapshotId, whole::snapshot).forEach(s -> past.add(s.snapshotId()));
    ObjectNode root = parse(TableMetadataParser.toJson(whole));
    root.put("current-snapshot-id", snapshotId);
    if (current.schemaId() != null) {
      root.put("current-schema-id", current.schemaId());
    }
    keep(root, "snapshots", past);
    keep(root, "statistics", past);
    keep(root, "partition-statistics", past);
    ObjectNode main = JSON.createObjectNode().put("snapshot-id", snapshotId).put("type", "branch");
    root.set("refs", JSON.createObjectNode().set("main", main));
    root.set("metadata-log", JSON.createArrayNode());
    ArrayNode log = log(whole, past);
    root.set("snapshot-log", log);
    root.put("last-updated-ms", log.get(log.size() - 1).get("timestamp-ms").asLong());
    TableMetadata shown = TableMetadataParser.fromJson(file.toString(), root.toString());
    write(shown, file);
    return shown;
  }

  private static void keep(ObjectNode root, String list, Set<Long> snapshots) {
    if (root.get(list) instanceof ArrayNode array) {
      ArrayNode kept = JSON.createArrayNode();
      for (JsonNode entry : array) {
        if (snapshots.contains(entry.get("snapshot-id").asLong())) {
          kept.add(entry);
        }
      }
      root.set(list, kept);
    }
  }

  /** The past in the order of the commits; a clock that was set back does not turn it around. */
  private static ArrayNode log(TableMetadata whole, Set<Long> past) {
    ArrayNode log = JSON.createArrayNode();
    long latest = Long.MIN_VALUE;
    for (Snapshot snapshot :
        whole.snapshots().stream()
            .filter(snapshot -> past.contains(snapshot.snapshotId()))
            .sorted(Comparator.comparingLong(Snapshot::sequenceNumber))
            .toList()) {
      latest = Math.max(latest, snapshot.timestampMillis());
      log.addObject().put("timestamp-ms", latest).put("snapshot-id", snapshot.snapshotId());
    }
    return log;
  }

  private static ObjectNode parse(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Iceberg wrote what is no JSON", e);
    }
  }

  private void write(TableMetadata shown, Path file) {
    if (Files.exists(file)) {
      return;
    }
    try (PositionOutputStream out =
        tables.io().newOutputFile(file.toString()).createOrOverwrite()) {
      out.write(TableMetadataParser.toJson(shown).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    forgetOld(file.resolveSibling(""));
  }

  /** Whoever loaded an older state has its content; only its file goes. */
  private void forgetOld(Path home) {
    try (Stream<Path> files = Files.list(home)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .sorted(Comparator.comparing(ShownTables::modified).reversed())
          .skip(KEPT_FILES)
          .forEach(file -> tables.io().deleteFile(file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // Another request was faster to forget it.
    }
  }

  private static NotFoundException gone(VersionId version, long snapshotId) {
    return new NotFoundException(
        "Cannot read table '%s': the lake has no snapshot %s of version %s any more. Build it"
            + " again: headrace run --full-refresh --select %s",
        version.table(), snapshotId, version.fingerprint(), version.table());
  }
}
