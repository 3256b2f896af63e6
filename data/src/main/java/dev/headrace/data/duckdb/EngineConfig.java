package dev.headrace.data.duckdb;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the machine the engine may use, and which directories.
 *
 * @param memoryLimitBytes what DuckDB may hold in memory over all queries together, outside the
 *     Java heap; beyond it queries spill; at least 64 MiB, or 0 for half of what the machine or
 *     container has
 * @param threads worker threads over all queries together, at least 1
 * @param spillDirectory where queries spill; created when first needed
 * @param maxSpillBytes how much may be spilled at any time; 0 means 90 % of what the disk has free
 * @param timeZone in which {@code TIMESTAMPTZ} values are read from and written as text, and days
 *     are cut in SQL; what is stored does not depend on it
 * @param directories the only places the engine reads and writes files in
 * @param targetFileBytes a written file that grows beyond this is followed by another
 * @param encodings how values lie in written files
 */
public record EngineConfig(
    long memoryLimitBytes,
    int threads,
    Path spillDirectory,
    long maxSpillBytes,
    ZoneId timeZone,
    List<Path> directories,
    long targetFileBytes,
    Encodings encodings) {
  private static final long MIB = 1L << 20;

  public EngineConfig {
    if (memoryLimitBytes != 0 && memoryLimitBytes < 64 * MIB) {
      throw new IllegalArgumentException("memoryLimitBytes " + memoryLimitBytes + " < 64 MiB");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads);
    }
    if (maxSpillBytes < 0 || targetFileBytes < 1) {
      throw new IllegalArgumentException(
          "maxSpillBytes " + maxSpillBytes + ", targetFileBytes " + targetFileBytes);
    }
    spillDirectory = spillDirectory.toAbsolutePath().normalize();
    directories = directories.stream().map(dir -> dir.toAbsolutePath().normalize()).toList();
  }

  /**
   * Half of the machine's memory (the Java heap and the file cache need the rest), all processors,
   * UTC, files of about 256 MiB.
   */
  public static EngineConfig defaults(Path spillDirectory, List<Path> directories) {
    return new EngineConfig(
        0,
        Runtime.getRuntime().availableProcessors(),
        spillDirectory,
        0,
        ZoneOffset.UTC,
        directories,
        256 * MIB,
        Encodings.PLAIN);
  }

  /** What DuckDB may hold in memory, in bytes: the limit, or half of what there is. */
  public long memoryBytes() {
    return memoryLimitBytes > 0
        ? memoryLimitBytes
        : ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / 2;
  }

  public EngineConfig withMemoryLimitBytes(long bytes) {
    return new EngineConfig(
        bytes,
        threads,
        spillDirectory,
        maxSpillBytes,
        timeZone,
        directories,
        targetFileBytes,
        encodings);
  }

  public EngineConfig withThreads(int count) {
    return new EngineConfig(
        memoryLimitBytes,
        count,
        spillDirectory,
        maxSpillBytes,
        timeZone,
        directories,
        targetFileBytes,
        encodings);
  }

  public EngineConfig withMaxSpillBytes(long bytes) {
    return new EngineConfig(
        memoryLimitBytes,
        threads,
        spillDirectory,
        bytes,
        timeZone,
        directories,
        targetFileBytes,
        encodings);
  }

  public EngineConfig withTimeZone(ZoneId zone) {
    return new EngineConfig(
        memoryLimitBytes,
        threads,
        spillDirectory,
        maxSpillBytes,
        zone,
        directories,
        targetFileBytes,
        encodings);
  }

  public EngineConfig withTargetFileBytes(long bytes) {
    return new EngineConfig(
        memoryLimitBytes,
        threads,
        spillDirectory,
        maxSpillBytes,
        timeZone,
        directories,
        bytes,
        encodings);
  }

  public EngineConfig withEncodings(Encodings how) {
    return new EngineConfig(
        memoryLimitBytes,
        threads,
        spillDirectory,
        maxSpillBytes,
        timeZone,
        directories,
        targetFileBytes,
        how);
  }

  /** The same with {@code more} directories that may be read and written. */
  public EngineConfig withDirectories(List<Path> more) {
    List<Path> all = new ArrayList<>(directories);
    all.addAll(more);
    return new EngineConfig(
        memoryLimitBytes,
        threads,
        spillDirectory,
        maxSpillBytes,
        timeZone,
        all,
        targetFileBytes,
        encodings);
  }
}
