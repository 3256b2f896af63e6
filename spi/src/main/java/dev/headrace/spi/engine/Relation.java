package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a name in a query's FROM stands for. */
public sealed interface Relation {
  /**
   * Its columns.
   *
   * @param engine asked for those of a view, and for nothing else
   */
  default Schema schema(Supplier<? extends SqlEngine> engine) {
    return switch (this) {
      case Files files -> files.schema();
      case View view -> engine.get().describe(view.query());
      case Computed computed -> computed.schema();
    };
  }

  /**
   * A table as of one snapshot: exactly these Parquet files, read by field id.
   *
   * @param schema the columns to present, with their ids; a file that lacks an id yields null
   * @param files absolute paths; none is an empty table
   * @param rows rows in all files together
   * @param snapshot what these files are in the lake's catalog, when they are all of a snapshot: an
   *     engine that can reach the catalog may read that instead, and gets the same rows
   */
  record Files(Schema schema, List<String> files, long rows, Optional<Snapshot> snapshot)
      implements Relation {
    public Files {
      files = List.copyOf(files);
    }

    /** Files that are no snapshot, or not yet. */
    public Files(Schema schema, List<String> files, long rows) {
      this(schema, files, rows, Optional.empty());
    }
  }

  /**
   * A table of the lake's catalog at one commit.
   *
   * @param table its name there
   */
  record Snapshot(String table, long id) {}

  /** A query that is expanded wherever it is named. */
  record View(Query query) implements Relation {}

  /**
   * Numbers that this process computes when a query that names them begins, and lets go when it
   * ends, whichever way. Their order is kept: a {@code POSITIONAL JOIN} may rely on it.
   *
   * <p>Only for engines that {@linkplain SqlEngine#roomForComputed() have room for them}; others
   * refuse. A query names it once: a second mention is either answered right or refused.
   *
   * @param schema the columns, of type long or double
   * @param rows computes them; what it throws, the query throws; it may run queries of its own and
   *     is asked anew by each query
   */
  record Computed(Schema schema, Function<Watch, ? extends ComputedColumns> rows)
      implements Relation {}
}
