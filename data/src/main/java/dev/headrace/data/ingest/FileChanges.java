package dev.headrace.data.ingest;

import dev.headrace.core.ledger.LoadedFile;
import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the files that lie there differ from the files that were loaded.
 *
 * <p>A file is known by its path, size, modification time and content. Same path, size and time:
 * unchanged, and not opened. Another size or time: its content is hashed, and only other content
 * makes it changed. A path that was never loaded is new, even if its content was loaded under
 * another path: two stores may well send equal files. {@link #copies} names those, so that a moved
 * file does not double its rows unnoticed; files that are new both are not compared with each
 * other, which would be to read them.
 *
 * @param fresh files that were never loaded under their path
 * @param changed files whose content differs from what was loaded
 * @param touched files with another modification time but the same content
 * @param unchanged files as they were loaded
 * @param missing files that were loaded and are no longer there; their rows stay (append)
 * @param copies for a new or changed file, the path of a loaded one that has the same content, has
 *     rows and has not changed itself; one that is missing only where no other is
 */
public record FileChanges(
    List<SourceFile> fresh,
    List<SourceFile> changed,
    List<SourceFile> touched,
    List<SourceFile> unchanged,
    List<LoadedFile> missing,
    Map<String, String> copies) {

  /** Compares; reads only files whose size or modification time differs or whose size is known. */
  public static FileChanges compare(List<SourceFile> discovered, List<LoadedFile> loaded) {
    Map<String, LoadedFile> byPath = new HashMap<>();
    loaded.forEach(file -> byPath.put(file.path(), file));
    FileChanges result =
        new FileChanges(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new TreeMap<>());
    for (SourceFile file : discovered) {
      LoadedFile known = byPath.remove(file.path());
      if (known == null) {
        result.fresh.add(file);
      } else if (known.sizeBytes() != file.sizeBytes()) {
        result.changed.add(file);
      } else if (known.modified().equals(file.modified())) {
        result.unchanged.add(file);
      } else {
        (known.hash().equals(hash(file)) ? result.touched : result.changed).add(file);
      }
    }
    loaded.stream().filter(file -> byPath.containsKey(file.path())).forEach(result.missing::add);
    result.findCopies(loaded);
    return result;
  }

  private void findCopies(List<LoadedFile> loaded) {
    Set<String> others = changed.stream().map(SourceFile::path).collect(Collectors.toSet());
    missing.forEach(file -> others.add(file.path()));
    Map<Long, List<LoadedFile>> bySize = new HashMap<>();
    Stream.concat(loaded.stream().filter(file -> !others.contains(file.path())), missing.stream())
        .filter(file -> file.rows() > 0)
        .forEach(
            file -> bySize.computeIfAbsent(file.sizeBytes(), size -> new ArrayList<>()).add(file));
    Stream.concat(fresh.stream(), changed.stream())
        .forEach(
            file -> copyOf(file, bySize).ifPresent(copy -> copies.put(file.path(), copy.path())));
  }

  /** Whether there is nothing to load. */
  public boolean isEmpty() {
    return fresh.isEmpty() && changed.isEmpty();
  }

  private static Optional<LoadedFile> copyOf(SourceFile file, Map<Long, List<LoadedFile>> bySize) {
    List<LoadedFile> candidates = bySize.getOrDefault(file.sizeBytes(), List.of());
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    String hash = hash(file);
    return candidates.stream().filter(candidate -> candidate.hash().equals(hash)).findFirst();
  }

  private static String hash(SourceFile file) {
    try {
      return ContentHash.of(file.location());
    } catch (IOException e) {
      throw new HeadraceException(
          IngestError.INGEST_UNREADABLE,
          "Cannot read file '" + file.path() + "': " + e.getMessage() + ".",
          "Check that the file is there and that you may read it.",
          e);
    }
  }
}
