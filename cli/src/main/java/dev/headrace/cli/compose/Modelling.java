package dev.headrace.cli.compose;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What the cards of models say of this process. */
final class Modelling {
  private Modelling() {}

  /** The release that trains. */
  static String release() {
    try (InputStream stream =
        Modelling.class.getResourceAsStream("/dev/headrace/cli/command/version.txt")) {
      if (stream == null) {
        throw new IllegalStateException("version.txt is missing");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
