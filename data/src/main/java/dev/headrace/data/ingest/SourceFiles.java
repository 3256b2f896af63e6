package dev.headrace.data.ingest;

import dev.headrace.spi.error.HeadraceException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the raw files of a source by listing directories; opens none.
 *
 * <p>Symbolic links are followed. Files whose name begins with a dot or an underscore are left out
 * of globs, as they are markers and half-written copies by convention.
 */
public final class SourceFiles {
  private static final String GLOB_CHARACTERS = "*?{[";

  private SourceFiles() {}

  /**
   * The files that the paths and globs of {@code spec} stand for, by path.
   *
   * @param projectDirectory what relative paths are relative to
   * @throws HeadraceException INGEST_NO_FILES if one of them matches nothing; INGEST_SPEC if one is
   *     empty or names a directory; INGEST_UNREADABLE if a directory or a file named by its path
   *     cannot be read
   */
  public static List<SourceFile> discover(List<String> globs, Path projectDirectory) {
    Path project = projectDirectory.toAbsolutePath().normalize();
    Map<String, SourceFile> found = new TreeMap<>();
    for (String glob : globs) {
      int before = found.size();
      if (glob.isBlank()) {
        throw new HeadraceException(
            IngestError.INGEST_SPEC,
            "Cannot find files '" + glob + "': the path is empty.",
            "Name files of the project, for example 'data/*.csv'.");
      }
      // A name with a bracket in it is no glob where such a file lies.
      boolean matched =
          (isGlob(glob) && addGlob(glob, project, found)) || addFile(glob, project, found);
      if (!matched && found.size() == before) {
        throw noFiles(glob, project);
      }
    }
    return List.copyOf(found.values());
  }

  /**
   * The format of all files together.
   *
   * @throws HeadraceException INGEST_FORMAT if extensions stand for different formats or for none
   */
  public static Format format(SourceSpec spec, Collection<SourceFile> files) {
    if (spec.format() != null) {
      return spec.format();
    }
    SourceFile first = null;
    Format format = null;
    for (SourceFile file : files) {
      Format own =
          Format.ofFile(file.path())
              .orElseThrow(
                  () ->
                      new HeadraceException(
                          IngestError.INGEST_FORMAT,
                          "Cannot tell the format of '" + file.path() + "' by its extension.",
                          "Say 'format: csv', 'json', 'parquet' or 'lines'."));
      if (format != null && first != null && own != format) {
        throw new HeadraceException(
            IngestError.INGEST_FORMAT,
            "Cannot load '%s' and '%s' as one source: one is %s, the other %s."
                .formatted(first.path(), file.path(), lower(format), lower(own)),
            "Make two sources with a glob each, or say 'format:' if the extensions mislead.");
      }
      format = own;
      first = file;
    }
    return format == null ? Format.CSV : format;
  }

  private static String lower(Format format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  private static boolean isGlob(String text) {
    return text.chars().anyMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0);
  }

  private static boolean addFile(String text, Path project, Map<String, SourceFile> found) {
    Path file = project.resolve(text).normalize();
    if (Files.isDirectory(file)) {
      throw new HeadraceException(
          IngestError.INGEST_SPEC,
          "Cannot read file '" + text + "': it is a directory.",
          "Name the files in it, for example '" + text.replaceAll("/+$", "") + "/*.csv'.");
    }
    if (!Files.exists(file)) {
      return false;
    }
    try {
      add(file, Files.readAttributes(file, BasicFileAttributes.class), project, found);
    } catch (IOException e) {
      throw unreadable(text, e);
    }
    return true;
  }

  private static boolean addGlob(String glob, Path project, Map<String, SourceFile> found) {
    String absolute = glob.startsWith("/") ? glob : escaped(project) + "/" + glob;
    int firstSpecial = 0;
    while (firstSpecial < glob.length() && GLOB_CHARACTERS.indexOf(glob.charAt(firstSpecial)) < 0) {
      firstSpecial++;
    }
    int slash = glob.lastIndexOf('/', firstSpecial);
    Path root =
        slash < 0
            ? project
            : project.resolve(slash == 0 ? "/" : glob.substring(0, slash)).normalize();
    if (!Files.isDirectory(root)) {
      return false;
    }
    String tail = slash < 0 ? glob : glob.substring(slash + 1);
    PathMatcher matcher =
        FileSystems.getDefault()
            .getPathMatcher("glob:" + withEmptyDoubleStar(escaped(root) + "/" + tail));
    int depth =
        tail.contains("**")
            ? Integer.MAX_VALUE
            : (int) tail.chars().filter(c -> c == '/').count() + 1;
    int before = found.size();
    boolean[] matched = {false};
    try {
      Files.walkFileTree(
          root,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          depth,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              boolean hidden = !directory.equals(root) && isHidden(directory);
              return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE; // What it leads to is walked already.
              }
              throw e;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (attributes.isSymbolicLink() && !isHidden(file) && matcher.matches(file)) {
                throw new NoSuchFileException(file + ", a link that leads nowhere");
              }
              if (attributes.isRegularFile() && !isHidden(file) && matcher.matches(file)) {
                add(file, attributes, project, found);
                matched[0] = true;
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw unreadable(absolute, e);
    }
    return matched[0] || found.size() > before;
  }

  /** {@code **}{@code /} also stands for no directory at all, as in every shell. */
  private static String withEmptyDoubleStar(String glob) {
    return glob.replace("/**/", "/{**/,}");
  }

  private static String escaped(Path path) {
    return path.toString().replaceAll("([\\\\*?\\[\\]{}])", "\\\\$1");
  }

  private static boolean isHidden(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(".") || name.startsWith("_");
  }

  private static void add(
      Path file, BasicFileAttributes attributes, Path project, Map<String, SourceFile> found) {
    String path =
        project.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    found.put(
        path,
        new SourceFile(path, file, attributes.size(), attributes.lastModifiedTime().toInstant()));
  }

  private static HeadraceException noFiles(String glob, Path project) {
    Path directory = project.resolve(glob.replaceAll("[*?{\\[].*", "x")).normalize().getParent();
    while (directory != null && !Files.isDirectory(directory)) {
      directory = directory.getParent();
    }
    return new HeadraceException(
        IngestError.INGEST_NO_FILES,
        "Cannot find files '" + glob + "': nothing matches.",
        "The nearest directory that exists is '" + directory + "'; correct 'files'.");
  }

  private static HeadraceException unreadable(String path, IOException e) {
    return new HeadraceException(
        IngestError.INGEST_UNREADABLE,
        "Cannot read '" + path + "': " + e.getMessage() + ".",
        "Check that it is there and that you may read it.",
        e);
  }
}
