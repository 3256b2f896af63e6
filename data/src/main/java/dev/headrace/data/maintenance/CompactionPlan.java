package dev.headrace.data.maintenance;

import dev.headrace.core.ledger.Publication;
import java.util.List;
import java.util.Optional;

/**
 * Small files of an environment's tables that are worth rewriting, and into what.
 *
 * @param tables those with any, by name
 */
public record CompactionPlan(List<Table> tables) {
  public CompactionPlan {
    tables = List.copyOf(tables);
  }

  /**
   * One table's part.
   *
   * @param publication what the environment shows of it
   * @param bundles files that become one, or a few large ones, each
   */
  public record Table(Publication publication, List<Bundle> bundles) {
    public Table {
      bundles = List.copyOf(bundles);
    }

    /** Number of files to be rewritten. */
    public int files() {
      return bundles.stream().mapToInt(bundle -> bundle.files().size()).sum();
    }

    /** Their size. */
    public long bytes() {
      return bundles.stream().mapToLong(Bundle::bytes).sum();
    }
  }

  /**
   * Files that belong together.
   *
   * @param files paths, in the order their rows keep
   * @param rows rows in all of them
   * @param bytes size of all of them
   * @param splitBy the column whose days files are split by; empty when they are not
   */
  public record Bundle(List<String> files, long rows, long bytes, Optional<String> splitBy) {
    public Bundle {
      files = List.copyOf(files);
    }
  }
}
