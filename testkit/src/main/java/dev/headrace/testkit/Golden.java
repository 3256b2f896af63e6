package dev.headrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that holds what some output is expected to be. {@code mvn test
 * -Dheadrace.update-golden=true} writes the files anew; the difference is then read in review.
 */
public final class Golden {
  private static final boolean UPDATE = Boolean.getBoolean("headrace.update-golden");

  private final Path file;

  private Golden(Path file) {
    this.file = file;
  }

  /** The expectation in a file, given relative to the root of the source tree. */
  public static Golden of(String file) {
    return new Golden(root().resolve(file));
  }

  /** The root of the source tree. */
  public static Path root() {
    return Path.of(System.getProperty("headrace.root", ""));
  }

  /** Asserts that the file holds exactly this text, or writes it there when asked to. */
  public void matches(String actual) {
    try {
      if (UPDATE) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, actual);
      }
      assertThat(file).as("golden file; write it with -Dheadrace.update-golden=true").exists();
      assertThat(actual)
          .as("%s; write it anew with -Dheadrace.update-golden=true", file)
          .isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot compare with golden file '" + file + "'.", e);
    }
  }
}
