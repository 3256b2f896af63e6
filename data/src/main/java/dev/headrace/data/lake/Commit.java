package dev.headrace.data.lake;

import dev.headrace.spi.schema.Schema;
import java.util.Map;
import java.util.Optional;

/**
 * One change to one table version, stated completely: it means the same however often it is tried.
 *
 * @param base the snapshot it starts from, the published one; empty to start from no row. Whatever
 *     was committed after the base and never published is left behind.
 * @param schema the columns of the added files, with the ids of {@link Lake#assignIds}
 * @param layout as on creation of the version
 * @param summary notes kept with the snapshot, for example the run that made it
 */
public record Commit(
    VersionId version,
    Optional<Long> base,
    Schema schema,
    Layout layout,
    Change change,
    Map<String, String> summary) {
  public Commit {
    summary = Map.copyOf(summary);
  }
}
