package dev.headrace.cli.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The example project that Headrace carries with it: {@code examples/ads} of the source tree. */
public final class ExampleFiles {
  private static final String FOLDER = "ads";
  private static final String IN_JAR =
      "/" + ExampleFiles.class.getPackageName().replace('.', '/') + "/" + FOLDER;

  private ExampleFiles() {}

  /** Copies the example to {@code directory}; files that are there already are left as they are. */
  public static void copyTo(Path directory) {
    URL example = ExampleFiles.class.getResource(FOLDER + "/" + ProjectDirectory.MARKER);
    if (example == null) {
      throw new IllegalStateException("the example is missing beside " + ExampleFiles.class);
    }
    try {
      URI place = example.toURI();
      if (place.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
          copy(jar.getPath(IN_JAR), directory);
        }
      } else {
        copy(Path.of(place).resolveSibling(""), directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no place: " + example, e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walked = Files.walk(from)) {
      files = walked.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      if (!Files.exists(target)) {
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }
}
