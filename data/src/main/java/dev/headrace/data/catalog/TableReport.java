package dev.headrace.data.catalog;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one table without reading its rows.
 *
 * @param name as declared
 * @param asset who publishes it; empty when its declaration was removed
 * @param inputs assets it is made from
 * @param readers assets that read what the asset publishes
 * @param publication what the environment shows; empty when it was never built
 * @param schema its columns; empty when it was never built
 * @param checks their outcome in the latest run that made any, by name
 * @param sideTables the asset's other tables that are published
 */
public record TableReport(
    String name,
    Optional<Asset> asset,
    List<String> inputs,
    List<String> readers,
    Optional<Publication> publication,
    Optional<Schema> schema,
    List<CheckRecord> checks,
    List<Publication> sideTables) {
  public TableReport {
    inputs = List.copyOf(inputs);
    readers = List.copyOf(readers);
    checks = List.copyOf(checks);
    sideTables = List.copyOf(sideTables);
  }

  /** Whether it is one of the asset's tables besides its own, such as {@code orders__rejected}. */
  public boolean isSideTable() {
    return asset.isPresent() && !asset.get().name().equalsIgnoreCase(name);
  }

  /** Whether what is shown was built from the definition as it is now, and its inputs' too. */
  public boolean isCurrentDefinition() {
    return publication
        .map(Publication::content)
        .map(Publication.Content::fingerprint)
        .equals(asset.map(known -> known.fingerprint().hex()));
  }

  /** Days between the first and the last built one that are not built. */
  public DayRanges gaps() {
    DayRanges days = publication.map(shown -> shown.content().days()).orElse(DayRanges.none());
    return days.isEmpty()
        ? days
        : DayRanges.of(days.ranges().getFirst().from(), days.ranges().getLast().to()).minus(days);
  }
}
