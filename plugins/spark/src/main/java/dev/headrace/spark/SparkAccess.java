package dev.headrace.spark;

import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What one engine may see of the machine, and how it writes.
 *
 * @param directories the only places files are read and written in
 * @param timeZone in which instants are read from and written as text, and days are cut in SQL
 * @param targetFileBytes a written file that grows beyond this is followed by another
 */
public record SparkAccess(List<Path> directories, ZoneId timeZone, long targetFileBytes) {
  public SparkAccess {
    directories = directories.stream().map(dir -> dir.toAbsolutePath().normalize()).toList();
  }

  /** UTC, files of about 256 MiB. */
  public static SparkAccess to(List<Path> directories) {
    return new SparkAccess(directories, ZoneOffset.UTC, 256L << 20);
  }

  public SparkAccess withTimeZone(ZoneId zone) {
    return new SparkAccess(directories, zone, targetFileBytes);
  }
}
