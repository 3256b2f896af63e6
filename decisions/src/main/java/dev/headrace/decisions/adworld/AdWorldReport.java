package dev.headrace.decisions.adworld;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a simulation wrote.
 *
 * @param directory where the world lies
 * @param files every event file, in the order written; dimension and truth files are not listed
 * @param seconds wall time of the whole simulation, writing included
 */
public record AdWorldReport(Path directory, List<EventFile> files, double seconds) {
  public AdWorldReport {
    files = List.copyOf(files);
  }

  /**
   * One raw event file.
   *
   * @param path relative to the world's directory, with forward slashes
   * @param rows lines or Parquet rows, broken ones included, headers not
   * @param bytes size on disk
   * @param dirt rows per kind; kinds that do not occur are absent
   */
  public record EventFile(String path, long rows, long bytes, Map<Dirt, Long> dirt) {
    public EventFile {
      dirt = Map.copyOf(dirt);
    }
  }

  /** Raw event rows in all files. */
  public long events() {
    return files.stream().mapToLong(EventFile::rows).sum();
  }

  /** Bytes of all raw event files. */
  public long bytes() {
    return files.stream().mapToLong(EventFile::bytes).sum();
  }

  /** Raw event rows written per second of wall time. */
  public double eventsPerSecond() {
    return events() / seconds;
  }

  /** Dirty rows per kind over all files; a row with two kinds of dirt counts for both. */
  public Map<Dirt, Long> dirt() {
    Map<Dirt, Long> sums = new EnumMap<>(Dirt.class);
    files.forEach(file -> file.dirt().forEach((kind, rows) -> sums.merge(kind, rows, Long::sum)));
    return sums;
  }
}
