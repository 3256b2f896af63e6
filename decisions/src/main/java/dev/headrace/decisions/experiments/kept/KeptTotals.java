package dev.headrace.decisions.experiments.kept;

import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Lake;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The totals of experiments' units, kept from one analysis to the next, so that a further day costs
 * what that day's rows cost.
 *
 * <p>Squares of totals do not add up over days, totals do. So a row per unit is kept, and the sums
 * of all of them. Rows of later days are added up by unit and kept above those totals, and the sums
 * change by what that changes of each unit; units that other rows are about get new totals, and the
 * sums change by what these differ from those in whose place they are. Sums are exact, so the
 * result is the very same as that of the whole statement. What is kept is a memory of what lies in
 * the lake: deleting it loses time and nothing else.
 */
public final class KeptTotals {
  /**
   * What an engine holds for each total while it adds up rows: 20 to 40 bytes. Where all units at
   * once do not fit into memory, reading rows again costs less than writing totals away.
   */
  static final long BYTES_PER_TOTAL = 32;

  /** For an engine that does not say how much memory it has. */
  private static final long TOTALS_AT_ONCE = 60_000_000;

  private final Path directory;
  private final Lake lake;
  private final OptionalLong totalsAtOnce;

  /**
   * @param directory this class's own; made when needed
   */
  public KeptTotals(Path directory, Lake lake) {
    this(directory, lake, OptionalLong.empty());
  }

  /**
   * @param totalsAtOnce units times totals of each that are added up at once; of more, in turns.
   *     Empty for as many as the engine has memory for
   */
  public KeptTotals(Path directory, Lake lake, OptionalLong totalsAtOnce) {
    this.directory = directory;
    this.lake = lake;
    this.totalsAtOnce = totalsAtOnce;
  }

  /**
   * The sums of an experiment.
   *
   * @param sql the whole statement, which says the same
   * @param types of the values
   */
  public Sums sums(
      String experiment,
      ExperimentSpec spec,
      UnitScan scan,
      String sql,
      List<Type> types,
      Published published,
      Scanner scanner,
      Watch watch) {
    Path place = directory.resolve(experiment).resolve(published.environment());
    try {
      Files.createDirectories(place);
      try (FileChannel channel =
              FileChannel.open(
                  place.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          @Nullable FileLock lock = tryLock(channel)) {
        if (lock == null) {
          return scanner.sums(scan, sql, watch); // Somebody else is at it.
        }
        return new Keeping(
                place,
                lake,
                totalsAtOnce(scanner.engine()),
                spec,
                scan,
                types,
                published,
                scanner,
                watch)
            .sums(sql);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long totalsAtOnce(SqlEngine engine) {
    OptionalLong memory = engine.memoryBytes();
    return totalsAtOnce.orElse(
        memory.isPresent() ? memory.getAsLong() / BYTES_PER_TOTAL : TOTALS_AT_ONCE);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
