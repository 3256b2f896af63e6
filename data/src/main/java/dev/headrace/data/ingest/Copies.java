package dev.headrace.data.ingest;

import dev.headrace.core.ledger.LoadedFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Files that are loaded though the table has the rows of another file with the same content. That
 * may be meant, so it is told and not refused. A file without a row is no copy of another.
 *
 * @param originals for the path of a copy, the path of the other file
 * @param gone those of the other files that no longer lie there
 */
record Copies(Map<String, String> originals, Set<String> gone) {

  /**
   * Finds them among files that were loaded.
   *
   * @param kept files of earlier loads whose rows stay
   * @param loaded files of this load
   * @param isGone whether the file at a path no longer lies there; asked of few
   */
  static Copies among(
      Collection<LoadedFile> kept, List<LoadedFile> loaded, Predicate<String> isGone) {
    Map<String, List<String>> byContent = new HashMap<>();
    kept.stream().filter(file -> file.rows() > 0).forEach(file -> add(file, byContent));
    Copies found = new Copies(new TreeMap<>(), new TreeSet<>());
    for (LoadedFile file : loaded) {
      List<String> others = byContent.getOrDefault(file.hash(), List.of());
      if (!others.isEmpty()) {
        String there = others.stream().filter(isGone.negate()).findFirst().orElse("");
        found.originals.put(file.path(), there.isEmpty() ? others.getFirst() : there);
        if (there.isEmpty()) {
          found.gone.add(others.getFirst());
        }
      } else if (file.rows() > 0) {
        add(file, byContent);
      }
    }
    return found;
  }

  private static void add(LoadedFile file, Map<String, List<String>> byContent) {
    byContent.computeIfAbsent(file.hash(), hash -> new ArrayList<>()).add(file.path());
  }

  /** What to tell of them: one sentence or two, however many they are. */
  List<String> warnings(String source, Load load) {
    List<String> ofPresent = new ArrayList<>();
    List<String> ofGone = new ArrayList<>();
    originals.forEach((copy, of) -> (gone.contains(of) ? ofGone : ofPresent).add(copy));
    String anew = "headrace run --full-refresh --select " + source + "+";
    List<String> warnings = new ArrayList<>();
    if (!ofPresent.isEmpty()) {
      warnings.add(
          "%s: nothing is left out, its rows come twice. Remove one of the two unless that is meant%s."
              .formatted(
                  copies(source, ofPresent),
                  load == Load.REPLACE ? "" : "; rows that were loaded stay until: " + anew));
    }
    if (!ofGone.isEmpty()) {
      warnings.add(
          "%s, which is gone but keeps its rows: they come twice. Drop the rows of files that are gone with: %s."
              .formatted(copies(source, ofGone), anew));
    }
    return warnings;
  }

  private String copies(String source, List<String> copies) {
    return "File '%s' of source '%s' has the content of '%s'%s"
        .formatted(
            copies.getFirst(),
            source,
            originals.get(copies.getFirst()),
            copies.size() == 1 ? "" : " (and " + (copies.size() - 1) + " more like it)");
  }
}
