package dev.headrace.spark.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing to do, with everything it needs.
 *
 * @param id chosen by the asker, for {@link Protocol#CANCEL}
 * @param directories the only places where files may be read and written
 * @param timeZone in which instants are read from and written as text, and days are cut
 * @param statement what to run
 * @param sources what names in FROM stand for, by index; a source comes behind those it reads
 * @param target where the rows go; null when they are wanted
 * @param columnsOnly whether only the columns are wanted: nothing is run, no file is opened
 */
public record Work(
    String id,
    List<String> directories,
    String timeZone,
    Statement statement,
    List<Source> sources,
    @Nullable Target target,
    boolean columnsOnly) {

  /**
   * One SELECT in Spark's dialect, parameters filled in.
   *
   * @param sources index in {@link Work#sources} by what FROM may name, in lower case
   */
  public record Statement(String sql, Map<String, Integer> sources) {}

  /** Either files or a view; the other is null. */
  public record Source(@Nullable Files files, @Nullable Statement view) {}

  /**
   * Parquet files, read by field id.
   *
   * @param schema in Iceberg's JSON
   * @param paths absolute
   * @param snapshot the same as a snapshot of a table that the catalog has; null when there is none
   */
  public record Files(String schema, List<String> paths, @Nullable Snapshot snapshot) {}

  /** A table of the catalog at one commit. */
  public record Snapshot(String table, long id) {}

  /**
   * Where and how rows become Parquet files.
   *
   * @param schema in Iceberg's JSON; the statement yields these columns in this order
   * @param day the column by whose UTC day files are split
   * @param fileBytes a file that grows beyond this is followed by another
   */
  public record Target(
      String directory, String prefix, String schema, @Nullable String day, long fileBytes) {}
}
