package dev.headrace.data.draft;

import dev.headrace.core.project.AssetNames;
import dev.headrace.data.ingest.Format;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Gives every raw file a name of its own that an asset may have. */
final class SourceNames {
  private static final String GLOB = ".*[*?{\\[].*";

  private final Set<String> taken = new HashSet<>();

  /**
   * A name for a file or glob: its stem; where that is taken, also its format, its folder or a
   * number.
   *
   * @param isFile whether the path names a file, whatever characters it has
   */
  String name(Path path, Format format, boolean isFile) {
    String stem = isFile ? beforeExtensions(path) : stemOfGlob(path);
    String kind = format.name().toLowerCase(Locale.ROOT);
    Path parent = path.getParent();
    String folder =
        parent == null || parent.getFileName() == null ? "" : parent.getFileName().toString();
    return take(List.of(stem, stem + "_" + kind, folder + "_" + stem));
  }

  /** A name for a table that is proposed. */
  String name(String wanted) {
    return take(List.of(wanted));
  }

  private String take(List<String> wanted) {
    Stream<String> numbered =
        Stream.iterate(2, number -> number + 1).map(number -> wanted.getFirst() + "_" + number);
    return Stream.concat(wanted.stream(), numbered)
        .map(AssetNames::valid)
        .filter(taken::add)
        .findFirst()
        .orElseThrow();
  }

  /** {@code orders} of orders.csv.gz. */
  private static String beforeExtensions(Path path) {
    return path.getFileName().toString().replaceFirst("(?<=.)\\..*$", "");
  }

  /** {@code orders} of orders_*.csv, {@code logs} of logs/*.txt. */
  private static String stemOfGlob(Path path) {
    String stem = beforeExtensions(path);
    String literal = stem.replaceFirst("[*?{\\[].*$", "").replaceAll("[_\\-.]+$", "");
    if (literal.chars().anyMatch(Character::isLetter)) {
      return literal;
    }
    Path folder = path.getParent();
    while (folder != null
        && folder.getFileName() != null
        && folder.getFileName().toString().matches(GLOB)) {
      folder = folder.getParent();
    }
    return folder != null && folder.getFileName() != null ? folder.getFileName().toString() : stem;
  }
}
