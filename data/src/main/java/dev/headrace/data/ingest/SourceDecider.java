package dev.headrace.data.ingest;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.LoadedFile;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decider;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Published;
import dev.headrace.core.plan.Staleness;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells what has to be loaded, by listing files; opens only those that look changed. */
final class SourceDecider implements Decider {
  private final Path projectDirectory;

  SourceDecider(Path projectDirectory) {
    this.projectDirectory = projectDirectory;
  }

  @Override
  public Decision decide(Asset asset, Published published, BuildOptions options) {
    SourceSpec spec = (SourceSpec) asset.declaration().spec();
    List<SourceFile> files;
    try {
      files = discover(spec);
    } catch (HeadraceException e) {
      return new Decision.Build(List.of(phrase(e)), new SourceWork.Unreadable());
    }
    Staleness staleness = Staleness.of(asset, published, "definition");
    if (options.isFullRefresh()) {
      List<String> reasons = new ArrayList<>(List.of("full refresh"));
      reasons.addAll(lost(asset, published, files));
      return new Decision.Build(reasons, new SourceWork.Replace(files));
    }
    if (staleness.current().isEmpty()) {
      List<String> reasons = new ArrayList<>(staleness.reasons());
      reasons.add(count(files.size(), "file"));
      reasons.addAll(lost(asset, published, files));
      return new Decision.Build(reasons, new SourceWork.Replace(files));
    }
    FileChanges changes =
        FileChanges.compare(
            files, List.copyOf(published.loadedFiles(staleness.current().get()).values()));
    List<String> warnings = warnings(asset, spec, changes);
    return spec.load() == Load.REPLACE
        ? replace(files, changes, staleness, warnings)
        : append(changes, staleness, warnings);
  }

  /** Where there is a key, the rows of copies are dropped as duplicates. */
  private static List<String> warnings(Asset asset, SourceSpec spec, FileChanges changes) {
    Set<String> gone = changes.missing().stream().map(LoadedFile::path).collect(Collectors.toSet());
    Map<String, String> copies = new TreeMap<>(changes.copies());
    if (spec.load() == Load.REPLACE) {
      copies.values().removeAll(gone); // Their rows go with them.
    }
    return spec.key().isEmpty()
        ? new Copies(copies, gone).warnings(asset.name(), spec.load())
        : List.of();
  }

  /** "Cannot find files 'x': nothing matches." as a reason among others. */
  private static String phrase(HeadraceException e) {
    return String.valueOf(e.getMessage()).replaceFirst("^C", "c").replaceFirst("\\.$", "");
  }

  /** The files the source names, as they lie there now. */
  List<SourceFile> discover(SourceSpec spec) {
    return SourceFiles.discover(spec.files(), projectDirectory);
  }

  /** Whether a file that was loaded no longer lies there. */
  boolean isGone(String path) {
    return Files.notExists(projectDirectory.resolve(path));
  }

  /** What was loaded and can be loaded no more, so that building from nothing drops it. */
  private static List<String> lost(Asset asset, Published published, List<SourceFile> files) {
    Map<String, LoadedFile> gone = new HashMap<>();
    published.table(asset.name()).map(published::loadedFiles).ifPresent(gone::putAll);
    files.forEach(file -> gone.remove(file.path()));
    long rows = gone.values().stream().mapToLong(LoadedFile::rows).sum();
    return gone.isEmpty()
        ? List.of()
        : List.of(
            "%s gone, with %,d row%s"
                .formatted(count(gone.size(), "file"), rows, rows == 1 ? "" : "s"));
  }

  private static Decision replace(
      List<SourceFile> files, FileChanges changes, Staleness staleness, List<String> warnings) {
    List<String> reasons = reasons(changes);
    if (!changes.missing().isEmpty()) {
      reasons.add(count(changes.missing().size(), "file") + " gone");
    }
    return reasons.isEmpty()
        ? settled(staleness)
        : new Decision.Build(reasons, new SourceWork.Replace(files), warnings);
  }

  private static Decision append(FileChanges changes, Staleness staleness, List<String> warnings) {
    if (changes.isEmpty()) {
      return settled(staleness);
    }
    SourceWork work =
        changes.changed().isEmpty()
            ? new SourceWork.Append(changes.fresh())
            : new SourceWork.Exchange(changes.changed(), changes.fresh());
    return new Decision.Build(reasons(changes), work, warnings);
  }

  private static Decision settled(Staleness staleness) {
    return staleness.reasons().isEmpty()
        ? Decision.Skip.UP_TO_DATE
        : new Decision.Build(staleness.reasons(), new SourceWork.Recheck());
  }

  private static List<String> reasons(FileChanges changes) {
    List<String> reasons = new ArrayList<>();
    if (!changes.fresh().isEmpty()) {
      reasons.add(count(changes.fresh().size(), "new file"));
    }
    if (!changes.changed().isEmpty()) {
      reasons.add(count(changes.changed().size(), "changed file"));
    }
    return reasons;
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
