package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Executes SQL over lake tables. An engine only reads lists of Parquet files and writes Parquet
 * files; it knows nothing of catalogs, commits or the ledger.
 *
 * <p>Thread-safe: several queries may run at once within one memory limit. Failures are {@link
 * dev.headrace.spi.error.HeadraceException}s; a cancelled query throws {@link
 * java.util.concurrent.CancellationException} and leaves no file behind.
 */
public interface SqlEngine extends AutoCloseable {
  /** The name used in {@code headrace.yaml}, for example {@code duckdb}. */
  String name();

  /** The columns the query would yield, without running it; ids are 0. */
  Schema describe(Query query);

  /** Runs the query and streams its rows. */
  Rows execute(Query query, Watch watch);

  /** Runs the query and streams its columns: what {@link #execute} yields, for arrays. */
  default Columns columns(Query query, Watch watch) {
    return Columns.of(execute(query, watch));
  }

  /** What all queries together may hold in memory, in bytes; empty where it is not known here. */
  default OptionalLong memoryBytes() {
    return OptionalLong.empty();
  }

  /**
   * How many bytes may be held for {@link Relation.Computed} beside what the engine itself uses; 0
   * where it takes no such relation.
   */
  default long roomForComputed() {
    return 0;
  }

  /**
   * SQL of an aggregate that counts the different values of a whole-number column with one bit for
   * each number from {@code least} to {@code greatest}: exact, null over no value, nulls left out.
   * Empty where the engine has no such aggregate or no room for as many bits.
   *
   * @param column the column as SQL; holds no number outside the bounds
   */
  default Optional<String> countDistinctByBits(String column, long least, long greatest) {
    return Optional.empty();
  }

  /**
   * Runs the query and writes its rows as Parquet files with field ids. On failure no file is left
   * behind.
   *
   * @return the finished files; none when the query yields no row
   */
  List<WrittenFile> write(Query query, WriteTarget target, Watch watch);

  @Override
  void close();
}
