package dev.headrace.data.ingest;

import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import java.time.Instant;
import java.util.List;

/**
 * What came of a load; nothing is published yet. {@code rowsRead = rowsLoaded + rejected +
 * duplicates}.
 *
 * @param schema the table's columns, with ids, after the load
 * @param written files with the loaded rows
 * @param rejectedWritten files with the rejected rows, in the columns of {@link RejectedRows}
 * @param rowsRead records found in the files; blank lines are none
 * @param rejected records kept aside
 * @param duplicates records dropped because their key was there already
 * @param reasons why records were rejected, the most frequent first
 * @param files what was loaded, for the ledger
 */
public record LoadResult(
    Schema schema,
    List<WrittenFile> written,
    List<WrittenFile> rejectedWritten,
    long rowsRead,
    long rowsLoaded,
    long rejected,
    long duplicates,
    List<Reason> reasons,
    List<File> files) {
  public LoadResult {
    written = List.copyOf(written);
    rejectedWritten = List.copyOf(rejectedWritten);
    reasons = List.copyOf(reasons);
    files = List.copyOf(files);
  }

  /**
   * One file's part.
   *
   * @param hash {@link ContentHash} of the bytes that were loaded
   */
  public record File(
      String path, long sizeBytes, Instant modified, String hash, long rowsRead, long rejected) {
    /** What the ledger remembers. */
    public LoadedFile loaded() {
      return new LoadedFile(path, sizeBytes, modified, hash);
    }
  }

  /**
   * One way in which records were wrong.
   *
   * @param text without the offending value
   * @param example the first one's place and value
   */
  public record Reason(String text, long rows, String example) {}
}
