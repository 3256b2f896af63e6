package dev.headrace.decisions.adworld.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Turns a day's spooled auctions into the Parquet file that the exchange exports.
 *
 * <p>DuckDB writes it with one thread and in order, so that the bytes are a function of the rows;
 * it streams the spool in row groups. One export runs beside the simulation, never two.
 */
final class ParquetExport implements AutoCloseable {
  private final Path folder;
  private final ExecutorService worker;
  private @Nullable Future<?> running;

  ParquetExport(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.worker =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("adworld-parquet").unstarted(task));
  }

  Path spoolFile(String date) {
    return folder.resolve(date + ".csv");
  }

  /** Begins to export, after the export before has ended; deletes the spool file. */
  void submit(Path spool, Path parquet) throws IOException {
    await();
    running = worker.submit(() -> export(spool, parquet), null);
  }

  void finish() throws IOException {
    await();
    Files.delete(folder);
  }

  private void await() throws IOException {
    if (running != null) {
      try {
        running.get();
      } catch (ExecutionException e) {
        throw new IOException("Parquet export: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted while exporting Parquet");
      }
      running = null;
    }
  }

  private void export(Path spool, Path parquet) {
    Properties settings = new Properties();
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", "256MB");
    settings.setProperty("temp_directory", folder.toString());
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    // A COPY takes no parameter for its target: here, and only here, a path becomes SQL text.
    String sql =
        """
          copy (
            select request_id, make_timestamp(epoch_millis * 1000) as occurred_at,
                   nullif(visitor_id, '') as visitor_id, site_id, placement, position, campaign_id,
                   floor_cpm, bid_cpm, outcome, clearing_cpm, is_ghost
            from read_csv($spool, header = false, auto_detect = false, delim = ',', quote = '',
                 escape = '', new_line = '\\n', force_not_null = ['visitor_id'],
                 columns = {'request_id': 'varchar', 'epoch_millis': 'bigint', 'visitor_id': 'varchar',
                   'site_id': 'varchar', 'placement': 'varchar', 'position': 'tinyint',
                   'campaign_id': 'varchar', 'floor_cpm': 'decimal(9,3)', 'bid_cpm': 'decimal(9,3)',
                   'outcome': 'varchar', 'clearing_cpm': 'decimal(9,3)', 'is_ghost': 'boolean'})
          ) to $parquet (format parquet, compression zstd, row_group_size 122880)
        """
            .replace("$parquet", quoted(parquet))
            .replace("$spool", quoted(spool));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      Files.delete(spool);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }

  @Override
  public void close() {
    worker.shutdownNow();
    worker.close();
  }
}
