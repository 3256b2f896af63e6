package dev.headrace.spark;

import dev.headrace.spi.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;

/**
 * Spark's libraries by name, size and SHA-256, in the order of the class path.
 *
 * <p>The list is part of Headrace: what runs on a user's machine is what was tested, whatever a
 * repository hands out, and starting needs no walk through a tree of dependencies.
 *
 * @param digest of the list itself
 */
record JarList(List<Jar> jars, String digest) {
  private static final String RESOURCE = "spark-jars.txt";

  /**
   * One file.
   *
   * @param coordinates as Maven writes them
   */
  record Jar(String coordinates, long bytes, String sha256) {
    String line() {
      return sha256 + " " + bytes + " " + coordinates;
    }
  }

  /** The list that this build comes with. */
  static JarList shipped() {
    try (InputStream in =
        Objects.requireNonNull(JarList.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JarList parse(String text) {
    List<Jar> jars =
        text.lines()
            .filter(line -> !line.isBlank())
            .map(line -> line.split(" ", 3))
            .map(words -> new Jar(words[2], Long.parseLong(words[1]), words[0]))
            .toList();
    return new JarList(jars, Sha256.hex(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** All files together. */
  long bytes() {
    return jars.stream().mapToLong(Jar::bytes).sum();
  }

  static String sha256(Path file) {
    MessageDigest digest = Sha256.begin();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sha256.hex(digest);
  }
}
