package dev.headrace.cli.compose;

import dev.headrace.cli.process.CliError;
import dev.headrace.spi.error.HeadraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the project a command is about. */
public final class ProjectDirectory {
  /** The file that makes a directory a project. */
  public static final String MARKER = "headrace.yaml";

  /** Where a project keeps everything it can rebuild, unless its marker says otherwise. */
  public static final String STATE = ".headrace";

  private ProjectDirectory() {}

  /**
   * The given directory, or else the nearest one at or above {@code from} that is a project.
   *
   * @param given what the user typed; null when nothing
   * @throws HeadraceException CLI_NO_PROJECT if there is none
   */
  public static Path find(@Nullable Path given, Path from) {
    if (given == null) {
      return nearest(from)
          .orElseThrow(
              () ->
                  new HeadraceException(
                      CliError.CLI_NO_PROJECT,
                      "Cannot find project '%s': no %s here or in a directory above."
                          .formatted(from, MARKER),
                      "Name it with -p DIR, or make one with: headrace init DIR"));
    }
    Path directory = from.resolve(given).normalize();
    if (!Files.isRegularFile(directory.resolve(MARKER))) {
      throw new HeadraceException(
          CliError.CLI_NO_PROJECT,
          "Cannot find project '%s': %s."
              .formatted(
                  given,
                  Files.isDirectory(directory)
                      ? "the directory has no " + MARKER
                      : "there is no such directory"),
          "Check the path, or make a project with: headrace init " + given);
    }
    return directory;
  }

  /** The nearest directory at or above {@code from} that is a project. */
  public static Optional<Path> nearest(Path from) {
    for (Path directory = from; directory != null; directory = directory.getParent()) {
      if (Files.isRegularFile(directory.resolve(MARKER))) {
        return Optional.of(directory);
      }
    }
    return Optional.empty();
  }
}
