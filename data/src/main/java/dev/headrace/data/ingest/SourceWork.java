package dev.headrace.data.ingest;

import dev.headrace.core.plan.Decision;
import java.util.List;

/** What is to be done for one source. */
public sealed interface SourceWork extends Decision.Work {

  /** These files are added to what is there. */
  record Append(List<SourceFile> files) implements SourceWork {
    public Append {
      files = List.copyOf(files);
    }

    @Override
    public String toString() {
      return "append " + named(files);
    }
  }

  /** The rows of files that changed are taken out and the files are loaded again, with new ones. */
  record Exchange(List<SourceFile> changed, List<SourceFile> fresh) implements SourceWork {
    public Exchange {
      changed = List.copyOf(changed);
      fresh = List.copyOf(fresh);
    }

    @Override
    public String toString() {
      return "exchange " + named(changed) + (fresh.isEmpty() ? "" : ", append " + named(fresh));
    }
  }

  /** The table becomes what the files hold. */
  record Replace(List<SourceFile> files) implements SourceWork {
    public Replace {
      files = List.copyOf(files);
    }

    @Override
    public String toString() {
      return "load " + named(files);
    }
  }

  /** The rows stay, they are only checked again. */
  record Recheck() implements SourceWork {
    @Override
    public String toString() {
      return "checks only";
    }
  }

  /** The files cannot be told; building says why. */
  record Unreadable() implements SourceWork {
    @Override
    public String toString() {
      return "will fail";
    }
  }

  private static String named(List<SourceFile> files) {
    return files.size() == 1 ? files.getFirst().path() : files.size() + " files";
  }
}
