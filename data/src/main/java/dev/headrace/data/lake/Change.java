package dev.headrace.data.lake;

import dev.headrace.spi.engine.WrittenFile;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/** What a commit does to the rows of its base snapshot. */
public sealed interface Change {
  /** The files whose rows it adds. */
  List<WrittenFile> added();

  /** All rows stay, those of the files are added. */
  record Append(List<WrittenFile> added) implements Change {
    public Append {
      added = List.copyOf(added);
    }
  }

  /** No row stays, those of the files take their place. */
  record Replace(List<WrittenFile> added) implements Change {
    public Replace {
      added = List.copyOf(added);
    }
  }

  /**
   * The rows of some days are replaced; the layout must split files by day. Rows without a time
   * belong to no day: they are neither removed nor may they be added this way.
   *
   * @param from first UTC day
   * @param to the UTC day after the last
   */
  record ReplaceDays(LocalDate from, LocalDate to, List<WrittenFile> added) implements Change {
    public ReplaceDays {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("no day in [" + from + ", " + to + ")");
      }
      added = List.copyOf(added);
    }
  }

  /**
   * Some files give way to others with the very same rows: fewer and larger ones. What was built
   * from the table stays current, see {@link Lake#changedFiles}.
   *
   * @param removed paths as {@link Lake#files} gave them, all part of the base snapshot
   */
  record Compact(Set<String> removed, List<WrittenFile> added) implements Change {
    public Compact {
      removed = Set.copyOf(removed);
      added = List.copyOf(added);
    }
  }

  /**
   * Some files give way to others: a merge by key, whose rewritten files the engine has made.
   *
   * @param removed paths as {@link Lake#files} gave them, all part of the base snapshot
   */
  record Rewrite(Set<String> removed, List<WrittenFile> added) implements Change {
    public Rewrite {
      removed = Set.copyOf(removed);
      added = List.copyOf(added);
    }
  }
}
