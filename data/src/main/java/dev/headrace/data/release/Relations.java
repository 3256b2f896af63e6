package dev.headrace.data.release;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.error.HeadraceException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a table's name stands for in an environment: the files of its published snapshot. */
public final class Relations {
  private final Lake lake;

  public Relations(Lake lake) {
    this.lake = lake;
  }

  /**
   * The relations of several tables, by name in lower case, as a query wants them.
   *
   * @throws HeadraceException RELEASE_INPUT_MISSING
   */
  public Map<String, Relation> of(Published published, Collection<String> tables) {
    Map<String, Relation> relations = new LinkedHashMap<>();
    for (String table : tables) {
      relations.put(table.toLowerCase(Locale.ROOT), of(published, table));
    }
    return relations;
  }

  /**
   * The relation of one table.
   *
   * @throws HeadraceException RELEASE_INPUT_MISSING, RELEASE_EXPIRED
   */
  public Relation of(Published published, String table) {
    Publication publication = published.table(table).orElseThrow(() -> missing(published, table));
    Publication.Content content = publication.content();
    if (publication.expired()) {
      throw new HeadraceException(
          ReleaseError.RELEASE_EXPIRED,
          "Cannot read table '%s' as run %d published it: gc has removed the rows of that state."
              .formatted(table, publication.runId()),
          "Name a later state; gc --keep 30d keeps more.");
    }
    return switch (content.data()) {
      case Publication.Stored stored -> lake.scan(version(content), stored.snapshotId());
      case Publication.Virtual view ->
          new Relation.View(Query.of(view.sql(), of(published, content.inputs().keySet())));
    };
  }

  private static HeadraceException missing(Published published, String table) {
    String asset = table.split("__", 2)[0]; // No asset has two in its name: a side table's owner.
    if (!asset.equals(table) && published.table(asset).isPresent()) {
      return new HeadraceException(
          ReleaseError.RELEASE_INPUT_MISSING,
          "Cannot read table '%s': no run has kept a row of '%s' aside in environment '%s'."
              .formatted(table, asset, published.environment()),
          "It is there once a run does: after a failed check or a row that cannot be read.");
    }
    return new HeadraceException(
        ReleaseError.RELEASE_INPUT_MISSING,
        "Cannot read table '%s': it has not been built in environment '%s'."
            .formatted(table, published.environment()),
        "Build it first: headrace run --select +" + asset + ".");
  }

  /** Rows that reading a table reads: its own, or those of the tables a view reads. */
  public static long rows(Relation relation) {
    return switch (relation) {
      case Relation.Files files -> files.rows();
      case Relation.View view ->
          view.query().relations().values().stream().mapToLong(Relations::rows).sum();
      case Relation.Computed _ -> 0;
    };
  }

  /**
   * Range of a table's declared time column; for a view, of the tables it reads. Needs no query.
   */
  public static Optional<Publication.TimeRange> time(Published published, String table) {
    return published
        .table(table)
        .map(Publication::content)
        .flatMap(
            content ->
                switch (content.data()) {
                  case Publication.Stored stored ->
                      stored.time().flatMap(Publication.TimeColumn::range);
                  case Publication.Virtual _ -> time(published, content.inputs().keySet());
                });
  }

  /** Whether a table declares a time column; for a view, whether a table it reads does. */
  public static boolean declaresTime(Published published, String table) {
    return published
        .table(table)
        .map(Publication::content)
        .filter(
            content ->
                switch (content.data()) {
                  case Publication.Stored stored -> stored.time().isPresent();
                  case Publication.Virtual _ ->
                      content.inputs().keySet().stream()
                          .anyMatch(input -> declaresTime(published, input));
                })
        .isPresent();
  }

  /** Range that the declared time columns of several tables span together. */
  public static Optional<Publication.TimeRange> time(
      Published published, Collection<String> tables) {
    return tables.stream()
        .map(table -> time(published, table))
        .flatMap(Optional::stream)
        .reduce(Publication.TimeRange::union);
  }

  /** The lake's name for what a publication shows. */
  public static VersionId version(Publication.Content content) {
    return new VersionId(content.table(), content.fingerprint());
  }
}
