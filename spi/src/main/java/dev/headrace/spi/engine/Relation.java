package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.util.List;

/** What a name in a query's FROM stands for. */
public sealed interface Relation {

  /**
   * A table as of one snapshot: exactly these Parquet files, read by field id.
   *
   * @param schema the columns to present, with their ids; a file that lacks an id yields null
   * @param files absolute paths; none is an empty table
   * @param rows rows in all files together
   */
  record Files(Schema schema, List<String> files, long rows) implements Relation {
    public Files {
      files = List.copyOf(files);
    }
  }

  /** A query that is expanded wherever it is named. */
  record View(Query query) implements Relation {}
}
