package dev.headrace.data.lake;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a sweep would remove. Nothing younger than {@code olderThan} is in it, so work under way is
 * safe.
 *
 * @param dropped versions without a pin; all their snapshots and files go
 * @param expired snapshots without a pin, in versions that stay
 * @param orphans files that no snapshot that stays needs, in versions that stay and in directories
 *     that belong to no version
 */
public record SweepPlan(
    Instant olderThan,
    List<VersionId> dropped,
    Map<VersionId, Set<Long>> expired,
    List<Orphan> orphans,
    long freedBytes) {
  public SweepPlan {
    dropped = List.copyOf(dropped);
    expired = Map.copyOf(expired);
    orphans = List.copyOf(orphans);
  }

  /** A file to delete. */
  public record Orphan(String path, long sizeBytes) {}

  public boolean isEmpty() {
    return dropped.isEmpty() && expired.isEmpty() && orphans.isEmpty();
  }

  /** One line per thing that goes, in a fixed order. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(256);
    text.append(
        String.format(
            Locale.ROOT,
            "sweep of what is older than %s: %d versions, %d snapshots, %d files, %d bytes%n",
            olderThan,
            dropped.size(),
            expired.values().stream().mapToInt(Set::size).sum(),
            orphans.size(),
            freedBytes));
    dropped.stream()
        .map(VersionId::physicalName)
        .sorted()
        .forEach(name -> text.append("  drop version ").append(name).append('\n'));
    Map<String, Set<Long>> byName = new TreeMap<>();
    expired.forEach((version, ids) -> byName.put(version.physicalName(), ids));
    byName.forEach(
        (name, ids) ->
            ids.stream()
                .sorted()
                .forEach(
                    id ->
                        text.append("  expire snapshot ")
                            .append(name)
                            .append(' ')
                            .append(id)
                            .append('\n')));
    orphans.stream()
        .map(Orphan::path)
        .sorted()
        .forEach(path -> text.append("  delete file ").append(path).append('\n'));
    return text.toString();
  }
}
