package dev.headrace.data.metrics;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.spi.schema.Schema;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What there is of the tables that metrics measure. */
interface Shown {
  /** Whether there is such a table. */
  boolean has(String table);

  /** Columns of a table that is there. */
  Schema schema(String table);

  /**
   * Whether its rows are what its declaration says.
   *
   * @param checked whether that is about its checks, or about how it is built
   */
  boolean isAsDeclared(Asset table, boolean checked);

  /** The tables that an environment shows. */
  static Shown of(Published published, Function<String, Schema> schemas) {
    return new Shown() {
      @Override
      public boolean has(String table) {
        return published.table(table).isPresent();
      }

      @Override
      public Schema schema(String table) {
        return schemas.apply(table);
      }

      @Override
      public boolean isAsDeclared(Asset table, boolean checked) {
        Optional<Publication.Content> shown =
            published.table(table.name()).map(Publication::content);
        return shown.isPresent()
            && (checked
                ? shown.get().audit().equals(table.definition().auditDigest())
                : shown.get().identity().equals(table.definition().identityDigest()));
      }
    };
  }

  /**
   * The tables as they would be if they were built now.
   *
   * @param columns by table name in lower case
   */
  static Shown ofColumns(Map<String, Schema> columns) {
    return new Shown() {
      @Override
      public boolean has(String table) {
        return columns.containsKey(table.toLowerCase(Locale.ROOT));
      }

      @Override
      public Schema schema(String table) {
        return Objects.requireNonNull(columns.get(table.toLowerCase(Locale.ROOT)), table);
      }

      @Override
      public boolean isAsDeclared(Asset table, boolean checked) {
        return true;
      }
    };
  }
}
