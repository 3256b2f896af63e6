package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Failure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The only places a work may read and write files in. */
final class Directories {
  private final List<Path> allowed = new ArrayList<>();
  private final Map<Path, Boolean> known = new HashMap<>();

  Directories(List<String> directories) {
    for (String directory : directories) {
      allowed.add(real(Path.of(directory)));
    }
  }

  /** Returns when a directory, or a file in it, is inside; links count by where they lead. */
  void requireInside(String path) {
    Path file = Path.of(path).toAbsolutePath().normalize();
    Path place = Files.isDirectory(file) || file.getParent() == null ? file : file.getParent();
    boolean inside =
        known.computeIfAbsent(place, p -> allowed.stream().anyMatch(real(p)::startsWith));
    boolean link = Files.isSymbolicLink(file) && allowed.stream().noneMatch(real(file)::startsWith);
    if (!inside || link) {
      throw new Refusal(
          Reason.PERMISSION, "'" + path + "' is outside the directories that may be used", path);
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize(); // Not there: nothing by another name.
    }
  }
}
