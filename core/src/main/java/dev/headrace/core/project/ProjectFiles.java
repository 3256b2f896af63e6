package dev.headrace.core.project;

import dev.headrace.spi.error.Location;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the declarations of a project: which file declares which asset of which kind. */
final class ProjectFiles {
  /** Left behind by editors and version control; never declarations, never mistakes. */
  private static final Pattern IGNORED =
      Pattern.compile("\\..*|.*~|#.*#|.*\\.(md|bak|orig|rej|tmp|swp)|4913");

  private final Path project;
  private final List<Kind<?>> kinds;
  private final Problems problems;
  private final Map<String, String> fileByName = new HashMap<>();
  private final List<Found> found = new ArrayList<>();

  /** A file that declares an asset. */
  record Found(Kind<?> kind, String name, Path path, String file) {}

  ProjectFiles(Path project, List<Kind<?>> kinds, Problems problems) {
    this.project = project;
    this.kinds = kinds;
    this.problems = problems;
  }

  /** All declarations, in order of kinds and then of paths. */
  List<Found> find() {
    for (Kind<?> kind : kinds) {
      Path folder = project.resolve(kind.folder());
      if (Files.isDirectory(folder)) {
        walk(kind, folder, new HashSet<>());
      }
    }
    misspeltFolders();
    return found;
  }

  private void walk(Kind<?> kind, Path folder, Set<Path> above) {
    Path real;
    try {
      real = folder.toRealPath();
    } catch (IOException e) {
      problems.add(
          Location.of(file(folder)), "The folder cannot be read.", "Check its permissions.");
      return;
    }
    if (!above.add(real)) {
      problems.add(
          Location.of(file(folder)),
          "The folder is a link to a folder above it.",
          "Remove the link.");
      return;
    }
    for (Path path : entries(folder)) {
      String fileName = path.getFileName().toString();
      if (IGNORED.matcher(fileName).matches()) {
        continue;
      }
      if (Files.isDirectory(path)) {
        walk(kind, path, above);
      } else {
        declaration(kind, path, fileName);
      }
    }
    above.remove(real);
  }

  private void declaration(Kind<?> kind, Path path, String fileName) {
    String file = file(path);
    String extension = extension(kind.form());
    if (kind.besides().stream().anyMatch(fileName::endsWith)) {
      return;
    }
    if (!fileName.endsWith(extension)) {
      boolean yml = kind.form() == Kind.FileForm.YAML && fileName.endsWith(".yml");
      problems.add(
          Location.of(file),
          "Files in " + kind.folder() + "/ end in " + extension + ".",
          yml
              ? "Rename it to " + fileName.replace(".yml", ".yaml") + "."
              : "Rename it, or move it to another folder.");
      return;
    }
    String name = fileName.substring(0, fileName.length() - extension.length());
    if (!AssetNames.isWord(name) || name.contains("__")) {
      problems.add(
          Location.of(file),
          name.contains("__")
              ? "The name '" + name + "' contains '__', which is reserved for side tables."
              : "The name '" + name + "' is not made of lower-case letters, digits and '_'.",
          "Rename it to " + AssetNames.nearest(name) + extension + ".");
      return;
    }
    if (AssetNames.isReserved(name)) {
      problems.add(
          Location.of(file),
          "The name '" + name + "' is a reserved word of SQL.",
          "Rename it, for example to " + name + "s" + extension + ".");
      return;
    }
    String other = fileByName.putIfAbsent(name, file);
    if (other != null) {
      problems.add(
          Location.of(file),
          "The name '" + name + "' is taken by " + other + ".",
          "Names are unique in a project: rename one of them.");
      return;
    }
    found.add(new Found(kind, name, path, file));
  }

  /** A folder such as {@code table/} with declarations in it would be overlooked in silence. */
  private void misspeltFolders() {
    List<String> folders = kinds.stream().map(Kind::folder).toList();
    for (Path path : entries(project)) {
      String name = path.getFileName().toString();
      if (!Files.isDirectory(path) || name.startsWith(".") || folders.contains(name)) {
        continue;
      }
      Names.nearest(name, folders)
          .filter(near -> holdsDeclarations(path, near))
          .ifPresent(
              near ->
                  problems.add(
                      Location.of(file(path)),
                      "The folder '" + name + "' is of no kind.",
                      "Did you mean '" + near + "'?"));
    }
  }

  private boolean holdsDeclarations(Path folder, String meant) {
    return kinds.stream()
        .filter(kind -> kind.folder().equals(meant))
        .map(kind -> extension(kind.form()))
        .anyMatch(
            extension -> entries(folder).stream().anyMatch(p -> p.toString().endsWith(extension)));
  }

  private static String extension(Kind.FileForm form) {
    return switch (form) {
      case YAML -> ".yaml";
      case SQL -> ".sql";
    };
  }

  private List<Path> entries(Path folder) {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      List<Path> entries = new ArrayList<>();
      stream.forEach(entries::add);
      entries.sort((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()));
      return entries;
    } catch (IOException e) {
      problems.add(
          Location.of(file(folder)), "The folder cannot be read.", "Check its permissions.");
      return List.of();
    }
  }

  /** The path as a user would type it inside the project. */
  private String file(Path path) {
    return project.relativize(path).toString().replace('\\', '/');
  }
}
